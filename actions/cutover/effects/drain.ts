import { UpgradeError } from '../../engine/errors';
import { together } from '../../engine/together';
import { formatPosition } from '../../mysql/position';
import { replicaStatus, waitForPosition } from '../../mysql/queries';
import type { SwitchContext } from '../switch-context';

/** `position`: another one than the recorded, should the source have moved. Waits on the server until the other side has applied the source's final position (I10). */
export async function drain(context: SwitchContext, position = context.found.finalPosition): Promise<void> {
  if (!position) throw new UpgradeError('the final position is unknown', { code: 'position-missing', source: 'tool' });
  const replica = context.servers[context.to];
  const within = context.within();
  const seconds = Math.max(1, Math.floor(within.timeoutMs / 1_000) - 1);
  // An applier that stops after it was looked at ends the wait.
  const [outcome, status] = await together([
    replica.read(waitForPosition(replica.version, position, seconds), within),
    replica.read(replicaStatus(replica.version), within),
  ]);
  const seen = status
    ? `receiving ${status.receiverState}, applying ${status.isApplying ? 'Yes' : 'No'}, ${status.lagSeconds ?? 'unknown'} s behind, ${status.applierState}`
    : 'no channel';
  if (outcome !== 'reached' || !status?.isReceiving || !status.isApplying || status.lastError !== undefined) {
    throw new UpgradeError(`${context.to} did not apply the final position of ${context.from} (${outcome}): ${seen}`, {
      code: 'drain-failed',
      source: 'mysql',
      retryable: true,
      hint: `${status?.lastError ?? 'A large transaction or a lock on the replica holds it up.'} Look at \`npm run status\` and run the command again when it has caught up.`,
    });
  }
  context.found.evidence.push(`${context.to} has applied ${formatPosition(position)}: ${seen}`);
}
