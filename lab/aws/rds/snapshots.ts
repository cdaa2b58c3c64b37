import type {
  CreateDBClusterSnapshotMessage,
  CreateDBClusterSnapshotResult,
  DBClusterSnapshot,
  DBClusterSnapshotMessage,
  DeleteDBClusterSnapshotMessage,
  DeleteDBClusterSnapshotResult,
  DescribeDBClusterSnapshotAttributesMessage,
  DescribeDBClusterSnapshotAttributesResult,
  DescribeDBClusterSnapshotsMessage,
} from '@aws-sdk/client-rds';
import { AwsError } from '../aws-error';
import type { ClusterRecord, ClusterSnapshotRecord } from '../document';
import { pageOf } from '../paging';
import { isoNow, rdsArn, type Handlers, type World } from '../world';
import { inBackground } from './background';
import { DATABASE_PORT } from './endpoints';
import { recordEvent } from './events';
import { filterValues } from './filters';
import { checkNewIdentifier, clusterById, normalizedId, requireClusterStatus, snapshotById } from './resources';
import { subnetGroupByName } from './subnet-groups';
import { setTags, tagListOf } from './tags';

export function snapshotActions(world: World): Handlers {
  return {
    CreateDBClusterSnapshot(input: CreateDBClusterSnapshotMessage): CreateDBClusterSnapshotResult {
      const cluster = clusterById(world, input.DBClusterIdentifier);
      requireClusterStatus(cluster, 'available');
      if (cluster.server !== 'running') {
        throw new AwsError(
          'InvalidDBClusterStateFault',
          `DbCluster ${cluster.id} has no running DB instance to take a snapshot of.`,
        );
      }
      const snapshot = addSnapshot(
        world,
        cluster,
        normalizedId(input.DBClusterSnapshotIdentifier, 'DBClusterSnapshotIdentifier'),
      );
      setTags(world, rdsArn(world, 'cluster-snapshot', snapshot.id), input.Tags);
      inBackground(
        world,
        cluster.id,
        `Snapshot ${snapshot.id}`,
        async (wait) => {
          await takeSnapshot(world, cluster, snapshot);
          await wait(world.timing.snapshotMs);
          finishSnapshot(world, snapshot);
        },
        () => (snapshot.status = 'failed'),
      );
      return { DBClusterSnapshot: toDbClusterSnapshot(world, snapshot) };
    },
    DescribeDBClusterSnapshots(input: DescribeDBClusterSnapshotsMessage): DBClusterSnapshotMessage {
      const { items, marker } = pageOf(wantedSnapshots(world, input), input);
      return { Marker: marker, DBClusterSnapshots: items.map((snapshot) => toDbClusterSnapshot(world, snapshot)) };
    },
    async DeleteDBClusterSnapshot(input: DeleteDBClusterSnapshotMessage): Promise<DeleteDBClusterSnapshotResult> {
      const snapshot = snapshotById(world, input.DBClusterSnapshotIdentifier);
      if (snapshot.status !== 'available' && snapshot.status !== 'failed') {
        throw new AwsError(
          'InvalidDBClusterSnapshotStateFault',
          `Cannot delete the snapshot ${snapshot.id} because it is not in the available or failed state.`,
        );
      }
      if (awaiting(world, snapshot.id).length === 0) await world.engine.deleteSnapshot(snapshot.id);
      const { [snapshot.id]: _deleted, ...kept } = world.store.document.clusterSnapshots;
      world.store.document.clusterSnapshots = kept;
      return { DBClusterSnapshot: { ...toDbClusterSnapshot(world, snapshot), Status: 'deleted' } };
    },
    DescribeDBClusterSnapshotAttributes(
      input: DescribeDBClusterSnapshotAttributesMessage,
    ): DescribeDBClusterSnapshotAttributesResult {
      const snapshot = snapshotById(world, input.DBClusterSnapshotIdentifier);
      return {
        DBClusterSnapshotAttributesResult: {
          DBClusterSnapshotIdentifier: snapshot.id,
          DBClusterSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: [] }],
        },
      };
    },
  };
}

/** Clusters restored from the snapshot whose data the engine host has not read yet. */
function awaiting(world: World, snapshotId: string): ClusterRecord[] {
  return Object.values(world.store.document.clusters).filter(
    ({ origin, server }) => server === 'none' && origin.kind === 'snapshot' && origin.snapshotId === snapshotId,
  );
}

/** On AWS a restored cluster does not need its snapshot any more; here its data goes when the last cluster has read it. */
export async function forgetDeletedSnapshot(world: World, cluster: ClusterRecord): Promise<void> {
  if (cluster.origin.kind !== 'snapshot') return;
  const { snapshotId } = cluster.origin;
  const isDeleted = world.store.document.clusterSnapshots[snapshotId] === undefined;
  const others = awaiting(world, snapshotId).filter(({ id }) => id !== cluster.id);
  if (isDeleted && others.length === 0) await world.engine.deleteSnapshot(snapshotId);
}

export function addSnapshot(world: World, cluster: ClusterRecord, id: string): ClusterSnapshotRecord {
  checkNewIdentifier(id, 'DBClusterSnapshotIdentifier');
  const { clusterSnapshots } = world.store.document;
  if (clusterSnapshots[id] !== undefined) {
    throw new AwsError(
      'DBClusterSnapshotAlreadyExistsFault',
      `Cannot create the cluster snapshot because one with the identifier ${id} already exists.`,
    );
  }
  const snapshot: ClusterSnapshotRecord = {
    id,
    clusterId: cluster.id,
    createdAt: isoNow(),
    snapshotType: 'manual',
    status: 'creating',
    percentProgress: 0,
    engineVersion: cluster.engineVersion,
    masterUsername: cluster.masterUsername,
    clusterCreatedAt: cluster.createdAt,
    clusterResourceId: cluster.resourceId,
    subnetGroup: cluster.subnetGroup,
    settings: structuredClone(cluster.settings),
  };
  clusterSnapshots[id] = snapshot;
  recordEvent(world, 'db-cluster-snapshot', id, 'Creating manual cluster snapshot', ['creation']);
  return snapshot;
}

export async function takeSnapshot(
  world: World,
  cluster: ClusterRecord,
  snapshot: ClusterSnapshotRecord,
): Promise<void> {
  await world.engine.takeSnapshot(cluster.id, snapshot.id);
  snapshot.percentProgress = 99;
}

export function finishSnapshot(world: World, snapshot: ClusterSnapshotRecord): void {
  snapshot.percentProgress = 100;
  snapshot.status = 'available';
  recordEvent(world, 'db-cluster-snapshot', snapshot.id, 'Manual cluster snapshot created', ['creation']);
}

function wantedSnapshots(world: World, input: DescribeDBClusterSnapshotsMessage): ClusterSnapshotRecord[] {
  const one =
    input.DBClusterSnapshotIdentifier === undefined
      ? undefined
      : snapshotById(world, input.DBClusterSnapshotIdentifier);
  const all = one === undefined ? Object.values(world.store.document.clusterSnapshots) : [one];
  const clusterIds = filterValues(input.Filters, 'db-cluster-id');
  const snapshotIds = filterValues(input.Filters, 'db-cluster-snapshot-id');
  return all.filter(
    (snapshot) =>
      (input.DBClusterIdentifier === undefined || snapshot.clusterId === input.DBClusterIdentifier.toLowerCase()) &&
      (clusterIds?.includes(snapshot.clusterId) ?? true) &&
      (snapshotIds?.includes(snapshot.id) ?? true) &&
      (input.SnapshotType === undefined || snapshot.snapshotType === input.SnapshotType),
  );
}

function toDbClusterSnapshot(world: World, snapshot: ClusterSnapshotRecord): DBClusterSnapshot {
  const { settings } = snapshot;
  const arn = rdsArn(world, 'cluster-snapshot', snapshot.id);
  return {
    AvailabilityZones: [...settings.availabilityZones],
    DBClusterSnapshotIdentifier: snapshot.id,
    DBClusterIdentifier: snapshot.clusterId,
    SnapshotCreateTime: new Date(snapshot.createdAt),
    Engine: 'aurora-mysql',
    EngineMode: 'provisioned',
    AllocatedStorage: 1,
    Status: snapshot.status,
    Port: DATABASE_PORT,
    VpcId: subnetGroupByName(world, snapshot.subnetGroup).vpcId,
    ClusterCreateTime: new Date(snapshot.clusterCreatedAt),
    MasterUsername: snapshot.masterUsername,
    EngineVersion: snapshot.engineVersion,
    LicenseModel: 'aurora-mysql',
    SnapshotType: snapshot.snapshotType,
    PercentProgress: snapshot.percentProgress,
    StorageEncrypted: settings.storageEncrypted,
    KmsKeyId: settings.kmsKeyId,
    StorageType: settings.storageType,
    BackupRetentionPeriod: settings.backupRetentionPeriod,
    PreferredBackupWindow: settings.preferredBackupWindow,
    DBClusterSnapshotArn: arn,
    IAMDatabaseAuthenticationEnabled: settings.iamAuthentication,
    DbClusterResourceId: snapshot.clusterResourceId,
    TagList: tagListOf(world, arn),
  };
}
