/** Waiting for something that can only be observed. */
import type { Clock } from '../ports/clock';
import type { Emit } from './events';
import { UpgradeError } from './errors';

export interface WaitOptions {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** What is waited for, for people: `green to catch up`. */
  readonly reason: string;
  readonly budgetMs: number;
  readonly intervalMs: number;
  /** What to do when the time is over. */
  readonly hint: string;
}

const HEARTBEAT_MS = 5_000;

/**
 * Asks until the answer is not undefined. `probe` may report what it sees through its argument. Throws `UpgradeError`
 * code `wait-timeout` when the budget is used up, and whatever the probe throws.
 */
export async function waitUntil<T>(
  options: WaitOptions,
  probe: (see: (seen: string) => void) => Promise<T | undefined>,
): Promise<T> {
  const { clock, emit, signal, reason, budgetMs, intervalMs } = options;
  const start = clock.monotonicMs();
  let lastHeartbeat = start;
  let seen = '';
  for (;;) {
    const answer = await probe((text) => (seen = text));
    if (answer !== undefined) return answer;
    const now = clock.monotonicMs();
    const elapsedMs = now - start;
    if (elapsedMs >= budgetMs) {
      throw new UpgradeError(`timed out waiting for ${reason}${seen ? ` (last seen: ${seen})` : ''}`, {
        code: 'wait-timeout',
        source: 'tool',
        retryable: true,
        hint: options.hint,
      });
    }
    if (now - lastHeartbeat >= HEARTBEAT_MS) {
      emit({ type: 'waiting', reason: seen ? `${reason}: ${seen}` : reason, elapsedMs, budgetMs });
      lastHeartbeat = now;
    }
    await clock.sleep(Math.min(intervalMs, budgetMs - elapsedMs), signal);
  }
}
