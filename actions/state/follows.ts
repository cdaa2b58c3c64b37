/** Which state may be written over which: a write never takes away what somebody else has recorded. */
import { UpgradeError } from '../engine/errors';
import type { UpgradeState } from './format';

/** Whether `next` may stand where `current` stands, both being this command's own. */
export function isSameSerial(next: UpgradeState, current: UpgradeState | undefined): boolean {
  return next.serial === current?.serial && next.lineage === current.lineage;
}

/** Throws `state-moved` unless `next` is the state after `current`; `place` is for people. */
export function assertFollows(next: UpgradeState, current: UpgradeState | undefined, place: string): void {
  const serial = current?.serial ?? 0;
  const sameLineage = current === undefined || current.lineage === next.lineage;
  if (sameLineage && next.serial === serial + 1) return;
  throw new UpgradeError('the state has moved', {
    code: 'state-moved',
    source: 'user',
    hint:
      `${place} is ${current === undefined ? 'not there' : `at serial ${serial} of lineage ${current.lineage}`}, but this ` +
      `command would write serial ${next.serial} of lineage ${next.lineage}. Something else has changed the state since ` +
      'it was read, and overwriting it would lose what that recorded. Run the same command again: it starts from what ' +
      'is there.',
  });
}
