import type {
  DeleteDBClusterMessage,
  DeleteDBClusterResult,
  StartDBClusterMessage,
  StartDBClusterResult,
  StopDBClusterMessage,
  StopDBClusterResult,
} from '@aws-sdk/client-rds';
import { AwsError, invalidParameterCombination } from '../aws-error';
import type { ClusterRecord, ClusterSnapshotRecord, InstanceRecord } from '../document';
import { rdsArn, type Handlers, type World } from '../world';
import { inBackground } from './background';
import { toDbCluster } from './cluster-view';
import { recordEvent } from './events';
import { clusterById, membersOf, normalizedId, requireClusterStatus } from './resources';
import { markStarted, parametersOf } from './server';
import { addSnapshot, finishSnapshot, takeSnapshot } from './snapshots';

/** AWS starts a stopped cluster again after seven days; the lab only tells when. */
const STOPPED_FOR_MS = 7 * 24 * 3_600_000;

export function clusterLifecycle(world: World): Handlers {
  return {
    StopDBCluster(input: StopDBClusterMessage): StopDBClusterResult {
      const cluster = clusterById(world, input.DBClusterIdentifier);
      requireClusterStatus(cluster, 'available');
      if (cluster.server !== 'running')
        throw new AwsError('InvalidDBClusterStateFault', `DbCluster ${cluster.id} has no DB instance to stop.`);
      stopCluster(world, cluster);
      return { DBCluster: toDbCluster(world, cluster) };
    },
    StartDBCluster(input: StartDBClusterMessage): StartDBClusterResult {
      const cluster = clusterById(world, input.DBClusterIdentifier);
      requireClusterStatus(cluster, 'stopped');
      startCluster(world, cluster);
      return { DBCluster: toDbCluster(world, cluster) };
    },
    DeleteDBCluster(input: DeleteDBClusterMessage): DeleteDBClusterResult {
      const cluster = clusterById(world, input.DBClusterIdentifier);
      const finalSnapshot = checkDeletion(world, cluster, input);
      deleteCluster(world, cluster, finalSnapshot);
      return { DBCluster: toDbCluster(world, cluster) };
    },
  };
}

function setStatus(
  world: World,
  cluster: ClusterRecord,
  status: ClusterRecord['status'] & InstanceRecord['status'],
): void {
  cluster.status = status;
  for (const member of membersOf(world, cluster.id)) member.status = status;
}

export function stopCluster(world: World, cluster: ClusterRecord): void {
  setStatus(world, cluster, 'stopping');
  inBackground(
    world,
    cluster.id,
    'Stop',
    async (wait) => {
      await world.engine.stop(cluster.id);
      cluster.server = 'stopped';
      await wait(world.timing.stopMs);
      setStatus(world, cluster, 'stopped');
      cluster.automaticRestartAt = new Date(Date.now() + STOPPED_FOR_MS).toISOString();
      recordEvent(world, 'db-cluster', cluster.id, 'DB cluster stopped.', ['notification']);
    },
    () => {
      setStatus(world, cluster, 'available');
    },
  );
}

export function startCluster(world: World, cluster: ClusterRecord): void {
  setStatus(world, cluster, 'starting');
  delete cluster.automaticRestartAt;
  inBackground(
    world,
    cluster.id,
    'Start',
    async (wait) => {
      await world.engine.start(cluster.id, parametersOf(world, cluster));
      cluster.server = 'running';
      markStarted(world, cluster);
      await wait(world.timing.startMs);
      setStatus(world, cluster, 'available');
      recordEvent(world, 'db-cluster', cluster.id, 'DB cluster started.', ['notification']);
    },
    () => {
      setStatus(world, cluster, 'stopped');
    },
  );
}

/** Refuses as AWS does; answers the final snapshot to take, if any. */
function checkDeletion(
  world: World,
  cluster: ClusterRecord,
  input: DeleteDBClusterMessage,
): ClusterSnapshotRecord | undefined {
  if (cluster.settings.deletionProtection) {
    throw invalidParameterCombination(
      'Cannot delete protected Cluster, please disable deletion protection and try again.',
    );
  }
  if (membersOf(world, cluster.id).some((member) => member.status !== 'deleting')) {
    throw new AwsError(
      'InvalidDBClusterStateFault',
      'Cluster cannot be deleted, it still contains DB instances in non-deleting state.',
    );
  }
  requireClusterStatus(cluster, 'available', 'failed');
  const { FinalDBSnapshotIdentifier: snapshotId, SkipFinalSnapshot: isSkipped } = input;
  if (isSkipped === true && snapshotId !== undefined) {
    throw invalidParameterCombination(
      'FinalDBSnapshotIdentifier can not be specified when deleting a cluster with SkipFinalSnapshot.',
    );
  }
  if (isSkipped !== true && snapshotId === undefined) {
    throw invalidParameterCombination('FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.');
  }
  if (snapshotId === undefined) return undefined;
  if (cluster.server === 'none')
    throw new AwsError(
      'InvalidDBClusterStateFault',
      `DbCluster ${cluster.id} never had a DB instance, so there is nothing to take a snapshot of.`,
    );
  return addSnapshot(world, cluster, normalizedId(snapshotId, 'FinalDBSnapshotIdentifier'));
}

export function deleteCluster(
  world: World,
  cluster: ClusterRecord,
  finalSnapshot: ClusterSnapshotRecord | undefined,
): void {
  cluster.status = 'deleting';
  inBackground(
    world,
    cluster.id,
    'Deletion',
    async (wait) => {
      if (finalSnapshot !== undefined) {
        // Without instances the server stands still; a snapshot is read from a running one.
        if (cluster.server === 'stopped') await world.engine.start(cluster.id, parametersOf(world, cluster));
        await takeSnapshot(world, cluster, finalSnapshot);
        finishSnapshot(world, finalSnapshot);
      }
      if (cluster.server !== 'none') await world.engine.destroy(cluster.id);
      await wait(world.timing.deleteMs);
      const { [cluster.id]: _deleted, ...kept } = world.store.document.clusters;
      world.store.document.clusters = kept;
      const { [rdsArn(world, 'cluster', cluster.id)]: _tags, ...tags } = world.store.document.tags;
      world.store.document.tags = tags;
      recordEvent(world, 'db-cluster', cluster.id, 'DB cluster deleted', ['deletion']);
    },
    () => (cluster.status = 'failed'),
  );
}
