/** Waiting as the real provider does: named states to pass through, one to reach, anything else is an error. */
import { hasCode } from './aws-failure';
import type { Session } from './resource';

const POLL_INTERVAL_MS = 200;
const TIMEOUT_MS = 30 * 60_000;
const RETRY_TIMEOUT_MS = 2 * 60_000;
/** RDS may answer `available` for a moment after it has accepted a change. */
const SETTLING_MS = 600;

export interface Waiting {
  /** e.g. `RDS Cluster (orders-green)`. */
  readonly what: string;
  /** The state now; undefined when it is gone. */
  readonly look: () => Promise<string | undefined>;
  readonly pending: readonly string[];
  /** `gone`: until it does not exist any more. */
  readonly target: readonly string[] | 'gone';
  /** A change of something that is there already was just asked for, so the first look must not come too early. */
  readonly isAfterChange?: boolean;
}

export async function waitFor(waiting: Waiting, session: Session): Promise<void> {
  const { what, look, pending, target, isAfterChange = false } = waiting;
  if (isAfterChange) await pause(SETTLING_MS, session.signal);
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    session.signal.throwIfAborted();
    const state = await look();
    if (target === 'gone' ? state === undefined : state !== undefined && target.includes(state)) return;
    if (state === undefined) throw new Error(`${what} has disappeared`);
    if (!pending.includes(state)) {
      throw new Error(`${what}: unexpected state '${state}', wanted target '${wanted(target)}'`);
    }
    if (Date.now() > deadline)
      throw new Error(`${what}: timeout while waiting for '${wanted(target)}' (last state: '${state}')`);
    await pause(POLL_INTERVAL_MS, session.signal);
  }
}

function wanted(target: Waiting['target']): string {
  return target === 'gone' ? '' : target.join(', ');
}

/** Repeats a call while AWS answers with one of these codes: another change is still under way. */
export async function retryWhile<T>(codes: readonly string[], call: () => Promise<T>, session: Session): Promise<T> {
  const deadline = Date.now() + RETRY_TIMEOUT_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!hasCode(error, codes) || Date.now() > deadline) throw error;
    }
    await pause(POLL_INTERVAL_MS, session.signal);
    session.signal.throwIfAborted();
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
