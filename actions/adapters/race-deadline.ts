import type { Clock } from '../ports/clock';

export type Raced<T> =
  { readonly is: 'done'; readonly value: T } | { readonly is: 'late' } | { readonly is: 'aborted' };

/**
 * Waits for `work`, but not beyond `timeoutMs` and not after `signal` is aborted. What `work` rejects with passes through;
 * when nobody waits for it any more its rejection is swallowed, so the caller must make sure that it ends.
 */
export async function raceDeadline<T>(
  clock: Clock,
  work: Promise<T>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Raced<T>> {
  work.catch(() => undefined);
  if (signal?.aborted === true) return { is: 'aborted' };
  if (timeoutMs <= 0) return { is: 'late' };
  const timer = new AbortController();
  let onAbort: (() => void) | undefined;
  try {
    return await Promise.race<Raced<T>>([
      work.then((value) => ({ is: 'done', value })),
      clock.sleep(timeoutMs, timer.signal).then(
        () => ({ is: 'late' }),
        () => ({ is: 'late' }),
      ),
      new Promise((resolve) => {
        onAbort = () => resolve({ is: 'aborted' });
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    ]);
  } finally {
    timer.abort();
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}
