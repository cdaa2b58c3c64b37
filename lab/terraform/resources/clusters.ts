/** Clusters as AWS describes them, and waiting for them. */
import { DescribeDBClustersCommand, type DBCluster } from '@aws-sdk/client-rds';
import { unlessGone } from './aws-failure';
import type { Session } from './resource';
import { waitFor } from './wait';

export const CLUSTER_GONE = ['DBClusterNotFoundFault'];

const BUSY = [
  'backing-up',
  'configuring-iam-database-auth',
  'configuring-enhanced-monitoring',
  'modifying',
  'renaming',
  'resetting-master-credentials',
  'scaling-compute',
  'scaling-storage',
  'upgrading',
];

export async function findCluster(id: string, session: Session): Promise<DBCluster | undefined> {
  const answer = await unlessGone(CLUSTER_GONE, () =>
    session.rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: id })),
  );
  return answer?.DBClusters?.[0];
}

export async function waitForClusterCreated(id: string, session: Session): Promise<void> {
  await waitFor(
    {
      what: `waiting for RDS Cluster (${id}) create`,
      look: async () => (await findCluster(id, session))?.Status,
      pending: ['backing-up', 'creating', 'migrating', 'modifying', 'rebooting', 'resetting-master-credentials'],
      target: ['available'],
    },
    session,
  );
}

/** `isImmediate`: until nothing waits for the maintenance window any more. */
export async function waitForClusterUpdated(id: string, isImmediate: boolean, session: Session): Promise<void> {
  const pendingChanges = 'available-with-pending-modified-values';
  await waitFor(
    {
      what: `waiting for RDS Cluster (${id}) update`,
      look: async () => {
        const cluster = await findCluster(id, session);
        return isImmediate && cluster?.Status === 'available' && hasPendingChanges(cluster)
          ? pendingChanges
          : cluster?.Status;
      },
      pending: [...BUSY, pendingChanges],
      target: ['available'],
      isAfterChange: true,
    },
    session,
  );
}

export async function waitForClusterDeleted(id: string, session: Session): Promise<void> {
  await waitFor(
    {
      what: `waiting for RDS Cluster (${id}) delete`,
      look: async () => (await findCluster(id, session))?.Status,
      pending: ['available', 'backing-up', 'deleting', 'modifying', 'promoting', 'scaling-compute'],
      target: 'gone',
    },
    session,
  );
}

function hasPendingChanges({ PendingModifiedValues: pending }: DBCluster): boolean {
  return Object.values(pending ?? {}).some((value) => value !== undefined);
}
