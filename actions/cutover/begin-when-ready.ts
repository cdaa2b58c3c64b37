/** When a switch begins: at the moment that a person chose, then as soon as the gates are open, if somebody waits for that. */
import { messageOf } from '../engine/errors';
import { BlockedError } from '../engine/runner';
import type { StepContext } from '../engine/step';
import { askGates, type GateContext } from './gates';
import { awaitMoment, type Moment } from './moment';
import { describeGates, waitForQuiet } from './wait-for-quiet';

export interface Waits {
  /** Undefined when nobody chose a moment. */
  readonly moment: Moment | undefined;
  /** Undefined: a closed gate refuses at once. */
  readonly quietMs: number | undefined;
}

export interface Readiness<T> {
  readonly context: Pick<StepContext, 'clock' | 'emit' | 'signal'>;
  readonly direction: string;
  readonly waits: Waits;
  /** Connects, lets the work look, and lets go of everything again. */
  observe<S>(work: (context: GateContext) => Promise<S>): Promise<S>;
  /** Takes the locks, asks the gates once more, and switches. Throws `BlockedError` only when it has changed nothing. */
  attempt(): Promise<T>;
}

const PAUSE_MS = 1_000;

/**
 * Nothing is taken while it waits: an advisory lock held for hours would keep every other operator from a switch that cannot
 * wait, on connections that servers end when they idle; whatever somebody else did meanwhile shows in the gates. (The state
 * file stays locked: what was reviewed must not move under the one who waits.) A switch that is refused after all, because
 * something began in between, is waited for again until the deadline.
 */
export async function beginWhenReady<T>(it: Readiness<T>): Promise<T> {
  const { context, direction, waits } = it;
  const { clock, signal } = context;
  if (waits.moment) await awaitMoment(context, direction, waits.moment, () => standing(it));
  if (waits.quietMs === undefined) return it.attempt();
  const { quietMs } = waits;
  const since = clock.monotonicMs();
  for (;;) {
    await it.observe((observed) => waitForQuiet(observed, since, quietMs));
    try {
      return await it.attempt();
    } catch (error) {
      if (!(error instanceof BlockedError) || clock.monotonicMs() - since >= quietMs) throw error;
      const text = `${messageOf(error)}: it began after the gates had been open; waiting again`;
      context.emit({ type: 'note', level: 'info', code: 'not-quiet-after-all', text });
      await clock.sleep(PAUSE_MS, signal);
    }
  }
}

/** For the person who decides: what the gates would say now. */
async function standing<T>({ context, observe }: Readiness<T>): Promise<string> {
  try {
    return `now ${describeGates(await observe(askGates))}`;
  } catch (error) {
    context.signal.throwIfAborted();
    return `the gates cannot be asked now: ${messageOf(error)}`;
  }
}
