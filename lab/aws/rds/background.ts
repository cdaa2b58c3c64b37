import type { World } from '../world';
import { recordEvent } from './events';

/**
 * Does the slow part of a call after its answer, one job a cluster at a time. A failure becomes an event of the cluster,
 * as on AWS, and `onFailure` puts the statuses right.
 */
export function inBackground(
  world: World,
  clusterId: string,
  what: string,
  work: (wait: (ms: number) => Promise<void>) => Promise<void>,
  onFailure: () => void,
): void {
  world.jobs.run(
    `cluster:${clusterId}`,
    async (wait) => {
      await work(wait);
      world.store.save();
    },
    (error) => {
      onFailure();
      world.report(`${what} (cluster ${clusterId}) failed: ${error.stack ?? error.message}`);
      recordEvent(world, 'db-cluster', clusterId, `${what} failed: ${error.message}`, ['failure']);
      world.store.save();
    },
  );
}
