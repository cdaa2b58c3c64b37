import { DEFAULT_SECURITY_GROUP_ID, VPC_ID } from './new-document';
import type {
  ClusterRecord,
  ClusterSettings,
  HostedZoneRecord,
  InstanceRecord,
  SecretRecord,
  SecurityGroupRecord,
} from './document';
import { familyOf } from './parameters/families';
import { attachedSecurityGroups, defaultSettings } from './rds/cluster-settings';
import { finishCreation } from './rds/cluster-restore';
import { bringUp } from './rds/instance-create';
import type { InstanceSettings } from './rds/instance-settings';
import { groupForFamily } from './rds/parameter-group-store';
import { checkNewIdentifier, newResourceId } from './rds/resources';
import { subnetGroupByName } from './rds/subnet-groups';
import { normalizedName } from './route53/record-sets';
import { newZone } from './route53/zones';
import { createSecret, putVersion } from './secrets-manager/secrets-manager-service';
import { AwsError } from './aws-error';
import { isoNow, newId, rdsArn, type World } from './world';

/** The first blue cluster, which stands before any AWS call is made. Groups must exist; absent ones are the defaults. */
export interface BlueClusterSeed {
  readonly clusterId: string;
  /** Names of its instances, the writer first. */
  readonly instanceIds: readonly string[];
  readonly engineVersion: string;
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly instanceClass?: string;
  readonly clusterParameterGroup?: string;
  readonly instanceParameterGroup?: string;
  readonly securityGroupIds?: readonly string[];
  readonly subnetGroup?: string;
  readonly databaseName?: string;
  /** Over the defaults. */
  readonly settings?: Partial<ClusterSettings>;
  readonly instanceSettings?: Partial<InstanceSettings>;
  /** Of the cluster and its instances. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Registers the cluster; it becomes available in the background, as after CreateDBCluster and CreateDBInstance. */
export function seedBlueCluster(world: World, seed: BlueClusterSeed): void {
  const { clusters, instances } = world.store.document;
  checkNewIdentifier(seed.clusterId, 'DBClusterIdentifier');
  if (clusters[seed.clusterId] !== undefined)
    throw new AwsError('DBClusterAlreadyExistsFault', `DB Cluster already exists: ${seed.clusterId}`);
  const family = familyOf(seed.engineVersion);
  const defaultGroup = `default.${family ?? ''}`;
  const cluster: ClusterRecord = {
    id: seed.clusterId,
    resourceId: newResourceId(world, 'cluster-'),
    createdAt: isoNow(),
    status: 'creating',
    engineVersion: seed.engineVersion,
    masterUsername: seed.masterUsername,
    parameterGroup: groupForFamily(world, 'cluster', seed.clusterParameterGroup ?? defaultGroup, family).name,
    subnetGroup: subnetGroupByName(world, seed.subnetGroup ?? 'default').name,
    securityGroupIds: attachedSecurityGroups(world, seed.securityGroupIds ?? [DEFAULT_SECURITY_GROUP_ID]),
    origin: { kind: 'seed' },
    server: 'none',
    settings: {
      ...defaultSettings(world),
      backupRetentionPeriod: 7,
      ...(seed.databaseName !== undefined && { databaseName: seed.databaseName }),
      ...seed.settings,
    },
  };
  clusters[cluster.id] = cluster;
  if (seed.tags !== undefined) world.store.document.tags[rdsArn(world, 'cluster', cluster.id)] = { ...seed.tags };
  finishCreation(world, cluster);
  for (const [index, id] of seed.instanceIds.entries()) {
    checkNewIdentifier(id, 'DBInstanceIdentifier');
    const instance = newInstance(world, cluster, seed, id, index);
    instances[id] = instance;
    if (seed.tags !== undefined) world.store.document.tags[rdsArn(world, 'db', id)] = { ...seed.tags };
    bringUp(world, cluster, instance, { seedPassword: seed.masterPassword });
  }
}

function newInstance(
  world: World,
  cluster: ClusterRecord,
  seed: BlueClusterSeed,
  id: string,
  index: number,
): InstanceRecord {
  const family = familyOf(seed.engineVersion);
  const group = groupForFamily(
    world,
    'instance',
    seed.instanceParameterGroup ?? `default.${family ?? ''}`,
    family,
  ).name;
  return {
    id,
    clusterId: cluster.id,
    resourceId: newResourceId(world, 'db-'),
    createdAt: isoNow(),
    status: 'creating',
    isWriter: index === 0,
    instanceClass: seed.instanceClass ?? 'db.r6g.large',
    parameterGroup: group,
    runningParameterGroup: group,
    runningClusterParameterGroup: cluster.parameterGroup,
    parameterStatus: 'in-sync',
    clusterParameterStatus: 'in-sync',
    settings: {
      availabilityZone: `${world.store.document.region}${'abc'.charAt(index % 3)}`,
      promotionTier: 1,
      isPubliclyAccessible: false,
      autoMinorVersionUpgrade: false,
      caCertificate: 'rds-ca-rsa2048-g1',
      copyTagsToSnapshot: false,
      monitoringInterval: 0,
      performanceInsights: false,
      preferredMaintenanceWindow: cluster.settings.preferredMaintenanceWindow,
      ...seed.instanceSettings,
    },
  };
}

/** A security group of the lab's VPC, as if made long ago. Answers the existing one of that name. */
export function seedSecurityGroup(
  world: World,
  seed: { readonly name: string; readonly description?: string },
): SecurityGroupRecord {
  const { securityGroups } = world.store.document;
  const existing = Object.values(securityGroups).find(({ name }) => name === seed.name);
  if (existing !== undefined) return existing;
  const group: SecurityGroupRecord = {
    id: newId(world, 'sg-'),
    name: seed.name,
    description: seed.description ?? seed.name,
    vpcId: VPC_ID,
  };
  securityGroups[group.id] = group;
  return group;
}

/** A hosted zone, its records as given. Answers the existing one of that name. */
export function seedHostedZone(
  world: World,
  seed: { readonly name: string; readonly comment?: string },
): HostedZoneRecord {
  const name = normalizedName(seed.name);
  const existing = Object.values(world.store.document.hostedZones).find((zone) => zone.name === name);
  if (existing !== undefined) return existing;
  return newZone(world, { name, comment: seed.comment ?? '', callerReference: `lab-${name}` });
}

/** A secret with a value. Answers the existing one of that name, its value untouched. */
export function seedSecret(world: World, seed: { readonly name: string; readonly secretString: string }): SecretRecord {
  const existing = world.store.document.secrets[seed.name];
  if (existing !== undefined) return existing;
  const secret = createSecret(world, seed.name);
  putVersion(secret, { SecretString: seed.secretString }, ['AWSCURRENT']);
  return secret;
}
