import { UpgradeError } from '../engine/errors';
import type { UpgradeState } from '../state/format';

/** A switch that a process has left half-way comes first: only its own command may go on. */
export function refuseDuringSwitch({ cutover }: UpgradeState): void {
  if (!cutover) return;
  throw new UpgradeError(`a ${cutover.direction} is under way (${cutover.state})`, {
    code: 'phase-refused',
    source: 'user',
    hint: `Run \`npm run ${cutover.direction}\` first: it undoes or completes what the last process has left. Nothing was changed.`,
  });
}
