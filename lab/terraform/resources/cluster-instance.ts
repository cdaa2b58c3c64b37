import {
  CreateDBInstanceCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  type DBInstance,
  type ModifyDBInstanceCommandInput,
} from '@aws-sdk/client-rds';
import { isSame } from '../compare';
import { flagOf, isTrue, numberOf, overlay, requiredText, textOf } from '../state';
import type { Attributes } from '../wire/values';
import { attempt, unlessGone } from './aws-failure';
import { findCluster } from './clusters';
import { readEngineVersion } from './engine-version';
import type { Resource, Session } from './resource';
import { readTags, tagList, updateRdsTags } from './tags';
import { waitFor } from './wait';

const GONE = ['DBInstanceNotFoundFault', 'DBInstanceNotFound'];

const BUSY = [
  'backing-up',
  'configuring-enhanced-monitoring',
  'configuring-iam-database-auth',
  'configuring-log-exports',
  'creating',
  'maintenance',
  'modifying',
  'rebooting',
  'renaming',
  'resetting-master-credentials',
  'starting',
  'upgrading',
];

/** `aws_rds_cluster_instance`. The first instance of a restored cluster carries out its version upgrade. */
export const clusterInstance: Resource = {
  async create(planned, session) {
    const id = requiredText(planned, 'identifier');
    const clusterId = requiredText(planned, 'cluster_identifier');
    const command = new CreateDBInstanceCommand({
      DBInstanceIdentifier: id,
      DBClusterIdentifier: clusterId,
      DBInstanceClass: requiredText(planned, 'instance_class'),
      Engine: requiredText(planned, 'engine'),
      EngineVersion: textOf(planned, 'engine_version'),
      AutoMinorVersionUpgrade: isTrue(planned, 'auto_minor_version_upgrade'),
      AvailabilityZone: textOf(planned, 'availability_zone'),
      CACertificateIdentifier: textOf(planned, 'ca_cert_identifier'),
      CopyTagsToSnapshot: isTrue(planned, 'copy_tags_to_snapshot'),
      DBParameterGroupName: textOf(planned, 'db_parameter_group_name'),
      DBSubnetGroupName: textOf(planned, 'db_subnet_group_name'),
      ...monitoring(planned),
      ...performanceInsights(planned),
      PreferredMaintenanceWindow: textOf(planned, 'preferred_maintenance_window'),
      PromotionTier: numberOf(planned, 'promotion_tier') ?? 0,
      PubliclyAccessible: isTrue(planned, 'publicly_accessible'),
      Tags: tagList(planned),
    });
    await attempt(`creating RDS Cluster (${clusterId}) Instance (${id})`, () => session.rds.send(command));
    return id;
  },

  async settle(planned, session) {
    await waitForAvailable(requiredText(planned, 'identifier'), 'create', session);
  },

  async read(state, session) {
    const id = requiredText(state, 'id');
    const found = await attempt(`reading RDS Cluster Instance (${id})`, () => find(id, session));
    if (!found) return undefined;
    const members = (await findCluster(found.DBClusterIdentifier ?? '', session))?.DBClusterMembers ?? [];
    return overlay(state, {
      arn: found.DBInstanceArn,
      auto_minor_version_upgrade: found.AutoMinorVersionUpgrade ?? false,
      availability_zone: found.AvailabilityZone,
      ca_cert_identifier: found.CACertificateIdentifier,
      cluster_identifier: found.DBClusterIdentifier,
      copy_tags_to_snapshot: found.CopyTagsToSnapshot ?? false,
      db_parameter_group_name: found.DBParameterGroups?.[0]?.DBParameterGroupName,
      db_subnet_group_name: found.DBSubnetGroup?.DBSubnetGroupName,
      dbi_resource_id: found.DbiResourceId,
      endpoint: found.Endpoint?.Address,
      engine: found.Engine,
      ...readEngineVersion(state, found.EngineVersion, found.PendingModifiedValues?.EngineVersion),
      identifier: found.DBInstanceIdentifier,
      identifier_prefix: '',
      instance_class: found.DBInstanceClass,
      kms_key_id: found.KmsKeyId,
      monitoring_interval: found.MonitoringInterval ?? 0,
      monitoring_role_arn: found.MonitoringRoleArn,
      network_type: found.NetworkType,
      performance_insights_enabled: found.PerformanceInsightsEnabled ?? false,
      performance_insights_kms_key_id: found.PerformanceInsightsKMSKeyId,
      performance_insights_retention_period: found.PerformanceInsightsRetentionPeriod,
      port: found.Endpoint?.Port,
      preferred_backup_window: found.PreferredBackupWindow,
      preferred_maintenance_window: found.PreferredMaintenanceWindow,
      promotion_tier: found.PromotionTier ?? 0,
      publicly_accessible: found.PubliclyAccessible ?? false,
      storage_encrypted: found.StorageEncrypted,
      writer: members.some((member) => member.DBInstanceIdentifier === id && member.IsClusterWriter === true),
      ...readTags(state, found.TagList),
    });
  },

  async update(prior, planned, session) {
    const id = requiredText(prior, 'id');
    const change = instanceChange(prior, planned);
    if (change) {
      const command = new ModifyDBInstanceCommand({
        ...change,
        DBInstanceIdentifier: id,
        ApplyImmediately: isTrue(planned, 'apply_immediately'),
      });
      await attempt(`updating RDS Cluster Instance (${id})`, () => session.rds.send(command));
      await waitForAvailable(id, 'update', session);
    }
    await updateRdsTags(requiredText(prior, 'arn'), prior, planned, session);
  },

  async delete(state, session) {
    const id = requiredText(state, 'id');
    await attempt(`deleting RDS Cluster Instance (${id})`, () =>
      unlessGone(GONE, () => session.rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: id }))),
    );
    await waitFor(
      {
        what: `waiting for RDS Cluster Instance (${id}) delete`,
        look: async () => (await find(id, session))?.DBInstanceStatus,
        pending: ['available', 'configuring-log-exports', 'delete-precheck', 'deleting', 'modifying'],
        target: 'gone',
      },
      session,
    );
  },
};

type Change = Partial<ModifyDBInstanceCommandInput>;

const SETTINGS: Readonly<Record<string, (planned: Attributes) => Change>> = {
  auto_minor_version_upgrade: (planned) => ({
    AutoMinorVersionUpgrade: isTrue(planned, 'auto_minor_version_upgrade'),
  }),
  ca_cert_identifier: (planned) => ({ CACertificateIdentifier: textOf(planned, 'ca_cert_identifier') }),
  copy_tags_to_snapshot: (planned) => ({ CopyTagsToSnapshot: isTrue(planned, 'copy_tags_to_snapshot') }),
  db_parameter_group_name: (planned) => ({ DBParameterGroupName: textOf(planned, 'db_parameter_group_name') }),
  monitoring_interval: monitoring,
  monitoring_role_arn: monitoring,
  performance_insights_enabled: performanceInsights,
  performance_insights_kms_key_id: performanceInsights,
  performance_insights_retention_period: performanceInsights,
  instance_class: (planned) => ({ DBInstanceClass: textOf(planned, 'instance_class') }),
  preferred_maintenance_window: (planned) => ({
    PreferredMaintenanceWindow: textOf(planned, 'preferred_maintenance_window'),
  }),
  promotion_tier: (planned) => ({ PromotionTier: numberOf(planned, 'promotion_tier') ?? 0 }),
  publicly_accessible: (planned) => ({ PubliclyAccessible: flagOf(planned, 'publicly_accessible') ?? false }),
};

function monitoring(planned: Attributes): Change {
  return {
    MonitoringInterval: numberOf(planned, 'monitoring_interval') ?? 0,
    MonitoringRoleArn: textOf(planned, 'monitoring_role_arn'),
  };
}

function performanceInsights(planned: Attributes): Change {
  const isOn = flagOf(planned, 'performance_insights_enabled');
  if (isOn !== true) return { EnablePerformanceInsights: isOn };
  return {
    EnablePerformanceInsights: true,
    PerformanceInsightsKMSKeyId: textOf(planned, 'performance_insights_kms_key_id'),
    PerformanceInsightsRetentionPeriod: numberOf(planned, 'performance_insights_retention_period'),
  };
}

function instanceChange(prior: Attributes, planned: Attributes): Change | undefined {
  const changes = Object.entries(SETTINGS)
    .filter(([name]) => !isSame(prior[name] ?? null, planned[name] ?? null))
    .map(([, toChange]) => toChange(planned));
  return changes.length === 0 ? undefined : (Object.assign({}, ...changes) as Change);
}

async function find(id: string, session: Session): Promise<DBInstance | undefined> {
  const answer = await unlessGone(GONE, () =>
    session.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id })),
  );
  return answer?.DBInstances?.[0];
}

async function waitForAvailable(id: string, change: 'create' | 'update', session: Session): Promise<void> {
  await waitFor(
    {
      what: `waiting for RDS Cluster Instance (${id}) ${change}`,
      look: async () => (await find(id, session))?.DBInstanceStatus,
      pending: BUSY,
      target: ['available', 'storage-optimization'],
      isAfterChange: change === 'update',
    },
    session,
  );
}
