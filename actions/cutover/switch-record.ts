/** What of a switch is durable, and what a new process makes of it. */
import type { CutoverRecord } from '../state/format';
import type { MachineState } from './machine';
import type { SwitchFacts } from './switch-context';

export function positionsOf({
  finalPosition,
  reversePosition,
}: SwitchFacts): Pick<CutoverRecord, 'finalPosition' | 'reversePosition'> {
  return { ...(finalPosition ? { finalPosition } : {}), ...(reversePosition ? { reversePosition } : {}) };
}

export function restored(record: CutoverRecord): MachineState {
  switch (record.state) {
    case 'fencing':
      return { at: 'fencing', commitBy: 0 };
    case 'opening':
      return { at: 'opening' };
    case 'undoing':
      return { at: 'undoing', reason: record.reason ?? 'an earlier attempt failed' };
    case 'stalled':
      return {
        at: 'stalled',
        resumeAt: record.resumeAt ?? 'undoing',
        reason: record.reason ?? 'an earlier attempt failed',
      };
  }
}
