import type {
  DeleteDBInstanceMessage,
  DeleteDBInstanceResult,
  ModifyDBInstanceMessage,
  ModifyDBInstanceResult,
  RebootDBInstanceMessage,
  RebootDBInstanceResult,
} from '@aws-sdk/client-rds';
import { AwsError, invalidParameterCombination } from '../aws-error';
import type { ClusterRecord, InstanceRecord } from '../document';
import { instanceClassesOf } from '../parameters/engine-versions';
import { familyOf } from '../parameters/families';
import { defaultKey, rdsArn, type Handlers, type World } from '../world';
import { inBackground } from './background';
import { closeEndpoints } from './endpoints';
import { recordEvent } from './events';
import type { InstanceSettings } from './instance-settings';
import { toDbInstance } from './instance-view';
import { groupForFamily } from './parameter-group-store';
import { clusterById, instanceById, membersOf, requireInstanceStatus } from './resources';
import { markStarted, parametersOf } from './server';

export function instanceLifecycle(world: World): Handlers {
  return {
    ModifyDBInstance(input: ModifyDBInstanceMessage): ModifyDBInstanceResult {
      const instance = instanceById(world, input.DBInstanceIdentifier);
      requireInstanceStatus(instance, 'available');
      modifyInstance(world, instance, input);
      return { DBInstance: toDbInstance(world, instance) };
    },
    RebootDBInstance(input: RebootDBInstanceMessage): RebootDBInstanceResult {
      const instance = instanceById(world, input.DBInstanceIdentifier);
      requireInstanceStatus(instance, 'available');
      rebootInstance(world, instance);
      return { DBInstance: toDbInstance(world, instance) };
    },
    DeleteDBInstance(input: DeleteDBInstanceMessage): DeleteDBInstanceResult {
      const instance = instanceById(world, input.DBInstanceIdentifier);
      if (instance.status === 'deleting')
        throw new AwsError('InvalidDBInstanceState', `Instance ${instance.id} is already being deleted.`);
      const cluster = clusterById(world, instance.clusterId);
      if (cluster.status === 'stopped' || cluster.status === 'stopping') {
        throw new AwsError(
          'InvalidDBClusterStateFault',
          `DbCluster ${cluster.id} is in ${cluster.status} state; start it before deleting its instances.`,
        );
      }
      deleteInstance(world, cluster, instance);
      return { DBInstance: toDbInstance(world, instance) };
    },
  };
}

function modifyInstance(world: World, instance: InstanceRecord, input: ModifyDBInstanceMessage): void {
  const cluster = clusterById(world, instance.clusterId);
  if (input.EngineVersion !== undefined)
    throw invalidParameterCombination(
      'The engine version of a DB instance in a DB cluster is changed with ModifyDBCluster.',
    );
  if (input.NewDBInstanceIdentifier !== undefined)
    throw invalidParameterCombination("The lab's RDS does not carry out NewDBInstanceIdentifier.");
  if (
    input.DBInstanceClass !== undefined &&
    !instanceClassesOf(cluster.engineVersion).includes(input.DBInstanceClass)
  ) {
    throw invalidParameterCombination(
      `RDS does not support the DB instance class ${input.DBInstanceClass} with ${cluster.engineVersion}.`,
    );
  }
  if (input.DBParameterGroupName !== undefined) {
    const group = groupForFamily(world, 'instance', input.DBParameterGroupName, familyOf(cluster.engineVersion));
    if (group.name !== instance.parameterGroup) instance.parameterStatus = 'pending-reboot';
    instance.parameterGroup = group.name;
  }
  instance.instanceClass = input.DBInstanceClass ?? instance.instanceClass;
  instance.settings = settingsAfter(world, instance.settings, input);
  instance.status = 'modifying';
  inBackground(
    world,
    cluster.id,
    `Modification of ${instance.id}`,
    async (wait) => {
      await wait(world.timing.modifyMs);
      instance.status = 'available';
    },
    () => (instance.status = 'available'),
  );
}

function settingsAfter(world: World, settings: InstanceSettings, input: ModifyDBInstanceMessage): InstanceSettings {
  return {
    ...settings,
    ...(input.EnablePerformanceInsights === true && {
      performanceInsightsRetentionDays: settings.performanceInsightsRetentionDays ?? 7,
      performanceInsightsKmsKeyId:
        input.PerformanceInsightsKMSKeyId ?? settings.performanceInsightsKmsKeyId ?? defaultKey(world),
    }),
    promotionTier: input.PromotionTier ?? settings.promotionTier,
    isPubliclyAccessible: input.PubliclyAccessible ?? settings.isPubliclyAccessible,
    autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? settings.autoMinorVersionUpgrade,
    caCertificate: input.CACertificateIdentifier ?? settings.caCertificate,
    copyTagsToSnapshot: input.CopyTagsToSnapshot ?? settings.copyTagsToSnapshot,
    monitoringInterval: input.MonitoringInterval ?? settings.monitoringInterval,
    performanceInsights: input.EnablePerformanceInsights ?? settings.performanceInsights,
    preferredMaintenanceWindow: (input.PreferredMaintenanceWindow ?? settings.preferredMaintenanceWindow).toLowerCase(),
    ...(input.MonitoringRoleArn !== undefined && { monitoringRoleArn: input.MonitoringRoleArn }),
    ...(input.PerformanceInsightsRetentionPeriod !== undefined && {
      performanceInsightsRetentionDays: input.PerformanceInsightsRetentionPeriod,
    }),
  };
}

/** Rebooting the writer restarts the cluster's server; a reader only takes over its groups, having no process. */
function rebootInstance(world: World, instance: InstanceRecord): void {
  const cluster = clusterById(world, instance.clusterId);
  instance.status = 'rebooting';
  inBackground(
    world,
    cluster.id,
    `Reboot of ${instance.id}`,
    async (wait) => {
      recordEvent(world, 'db-instance', instance.id, 'DB instance shutdown', ['availability']);
      if (instance.isWriter) await world.engine.reboot(cluster.id, parametersOf(world, cluster));
      markStarted(world, cluster, [instance]);
      await wait(world.timing.rebootMs);
      recordEvent(world, 'db-instance', instance.id, 'DB instance restarted', ['availability']);
      instance.status = 'available';
    },
    () => (instance.status = 'available'),
  );
}

export function deleteInstance(world: World, cluster: ClusterRecord, instance: InstanceRecord): void {
  instance.status = 'deleting';
  inBackground(
    world,
    cluster.id,
    `Deletion of ${instance.id}`,
    async (wait) => {
      await closeEndpoints(world, cluster, instance);
      const survivors = membersOf(world, cluster.id).filter((member) => member.id !== instance.id);
      if (survivors.length === 0 && cluster.server === 'running') {
        // The storage outlives the last instance: a new one finds the data again.
        await world.engine.stop(cluster.id);
        cluster.server = 'stopped';
      }
      await wait(world.timing.deleteMs);
      const { [instance.id]: _deleted, ...kept } = world.store.document.instances;
      world.store.document.instances = kept;
      const { [rdsArn(world, 'db', instance.id)]: _tags, ...tags } = world.store.document.tags;
      world.store.document.tags = tags;
      const [successor] = survivors;
      if (instance.isWriter && successor !== undefined) successor.isWriter = true;
      recordEvent(world, 'db-instance', instance.id, 'DB instance deleted', ['deletion']);
    },
    () => (instance.status = 'failed'),
  );
}
