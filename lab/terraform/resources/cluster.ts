import {
  DeleteDBClusterCommand,
  ModifyDBClusterCommand,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBClusterToPointInTimeCommand,
  type ModifyDBClusterCommandInput,
  type ServerlessV2ScalingConfigurationInfo,
} from '@aws-sdk/client-rds';
import { flagOf, isTrue, numberOf, overlay, requiredText, soleBlock, textOf, textsOf } from '../state';
import type { Attributes, Value } from '../wire/values';
import { attempt, unlessGone } from './aws-failure';
import { clusterChange, scalingInput } from './cluster-change';
import { updateRoles } from './cluster-roles';
import {
  CLUSTER_GONE,
  findCluster,
  waitForClusterCreated,
  waitForClusterDeleted,
  waitForClusterUpdated,
} from './clusters';
import { readEngineVersion } from './engine-version';
import type { Resource, Session } from './resource';
import { readTags, tagList, updateRdsTags } from './tags';
import { retryWhile } from './wait';

/** `aws_rds_cluster`, made from a snapshot or by restoring to a point in time (a clone). */
export const cluster: Resource = {
  validate(config) {
    const origins = [textOf(config, 'snapshot_identifier'), soleBlock(config, 'restore_to_point_in_time')];
    const isKnown = config['snapshot_identifier'] === null || typeof config['snapshot_identifier'] === 'string';
    if (isKnown && origins.filter((origin) => origin !== undefined).length > 1) {
      return ['"restore_to_point_in_time": conflicts with snapshot_identifier'];
    }
    return [];
  },

  async create(planned, session) {
    const id = requiredText(planned, 'cluster_identifier');
    const clone = soleBlock(planned, 'restore_to_point_in_time');
    if (textOf(planned, 'snapshot_identifier') !== undefined) await restoreSnapshot(id, planned, session);
    else if (clone) await restoreToPointInTime(id, planned, clone, session);
    else throw new Error(`creating RDS Cluster (${id}): the lab's provider only restores snapshots and clones`);
    return id;
  },

  async settle(planned, session) {
    const id = requiredText(planned, 'cluster_identifier');
    await waitForClusterCreated(id, session);
    // The restoring calls have no arguments for these.
    const late = {
      BackupRetentionPeriod: numberOf(planned, 'backup_retention_period'),
      MasterUserPassword: textOf(planned, 'master_password'),
      PreferredBackupWindow: textOf(planned, 'preferred_backup_window'),
      PreferredMaintenanceWindow: textOf(planned, 'preferred_maintenance_window'),
    };
    if (Object.values(late).some((value) => value !== undefined)) {
      await modify({ ...late, DBClusterIdentifier: id, ApplyImmediately: true }, session);
    }
    await updateRoles(id, [], textsOf(planned, 'iam_roles') ?? [], session);
  },

  async read(state, session) {
    const id = requiredText(state, 'id');
    const found = await attempt(`reading RDS Cluster (${id})`, () => findCluster(id, session));
    if (!found) return undefined;
    return overlay(state, {
      allocated_storage: found.AllocatedStorage,
      arn: found.DBClusterArn,
      availability_zones: found.AvailabilityZones ?? [],
      backtrack_window: found.BacktrackWindow,
      backup_retention_period: found.BackupRetentionPeriod,
      cluster_identifier: found.DBClusterIdentifier,
      cluster_identifier_prefix: '',
      cluster_members: (found.DBClusterMembers ?? []).map(({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? ''),
      cluster_resource_id: found.DbClusterResourceId,
      copy_tags_to_snapshot: found.CopyTagsToSnapshot ?? false,
      database_name: found.DatabaseName ?? textOf(state, 'database_name'),
      db_cluster_parameter_group_name: found.DBClusterParameterGroup,
      db_subnet_group_name: found.DBSubnetGroup,
      deletion_protection: found.DeletionProtection ?? false,
      enabled_cloudwatch_logs_exports: found.EnabledCloudwatchLogsExports ?? [],
      endpoint: found.Endpoint,
      engine: found.Engine,
      engine_lifecycle_support: found.EngineLifecycleSupport,
      engine_mode: found.EngineMode,
      ...readEngineVersion(state, found.EngineVersion, found.PendingModifiedValues?.EngineVersion),
      hosted_zone_id: found.HostedZoneId,
      iam_database_authentication_enabled: found.IAMDatabaseAuthenticationEnabled ?? false,
      iam_roles: (found.AssociatedRoles ?? []).map(({ RoleArn }) => RoleArn ?? ''),
      kms_key_id: found.KmsKeyId,
      master_user_secret: [],
      master_username: found.MasterUsername,
      network_type: found.NetworkType,
      port: found.Port,
      preferred_backup_window: found.PreferredBackupWindow,
      preferred_maintenance_window: found.PreferredMaintenanceWindow,
      reader_endpoint: found.ReaderEndpoint,
      replication_source_identifier: found.ReplicationSourceIdentifier,
      serverlessv2_scaling_configuration: scalingOf(found.ServerlessV2ScalingConfiguration),
      storage_encrypted: found.StorageEncrypted,
      storage_type: found.StorageType,
      vpc_security_group_ids: (found.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? ''),
      ...readTags(state, found.TagList),
    });
  },

  async update(prior, planned, session) {
    const id = requiredText(prior, 'id');
    const change = clusterChange(prior, planned);
    if (change) {
      await modify(
        { ...change, DBClusterIdentifier: id, ApplyImmediately: isTrue(planned, 'apply_immediately') },
        session,
      );
    }
    await updateRoles(id, textsOf(prior, 'iam_roles') ?? [], textsOf(planned, 'iam_roles') ?? [], session);
    await updateRdsTags(requiredText(prior, 'arn'), prior, planned, session);
  },

  async delete(state, session) {
    const id = requiredText(state, 'id');
    const skipsSnapshot = isTrue(state, 'skip_final_snapshot');
    const snapshot = textOf(state, 'final_snapshot_identifier');
    if (!skipsSnapshot && snapshot === undefined) {
      throw new Error('RDS Cluster final_snapshot_identifier is required when skip_final_snapshot is false');
    }
    const command = new DeleteDBClusterCommand({
      DBClusterIdentifier: id,
      DeleteAutomatedBackups: flagOf(state, 'delete_automated_backups') ?? true,
      SkipFinalSnapshot: skipsSnapshot,
      ...(skipsSnapshot ? {} : { FinalDBSnapshotIdentifier: snapshot }),
    });
    await attempt(`deleting RDS Cluster (${id})`, () =>
      unlessGone(CLUSTER_GONE, () =>
        retryWhile(['InvalidDBClusterStateFault'], () => session.rds.send(command), session),
      ),
    );
    await waitForClusterDeleted(id, session);
  },
};

async function restoreSnapshot(id: string, planned: Attributes, session: Session): Promise<void> {
  const command = new RestoreDBClusterFromSnapshotCommand({
    ...placement(id, planned),
    SnapshotIdentifier: requiredText(planned, 'snapshot_identifier'),
    Engine: requiredText(planned, 'engine'),
    EngineMode: textOf(planned, 'engine_mode'),
    EngineVersion: textOf(planned, 'engine_version'),
    EngineLifecycleSupport: textOf(planned, 'engine_lifecycle_support'),
    AvailabilityZones: textsOf(planned, 'availability_zones'),
    DatabaseName: textOf(planned, 'database_name'),
    KmsKeyId: textOf(planned, 'kms_key_id'),
  });
  await attempt(`creating RDS Cluster (restore from snapshot) (${id})`, () => session.rds.send(command));
}

/** RDS clones at the source's version, with its key: neither can be asked for. */
async function restoreToPointInTime(
  id: string,
  planned: Attributes,
  clone: Attributes,
  session: Session,
): Promise<void> {
  const time = textOf(clone, 'restore_to_time');
  const command = new RestoreDBClusterToPointInTimeCommand({
    ...placement(id, planned),
    RestoreType: textOf(clone, 'restore_type'),
    SourceDBClusterIdentifier: textOf(clone, 'source_cluster_identifier'),
    SourceDbClusterResourceId: textOf(clone, 'source_cluster_resource_id'),
    UseLatestRestorableTime: isTrue(clone, 'use_latest_restorable_time') || undefined,
    RestoreToTime: time === undefined ? undefined : new Date(time),
  });
  await attempt(`creating RDS Cluster (restore to point-in-time) (${id})`, () => session.rds.send(command));
}

/** What both ways of restoring take. */
function placement(id: string, planned: Attributes) {
  return {
    DBClusterIdentifier: id,
    CopyTagsToSnapshot: isTrue(planned, 'copy_tags_to_snapshot'),
    DeletionProtection: isTrue(planned, 'deletion_protection'),
    Tags: tagList(planned),
    BacktrackWindow: numberOf(planned, 'backtrack_window'),
    DBClusterParameterGroupName: textOf(planned, 'db_cluster_parameter_group_name'),
    DBSubnetGroupName: textOf(planned, 'db_subnet_group_name'),
    EnableCloudwatchLogsExports: textsOf(planned, 'enabled_cloudwatch_logs_exports'),
    EnableIAMDatabaseAuthentication: flagOf(planned, 'iam_database_authentication_enabled'),
    NetworkType: textOf(planned, 'network_type'),
    Port: numberOf(planned, 'port'),
    ServerlessV2ScalingConfiguration: scalingInput(planned),
    StorageType: textOf(planned, 'storage_type'),
    VpcSecurityGroupIds: textsOf(planned, 'vpc_security_group_ids'),
  };
}

function scalingOf(found: ServerlessV2ScalingConfigurationInfo | undefined): Value {
  if (found === undefined) return [];
  const { MinCapacity, MaxCapacity, SecondsUntilAutoPause } = found;
  return [
    {
      min_capacity: MinCapacity ?? null,
      max_capacity: MaxCapacity ?? null,
      seconds_until_auto_pause: SecondsUntilAutoPause ?? null,
    },
  ];
}

async function modify(input: ModifyDBClusterCommandInput, session: Session): Promise<void> {
  const id = input.DBClusterIdentifier ?? '';
  await attempt(`updating RDS Cluster (${id})`, () =>
    retryWhile(['InvalidDBClusterStateFault'], () => session.rds.send(new ModifyDBClusterCommand(input)), session),
  );
  await waitForClusterUpdated(id, input.ApplyImmediately ?? false, session);
}
