import { deleteCluster, deleteInstance, disableDeletionProtection, startCluster } from '../../aws/calls';
import { aws, call } from '../../engine/context';
import type { Step, StepContext } from '../../engine/step';
import { waitUntil } from '../../engine/wait-until';
import type { AwsCall, Cluster } from '../../ports/aws';

/**
 * Postcondition: blue is deleted, a final snapshot is kept.
 * Observed in RDS: the cluster is no longer there.
 * There is no undo but restoring the final snapshot.
 */
export const deleteBlue: Step = {
  id: 'delete-blue',
  phase: 'finalize',
  title: 'Delete blue with a final snapshot',
  async check(context) {
    const cluster = await context.aws.rds.cluster(context.config.blue.cluster);
    if (!cluster) return { is: 'done', evidence: 'blue is deleted' };
    return {
      is: 'needed',
      changes: aws(...(cluster.status === 'stopped' ? [startCluster(cluster.id)] : []), ...callsFor(context, cluster)),
    };
  },
  async do(context) {
    const id = context.config.blue.cluster;
    // A stopped cluster can be neither modified nor deleted (Aurora User Guide, aurora-cluster-stop-start).
    const before = await context.aws.rds.cluster(id);
    if (before?.status === 'stopped') await call(context, startCluster(id));
    const cluster = await available(context);
    for (const one of cluster ? callsFor(context, cluster) : []) await call(context, one);
    await waitUntil(
      { ...context, reason: 'blue to be deleted', budgetMs: 60 * 60_000, intervalMs: 1_000, hint: HINT },
      async (see) => {
        const status = (await context.aws.rds.cluster(id))?.status;
        see(status ?? 'gone');
        return status === undefined ? true : undefined;
      },
    );
  },
};

const HINT = 'Look at the cluster in the RDS console, then run the same command again: it goes on from there.';

async function available(context: StepContext): Promise<Cluster | undefined> {
  const found = await waitUntil(
    { ...context, reason: 'blue to be available', budgetMs: 2 * 3_600_000, intervalMs: 1_000, hint: HINT },
    async (see) => {
      const cluster = await context.aws.rds.cluster(context.config.blue.cluster);
      see(cluster?.status ?? 'gone');
      if (!cluster || cluster.status === 'deleting') return { gone: true };
      return cluster.status === 'available' ? { cluster } : undefined;
    },
  );
  return 'cluster' in found ? found.cluster : undefined;
}

/** Instances first, the writer last: the cluster itself, with its final snapshot, goes while it still has storage only. */
function callsFor(context: StepContext, cluster: Cluster): readonly AwsCall[] {
  const members = [...cluster.members].sort((a, b) => Number(a.isWriter) - Number(b.isWriter));
  return [
    ...(cluster.deletionProtection ? [disableDeletionProtection(cluster.id)] : []),
    ...members.map((member) => deleteInstance(member.instanceId)),
    deleteCluster(cluster.id, `${context.config.name}-blue-final`),
  ];
}
