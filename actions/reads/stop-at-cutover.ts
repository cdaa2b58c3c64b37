/**
 * Ends what runs statements of the application once a cutover or rollback begins: it takes no lock, so nothing else keeps it
 * out of the time in which clients wait. Statements that run then are killed, as with Ctrl-C.
 */
import { setMaxListeners } from 'node:events';
import { UpgradeError } from '../engine/errors';
import type { Clock } from '../ports/clock';
import type { StateStore } from '../ports/state-store';
import type { UpgradeState } from '../state/format';

export interface StopAtCutoverParts {
  readonly store: Pick<StateStore, 'read'>;
  /** The state as the command began. */
  readonly begun: UpgradeState;
  readonly clock: Clock;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface StopAtCutover {
  /** Aborted by Ctrl-C, and with `reads-cutover-begun`. */
  readonly signal: AbortSignal;
  /** Looks no more. */
  end(): void;
}

const LOOK_EVERY_MS = 1_000;

/** Throws `reads-cutover-begun` when one is under way already. */
export function stopAtCutover({ store, begun, clock, signal }: StopAtCutoverParts): StopAtCutover {
  if (begun.cutover !== undefined) throw cutoverBegun();
  const begins = new AbortController();
  const ended = new AbortController();
  const look = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await clock.sleep(LOOK_EVERY_MS, ended.signal);
      // What cannot be read says nothing of a cutover: no reason to stop.
      const state = await store.read().catch(() => undefined);
      if (state !== undefined && hasMoved(state, begun)) begins.abort(cutoverBegun());
      if (begins.signal.aborted) return;
    }
  };
  // Sleeping rejects at the end.
  look().catch(() => undefined);
  const either = AbortSignal.any([signal, begins.signal]);
  // Every statement listens to it; that is no leak.
  setMaxListeners(0, either);
  return { signal: either, end: () => ended.abort() };
}

export interface Interruption {
  readonly isInterrupted: boolean;
  /** What has interrupted it, in words, when it was not a person. */
  readonly interruptedBy?: string;
}

export function interruptionOf({ aborted, reason }: AbortSignal): Interruption {
  const isByCutover = aborted && reason instanceof UpgradeError && reason.code === CODE;
  return { isInterrupted: aborted, ...(isByCutover ? { interruptedBy: reason.message } : {}) };
}

/** Also when one has come and gone between two looks. */
function hasMoved(state: UpgradeState, begun: UpgradeState): boolean {
  return state.cutover !== undefined || state.phase !== begun.phase || state.history.length !== begun.history.length;
}

const CODE = 'reads-cutover-begun';

function cutoverBegun(): UpgradeError {
  return new UpgradeError('a cutover or rollback has begun', {
    code: CODE,
    source: 'user',
    hint:
      'Statements of this command would take from both sides what clients wait for meanwhile, so none is run beside it. ' +
      'Look at `npm run status`; run the same command again when the switch has ended.',
  });
}
