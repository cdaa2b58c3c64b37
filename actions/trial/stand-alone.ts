/** Makes sure that a clone of green follows nobody and takes writes, before an application meets it. */
import { UpgradeError } from '../engine/errors';
import { globalVariables, replicaStatus } from '../mysql/queries';
import { resetExternalSource, stopReplication } from '../mysql/statements';
import { dialectOf } from '../mysql/version';
import type { CallLimits, MysqlServer } from '../ports/mysql-server';
import { isRunning } from '../steps/channel';

/**
 * Ends the channel to blue that came along, if it did: no document says whether a clone of Aurora keeps its source's, which
 * lies in the volume that is cloned. Green's own is not touched. Answers what was done, for people; throws
 * `trial-clone-follows` and `trial-clone-read-only`.
 */
export async function standAlone(clone: MysqlServer, within: () => CallLimits): Promise<readonly string[]> {
  const done: string[] = [];
  const channel = await clone.read(replicaStatus(clone.version), within());
  if (channel) {
    if (isRunning(channel)) await clone.run(stopReplication(), within());
    await clone.run(resetExternalSource(dialectOf(clone.version)), within());
    if (await clone.read(replicaStatus(clone.version), within())) {
      throw new UpgradeError('the clone follows blue and cannot be stopped', {
        code: 'trial-clone-follows',
        source: 'mysql',
        hint: `It reads from ${channel.sourceHost}, so what the application writes on it would not stay alone. The clone is deleted. Look at SHOW REPLICA STATUS of a clone that you make by hand, and tell us.`,
      });
    }
    done.push(`the channel that came along from ${channel.sourceHost} was ended`);
  }
  const found = await clone.read(globalVariables(['read_only', 'event_scheduler']), within());
  if (found.get('read_only') === 'ON') {
    throw new UpgradeError('the clone refuses writes', {
      code: 'trial-clone-read-only',
      source: 'mysql',
      hint: 'Its own parameter group sets read_only to 0, and the server shows ON: the group is not in effect. The clone is deleted. Look for an instance parameter group of green that sets read_only, and try again.',
    });
  }
  if (found.get('event_scheduler') === 'ON') done.push('events run on it: an instance parameter group turns them on');
  return done;
}
