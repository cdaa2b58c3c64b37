/** Which request changes a cluster from one state to another. */
import type { ModifyDBClusterCommandInput, ServerlessV2ScalingConfiguration } from '@aws-sdk/client-rds';
import { isSame } from '../compare';
import { flagOf, isTrue, numberOf, soleBlock, textOf, textsOf } from '../state';
import type { Attributes } from '../wire/values';

type Change = Partial<ModifyDBClusterCommandInput>;

const SETTINGS: Readonly<Record<string, (planned: Attributes) => Change>> = {
  backtrack_window: (planned) => ({ BacktrackWindow: numberOf(planned, 'backtrack_window') ?? 0 }),
  backup_retention_period: (planned) => ({ BackupRetentionPeriod: numberOf(planned, 'backup_retention_period') }),
  copy_tags_to_snapshot: (planned) => ({ CopyTagsToSnapshot: isTrue(planned, 'copy_tags_to_snapshot') }),
  db_cluster_parameter_group_name: (planned) => ({
    DBClusterParameterGroupName: textOf(planned, 'db_cluster_parameter_group_name'),
  }),
  deletion_protection: (planned) => ({ DeletionProtection: isTrue(planned, 'deletion_protection') }),
  engine_version: (planned) => ({ EngineVersion: textOf(planned, 'engine_version') }),
  iam_database_authentication_enabled: (planned) => ({
    EnableIAMDatabaseAuthentication: flagOf(planned, 'iam_database_authentication_enabled') ?? false,
  }),
  master_password: (planned) => ({ MasterUserPassword: textOf(planned, 'master_password') }),
  port: (planned) => ({ Port: numberOf(planned, 'port') }),
  preferred_backup_window: (planned) => ({ PreferredBackupWindow: textOf(planned, 'preferred_backup_window') }),
  preferred_maintenance_window: (planned) => ({
    PreferredMaintenanceWindow: textOf(planned, 'preferred_maintenance_window'),
  }),
  serverlessv2_scaling_configuration: (planned) => ({ ServerlessV2ScalingConfiguration: scalingInput(planned) }),
  network_type: (planned) => ({ NetworkType: textOf(planned, 'network_type') }),
  storage_type: (planned) => ({ StorageType: textOf(planned, 'storage_type') }),
  vpc_security_group_ids: (planned) => ({ VpcSecurityGroupIds: textsOf(planned, 'vpc_security_group_ids') ?? [] }),
};

/** Undefined when no call is needed. Changed attributes that no call can carry (say, how to delete) need none. */
export function clusterChange(prior: Attributes, planned: Attributes): Change | undefined {
  const changed = Object.entries(SETTINGS).filter(([name]) => hasChanged(name, prior, planned));
  const logs = logExports(prior, planned);
  if (changed.length === 0 && logs === undefined) return undefined;
  const change: Change = Object.assign({}, ...changed.map(([, toChange]) => toChange(planned)), logs) as Change;
  if (change.EngineVersion === undefined) return change;
  return {
    ...change,
    AllowMajorVersionUpgrade: flagOf(planned, 'allow_major_version_upgrade'),
    DBInstanceParameterGroupName: textOf(planned, 'db_instance_parameter_group_name'),
  };
}

export function scalingInput(planned: Attributes): ServerlessV2ScalingConfiguration | undefined {
  const block = soleBlock(planned, 'serverlessv2_scaling_configuration');
  return (
    block && {
      MinCapacity: numberOf(block, 'min_capacity'),
      MaxCapacity: numberOf(block, 'max_capacity'),
      SecondsUntilAutoPause: numberOf(block, 'seconds_until_auto_pause'),
    }
  );
}

function logExports(prior: Attributes, planned: Attributes): Change | undefined {
  const name = 'enabled_cloudwatch_logs_exports';
  if (!hasChanged(name, prior, planned)) return undefined;
  const before = textsOf(prior, name) ?? [];
  const after = textsOf(planned, name) ?? [];
  return {
    CloudwatchLogsExportConfiguration: {
      DisableLogTypes: before.filter((log) => !after.includes(log)),
      EnableLogTypes: after.filter((log) => !before.includes(log)),
    },
  };
}

/** Lists of these resources are sets. */
function hasChanged(name: string, prior: Attributes, planned: Attributes): boolean {
  return !isSame(prior[name] ?? null, planned[name] ?? null, true);
}
