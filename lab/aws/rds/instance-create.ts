import type { CreateDBInstanceMessage, CreateDBInstanceResult } from '@aws-sdk/client-rds';
import { AwsError, invalidParameterCombination } from '../aws-error';
import type { InstanceRequest } from '../../contract';
import type { ClusterRecord, InstanceRecord } from '../document';
import { instanceClassesOf } from '../parameters/engine-versions';
import { familyOf } from '../parameters/families';
import { defaultKey, isoNow, rdsArn, type Handlers, type World } from '../world';
import { inBackground } from './background';
import { openEndpoints } from './endpoints';
import { recordEvent } from './events';
import { recordFailedPrecheck } from './failed-precheck';
import { toDbInstance } from './instance-view';
import { groupForFamily } from './parameter-group-store';
import {
  checkNewIdentifier,
  clusterById,
  membersOf,
  newResourceId,
  normalizedId,
  requireClusterStatus,
} from './resources';
import { markStarted, parametersOf, writerRequest } from './server';
import { forgetDeletedSnapshot } from './snapshots';
import { setTags } from './tags';

export function instanceCreation(world: World): Handlers {
  return {
    CreateDBInstance(input: CreateDBInstanceMessage): CreateDBInstanceResult {
      const instance = addInstance(world, input);
      const cluster = clusterById(world, instance.clusterId);
      const upgrades = instance.isWriter && cluster.upgradeFrom !== undefined;
      const failsPrecheck = upgrades && world.faults.take('rds', 'CreateDBInstance', ['failed-precheck']) !== undefined;
      bringUp(world, cluster, instance, { failsPrecheck });
      return { DBInstance: toDbInstance(world, instance) };
    },
  };
}

function addInstance(world: World, input: CreateDBInstanceMessage): InstanceRecord {
  const id = normalizedId(input.DBInstanceIdentifier, 'DBInstanceIdentifier');
  checkNewIdentifier(id, 'DBInstanceIdentifier');
  const { instances } = world.store.document;
  if (instances[id] !== undefined) throw new AwsError('DBInstanceAlreadyExists', 'DB instance already exists');
  const cluster = clusterById(world, input.DBClusterIdentifier);
  requireClusterStatus(cluster, 'creating', 'available', 'modifying');
  checkEngine(cluster, input);
  const family = familyOf(cluster.engineVersion);
  const group = groupForFamily(world, 'instance', input.DBParameterGroupName ?? `default.${family ?? ''}`, family);
  const instance: InstanceRecord = {
    id,
    clusterId: cluster.id,
    resourceId: newResourceId(world, 'db-'),
    createdAt: isoNow(),
    status: 'creating',
    isWriter: membersOf(world, cluster.id).length === 0,
    instanceClass: input.DBInstanceClass ?? 'db.r6g.large',
    parameterGroup: group.name,
    runningParameterGroup: group.name,
    runningClusterParameterGroup: cluster.parameterGroup,
    parameterStatus: 'in-sync',
    clusterParameterStatus: 'in-sync',
    settings: {
      availabilityZone: input.AvailabilityZone ?? emptiestZone(world, cluster),
      promotionTier: input.PromotionTier ?? 1,
      isPubliclyAccessible: input.PubliclyAccessible ?? false,
      autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
      caCertificate: input.CACertificateIdentifier ?? 'rds-ca-rsa2048-g1',
      copyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
      monitoringInterval: input.MonitoringInterval ?? 0,
      ...(input.MonitoringRoleArn !== undefined && { monitoringRoleArn: input.MonitoringRoleArn }),
      performanceInsights: input.EnablePerformanceInsights ?? false,
      ...(input.EnablePerformanceInsights === true && {
        performanceInsightsRetentionDays: input.PerformanceInsightsRetentionPeriod ?? 7,
        performanceInsightsKmsKeyId: input.PerformanceInsightsKMSKeyId ?? defaultKey(world),
      }),
      preferredMaintenanceWindow: (
        input.PreferredMaintenanceWindow ?? cluster.settings.preferredMaintenanceWindow
      ).toLowerCase(),
    },
  };
  instances[id] = instance;
  setTags(world, rdsArn(world, 'db', id), input.Tags);
  return instance;
}

/** RDS spreads the instances of a cluster over the zones that its storage is in. */
function emptiestZone(world: World, cluster: ClusterRecord): string {
  const taken = membersOf(world, cluster.id).map(({ settings }) => settings.availabilityZone);
  const uses = (zone: string): number => taken.filter((one) => one === zone).length;
  const [first = ''] = [...cluster.settings.availabilityZones].sort((a, b) => uses(a) - uses(b));
  return first;
}

function checkEngine(cluster: ClusterRecord, input: CreateDBInstanceMessage): void {
  if (input.Engine !== 'aurora-mysql') {
    throw invalidParameterCombination(
      'The engine name requested for your DB instance (' +
        String(input.Engine) +
        ") doesn't match the engine name of your DB cluster (aurora-mysql).",
    );
  }
  if (input.EngineVersion !== undefined && input.EngineVersion !== cluster.engineVersion) {
    throw invalidParameterCombination(
      `The engine version that you requested for your DB instance (${input.EngineVersion}) does not match the engine version of your DB cluster (${cluster.engineVersion}).`,
    );
  }
  if (!instanceClassesOf(cluster.engineVersion).includes(input.DBInstanceClass ?? '')) {
    throw invalidParameterCombination(
      `RDS does not support creating a DB instance with the following combination: DBInstanceClass=${String(input.DBInstanceClass)}, Engine=aurora-mysql, EngineVersion=${cluster.engineVersion}, LicenseModel=general-public-license.`,
    );
  }
}

/** What the first instance's start needs beyond the records. */
export interface BringUpOptions {
  /** The upgrade does not pass its prechecks: the cluster comes up on the version of its data. */
  readonly failsPrecheck?: boolean;
  /** Only for the first blue, which has no other cluster's data. */
  readonly seedPassword?: string;
}

/** Makes the instance in the background: starts the cluster's server with the first, opens endpoints, tells events. */
export function bringUp(world: World, cluster: ClusterRecord, instance: InstanceRecord, options: BringUpOptions): void {
  inBackground(
    world,
    cluster.id,
    `Creation of ${instance.id}`,
    async (wait) => {
      if (cluster.server === 'none') await startFirst(world, cluster, instance, options);
      else if (cluster.server === 'stopped') await world.engine.start(cluster.id, parametersOf(world, cluster));
      cluster.server = 'running';
      world.store.save();
      await wait(world.timing.instanceCreateMs);
      await openEndpoints(world, cluster, instance);
      markStarted(world, cluster, [instance]);
      recordEvent(world, 'db-instance', instance.id, 'DB instance created', ['creation']);
      instance.status = 'available';
    },
    () => {
      instance.status = 'failed';
      if (cluster.server === 'none') cluster.status = 'failed';
    },
  );
}

async function startFirst(
  world: World,
  cluster: ClusterRecord,
  instance: InstanceRecord,
  options: BringUpOptions,
): Promise<void> {
  const { upgradeFrom, engineVersion: target } = cluster;
  const hasFailed = options.failsPrecheck === true && upgradeFrom !== undefined;
  if (hasFailed) {
    cluster.engineVersion = upgradeFrom;
    cluster.parameterGroup = `default.${familyOf(upgradeFrom) ?? ''}`;
    instance.parameterGroup = cluster.parameterGroup;
  }
  const { backend, recoveredCoordinates } = await world.engine.startWriter(
    writerRequest(world, cluster, instance, originOf(cluster, options)),
  );
  cluster.backend = backend;
  delete cluster.upgradeFrom;
  if (recoveredCoordinates !== undefined) {
    const { file, position } = recoveredCoordinates;
    recordEvent(
      world,
      'db-instance',
      instance.id,
      `Binlog position from crash recovery is ${file} ${String(position)}`,
    );
  }
  if (hasFailed) recordFailedPrecheck(world, cluster, instance, target);
  await forgetDeletedSnapshot(world, cluster);
}

/** Passwords are in no record: those of CreateDBCluster wait here for the first instance, as long as the lab runs. */
const waitingPasswords = new WeakMap<ClusterRecord, string>();

export function keepMasterPassword(cluster: ClusterRecord, password: string): void {
  waitingPasswords.set(cluster, password);
}

function originOf(cluster: ClusterRecord, { seedPassword }: BringUpOptions): InstanceRequest['origin'] {
  const { origin } = cluster;
  if (origin.kind !== 'seed' && origin.kind !== 'empty') return origin;
  const masterPassword = seedPassword ?? waitingPasswords.get(cluster);
  if (masterPassword === undefined) {
    throw new Error(
      `${cluster.id} was to be filled when the lab stopped, and its password is not kept; create it again.`,
    );
  }
  return { kind: origin.kind, masterPassword };
}
