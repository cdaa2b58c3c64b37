import type { Clock } from '../ports/clock';

/** CloudWatch has news once a minute, and every look at AWS costs time or money. */
const NEWS_MS = 30_000;

/** Answers what it knows until that is half a minute old. */
export function askedSeldom<T>(clock: Clock, ask: () => Promise<T>): () => Promise<T> {
  let known: { readonly atMs: number; readonly answer: T } | undefined;
  return async () => {
    const atMs = clock.monotonicMs();
    if (known === undefined || atMs - known.atMs >= NEWS_MS) known = { atMs, answer: await ask() };
    return known.answer;
  };
}
