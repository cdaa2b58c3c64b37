import { AwsError } from '../aws-error';
import type { ClusterRecord, ClusterSnapshotRecord, ClusterStatus, InstanceRecord } from '../document';
import { required } from '../aws-error';
import { newId, type World } from '../world';

/** AWS keeps identifiers in lower case; an ARN stands for the resource whose id ends it. */
export function normalizedId(identifier: string | undefined, member: string): string {
  const id = required(identifier, member);
  return (id.startsWith('arn:') ? id.split(':').slice(6).join(':') : id).toLowerCase();
}

export function clusterById(world: World, identifier: string | undefined): ClusterRecord {
  const id = normalizedId(identifier, 'DBClusterIdentifier');
  const cluster = world.store.document.clusters[id];
  if (cluster === undefined) throw new AwsError('DBClusterNotFoundFault', `DBCluster ${id} not found.`, 404);
  return cluster;
}

export function instanceById(world: World, identifier: string | undefined): InstanceRecord {
  const id = normalizedId(identifier, 'DBInstanceIdentifier');
  const instance = world.store.document.instances[id];
  if (instance === undefined) throw new AwsError('DBInstanceNotFound', `DBInstance ${id} not found.`, 404);
  return instance;
}

export function snapshotById(world: World, identifier: string | undefined): ClusterSnapshotRecord {
  const id = normalizedId(identifier, 'DBClusterSnapshotIdentifier');
  const snapshot = world.store.document.clusterSnapshots[id];
  if (snapshot === undefined) {
    throw new AwsError('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot not found: ${id}`, 404);
  }
  return snapshot;
}

/** Instances of a cluster, the writer first. */
export function membersOf(world: World, clusterId: string): InstanceRecord[] {
  return Object.values(world.store.document.instances)
    .filter((instance) => instance.clusterId === clusterId)
    .sort(
      (left, right) => Number(right.isWriter) - Number(left.isWriter) || left.createdAt.localeCompare(right.createdAt),
    );
}

export function writerOf(world: World, clusterId: string): InstanceRecord | undefined {
  return membersOf(world, clusterId).find((instance) => instance.isWriter);
}

/** Refuses with AWS's words unless the cluster is in one of these states. */
export function requireClusterStatus(cluster: ClusterRecord, ...allowed: readonly ClusterStatus[]): void {
  if (!allowed.includes(cluster.status)) {
    throw new AwsError(
      'InvalidDBClusterStateFault',
      `DbCluster ${cluster.id} is in ${cluster.status} state but expected it to be one of ${allowed.join(',')}.`,
    );
  }
}

export function requireInstanceStatus(instance: InstanceRecord, ...allowed: readonly InstanceRecord['status'][]): void {
  if (!allowed.includes(instance.status)) {
    throw new AwsError('InvalidDBInstanceState', `Database instance is not in ${allowed.join(' or ')} state.`);
  }
}

/** AWS's rules for the names of clusters, instances and snapshots. */
export function checkNewIdentifier(id: string, member: string): void {
  if (!/^[a-z](?!.*--)[a-z0-9-]{0,62}$/.test(id) || id.endsWith('-')) {
    throw new AwsError(
      'InvalidParameterValue',
      `The parameter ${member} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
    );
  }
}

export function newResourceId(world: World, prefix: 'cluster-' | 'db-'): string {
  return newId(world, prefix).toUpperCase().replace(prefix.toUpperCase(), prefix);
}
