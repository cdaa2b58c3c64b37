/**
 * The policy of a switch, as a pure function: no clock, no I/O, no promises. The driver carries out the effect that `next`
 * names and feeds back what came of it.
 */

import { keptMs, shortfall, type Needs } from './budget';

/** Before the commit every failure leads to `undoing`; after it nothing is undone. */
export type PreCommit = 'fencing' | 'draining' | 'arming';
export type PostCommit = 'opening' | 'routing' | 'confirming';
export type Effect = PreCommit | PostCommit | 'undoing';

export type MachineState =
  | { readonly at: 'idle' }
  /** Without `needs` nothing is expected of the steps, and only the last moment counts. */
  | { readonly at: PreCommit; readonly commitBy: number; readonly needs?: Needs }
  | { readonly at: PostCommit }
  | { readonly at: 'undoing'; readonly reason: string }
  | { readonly at: 'stalled'; readonly resumeAt: 'opening' | 'undoing'; readonly reason: string }
  | { readonly at: 'aborted'; readonly reason: string }
  | { readonly at: 'done' };

/** `now` and `commitBy` are milliseconds of one monotonic clock. */
export type Input =
  | {
      readonly kind: 'start';
      readonly now: number;
      readonly budgetMs: number;
      readonly undoReserveMs: number;
      readonly needs?: Needs;
    }
  /** The effect of the state succeeded. */
  | { readonly kind: 'ok'; readonly now: number }
  /** It failed, or its outcome is unknown: both are answered by probing, which undoing and resuming do. */
  | {
      readonly kind: 'failed';
      readonly now: number;
      readonly reason: string;
      /** It may go well the next time. */
      readonly isPassing?: boolean;
    }
  | { readonly kind: 'interrupt'; readonly now: number }
  /** A new process found this on disk. */
  | { readonly kind: 'resume'; readonly now: number };

export interface Next {
  readonly state: MachineState;
  /** Carried out after the state has been made durable, when `persist` says so. */
  readonly effect?: Effect;
  /**
   * Whether the state must be durable before its effect. `draining` and `arming` need not be: a new process undoes from
   * `fencing` all the same, and each durable write costs write downtime. Persisting `opening` is the commit.
   */
  readonly persist: boolean;
}

const AFTER: Readonly<Record<PreCommit | PostCommit, PreCommit | PostCommit | 'done'>> = {
  fencing: 'draining',
  draining: 'arming',
  arming: 'opening',
  opening: 'routing',
  routing: 'confirming',
  confirming: 'done',
};

const UNDO_FAILED = '; undoing failed: ';

export function next(state: MachineState, input: Input): Next {
  switch (state.at) {
    case 'idle':
      return input.kind === 'start' ? start(input) : stay(state);
    case 'fencing':
    case 'draining':
    case 'arming':
      return beforeCommit(state, input);
    case 'opening':
    case 'routing':
    case 'confirming':
      return afterCommit(state, input);
    case 'undoing':
      if (input.kind === 'ok') return rest({ at: 'aborted', reason: state.reason });
      if (input.kind === 'failed') {
        // The first cause and the last failure: each retry would add one more otherwise.
        const cause = state.reason.split(UNDO_FAILED)[0] ?? '';
        return rest({ at: 'stalled', resumeAt: 'undoing', reason: `${cause}${UNDO_FAILED}${input.reason}` });
      }
      return input.kind === 'resume' ? enter(state, true) : stay(state);
    case 'stalled':
      if (input.kind !== 'resume') return stay(state);
      return state.resumeAt === 'undoing'
        ? enter({ at: 'undoing', reason: state.reason }, true)
        : enter({ at: 'opening' }, true);
    case 'aborted':
    case 'done':
      return stay(state);
  }
}

function start({ now, budgetMs, undoReserveMs, needs }: Extract<Input, { kind: 'start' }>): Next {
  const commitBy = now + budgetMs - keptMs(budgetMs, undoReserveMs, needs);
  return enter({ at: 'fencing', commitBy, ...(needs ? { needs } : {}) }, true);
}

function beforeCommit(state: Extract<MachineState, { at: PreCommit }>, input: Input): Next {
  if (input.kind === 'resume') return undo('the process that ran it went away before the commit point');
  if (input.kind === 'interrupt') return undo('interrupted by the operator');
  if (input.kind === 'failed') return undo(input.reason);
  if (input.now >= state.commitBy) return undo(`the time to commit ran out while ${state.at}`);
  if (input.kind !== 'ok') return stay(state);
  const to = AFTER[state.at];
  if (to === 'draining' || to === 'arming') {
    // Now undoing is cheap; later it would come on top of what was spent in vain.
    const tooLittle = state.needs && shortfall(state.needs, to, state.commitBy - input.now);
    return tooLittle === undefined ? enter({ ...state, at: to }, false) : undo(tooLittle);
  }
  return enter({ at: 'opening' }, true);
}

function afterCommit(state: Extract<MachineState, { at: PostCommit }>, input: Input): Next {
  // Effects after the commit look before they act, so going on from `opening` repeats nothing.
  if (input.kind === 'resume') return enter({ at: 'opening' }, false);
  if (input.kind === 'failed')
    return rest({ at: 'stalled', resumeAt: 'opening', reason: `${state.at}: ${input.reason}` });
  if (input.kind !== 'ok') return stay(state);
  const to = AFTER[state.at];
  if (to === 'routing' || to === 'confirming') return enter({ at: to }, false);
  return rest({ at: 'done' });
}

function enter(state: Extract<MachineState, { at: Effect }>, persist: boolean): Next {
  return { state, effect: state.at, persist };
}

function rest(state: MachineState): Next {
  return { state, persist: true };
}

function stay(state: MachineState): Next {
  return { state, persist: false };
}

function undo(reason: string): Next {
  return enter({ at: 'undoing', reason }, true);
}
