import { UpgradeError } from '../engine/errors';
import type { UpgradeState } from './format';

/** What this machine's audit says of a state that it has written. */
export interface KnownState {
  readonly lineage: string;
  readonly serial: number;
}

/**
 * Throws `state-older` when this machine has recorded a later serial of the same lineage: somebody has put an older copy
 * back, and what happened since is not in it. No state at all counts as older too.
 */
export function refuseOlder(state: UpgradeState, location: string, known: KnownState | undefined): void {
  if (!known || (state.serial > 0 && state.lineage !== known.lineage) || state.serial >= known.serial) return;
  const found = state.serial === 0 ? 'There is no state' : `The state has serial ${state.serial}`;
  throw new UpgradeError(state.serial === 0 ? 'the state is gone' : 'the state is older than what was done', {
    code: 'state-older',
    source: 'user',
    hint:
      `${found} at ${location}, but the audit beside it knows serial ${known.serial}: what was done since is not in it, ` +
      'perhaps a whole switch, and acting on it could open the wrong side. Put the newest copy back, or derive the state ' +
      'anew from the servers with `aurora-cutover status --rebuild-state`. To begin anew on purpose, move the audit away too. ' +
      'Nothing was changed.',
  });
}
