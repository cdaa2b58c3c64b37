import type { ServerlessV2ScalingConfiguration } from '@aws-sdk/client-rds';
import { AwsError, invalidParameterCombination } from '../aws-error';
import type { ClusterSettings } from '../document';
import { DEFAULT_SECURITY_GROUP_ID } from '../new-document';
import { ENGINE_VERSIONS, upgradeTargetsOf } from '../parameters/engine-versions';
import type { World } from '../world';

/** Members that RestoreDBClusterFromSnapshot, RestoreDBClusterToPointInTime and ModifyDBCluster have in common. */
export interface SettingsInput {
  readonly BackupRetentionPeriod?: number | undefined;
  readonly PreferredBackupWindow?: string | undefined;
  readonly PreferredMaintenanceWindow?: string | undefined;
  readonly DeletionProtection?: boolean | undefined;
  readonly EnableIAMDatabaseAuthentication?: boolean | undefined;
  readonly CopyTagsToSnapshot?: boolean | undefined;
  readonly EnableCloudwatchLogsExports?: string[] | undefined;
  readonly StorageType?: string | undefined;
  readonly BacktrackWindow?: number | undefined;
  readonly EngineLifecycleSupport?: string | undefined;
  readonly KmsKeyId?: string | undefined;
  readonly ServerlessV2ScalingConfiguration?: ServerlessV2ScalingConfiguration | undefined;
  readonly NetworkType?: string | undefined;
  readonly DatabaseInsightsMode?: string | undefined;
  readonly EnableLocalWriteForwarding?: boolean | undefined;
}

export function defaultSettings(world: World): ClusterSettings {
  const { region } = world.store.document;
  return {
    availabilityZones: ['a', 'b', 'c'].map((zone) => `${region}${zone}`),
    backupRetentionPeriod: 1,
    preferredBackupWindow: '04:00-04:30',
    preferredMaintenanceWindow: 'sun:06:00-sun:06:30',
    deletionProtection: false,
    storageEncrypted: false,
    iamAuthentication: false,
    copyTagsToSnapshot: false,
    logExports: [],
    backtrackWindow: 0,
    engineLifecycleSupport: 'open-source-rds-extended-support',
  };
}

/** The settings with what the call names put over them. */
export function withInput(settings: ClusterSettings, input: SettingsInput): ClusterSettings {
  const scaling = input.ServerlessV2ScalingConfiguration;
  if (input.NetworkType !== undefined && input.NetworkType !== 'IPV4') {
    throw new AwsError(
      'NetworkTypeNotSupported',
      `The network type ${input.NetworkType} is not supported by the subnet group: its subnets have no IPv6 addresses.`,
    );
  }
  const { storageType, ...others } = settings;
  const typeOfStorage = input.StorageType ?? storageType;
  return {
    ...others,
    // Standard storage is what is not told.
    ...(typeOfStorage !== undefined && typeOfStorage !== 'aurora' && { storageType: typeOfStorage }),
    ...(input.BackupRetentionPeriod !== undefined && { backupRetentionPeriod: input.BackupRetentionPeriod }),
    ...(input.PreferredBackupWindow !== undefined && {
      preferredBackupWindow: input.PreferredBackupWindow.toLowerCase(),
    }),
    ...(input.PreferredMaintenanceWindow !== undefined && {
      preferredMaintenanceWindow: input.PreferredMaintenanceWindow.toLowerCase(),
    }),
    ...(input.DeletionProtection !== undefined && { deletionProtection: input.DeletionProtection }),
    ...(input.EnableIAMDatabaseAuthentication !== undefined && {
      iamAuthentication: input.EnableIAMDatabaseAuthentication,
    }),
    ...(input.CopyTagsToSnapshot !== undefined && { copyTagsToSnapshot: input.CopyTagsToSnapshot }),
    ...(input.EnableCloudwatchLogsExports !== undefined && { logExports: input.EnableCloudwatchLogsExports }),
    ...(input.BacktrackWindow !== undefined && { backtrackWindow: input.BacktrackWindow }),
    ...(input.EngineLifecycleSupport !== undefined && { engineLifecycleSupport: input.EngineLifecycleSupport }),
    ...(input.KmsKeyId !== undefined && { kmsKeyId: input.KmsKeyId, storageEncrypted: true }),
    ...(scaling !== undefined && {
      serverlessV2: {
        ...(scaling.MinCapacity !== undefined && { minCapacity: scaling.MinCapacity }),
        ...(scaling.MaxCapacity !== undefined && { maxCapacity: scaling.MaxCapacity }),
        ...(scaling.SecondsUntilAutoPause !== undefined && { secondsUntilAutoPause: scaling.SecondsUntilAutoPause }),
      },
    }),
    ...(input.DatabaseInsightsMode !== undefined && {
      databaseInsights: input.DatabaseInsightsMode === 'advanced' ? ('advanced' as const) : ('standard' as const),
    }),
    ...(input.EnableLocalWriteForwarding !== undefined && { localWriteForwarding: input.EnableLocalWriteForwarding }),
  };
}

/** The security groups to attach, the VPC's default one when none is named. */
export function attachedSecurityGroups(world: World, ids: readonly string[] | undefined): string[] {
  if (ids === undefined || ids.length === 0) return [DEFAULT_SECURITY_GROUP_ID];
  for (const id of ids) {
    if (world.store.document.securityGroups[id] === undefined) {
      throw new AwsError('InvalidParameterValue', `Invalid security group , groupId= ${id}, groupName= .`);
    }
  }
  return [...ids];
}

/** Refuses a version that data of version `from` cannot become. Answers whether the step is a major one. */
export function checkUpgrade(from: string, to: string): { readonly isMajor: boolean } {
  if (from === to) return { isMajor: false };
  if (!ENGINE_VERSIONS.includes(to)) throw invalidParameterCombination(`Cannot find version ${to} for aurora-mysql`);
  if (ENGINE_VERSIONS.indexOf(to) < ENGINE_VERSIONS.indexOf(from)) {
    throw invalidParameterCombination(
      `The engine version you requested for your restored DB cluster (${to}) is earlier than the engine version of the DB cluster snapshot (${from}).`,
    );
  }
  const target = upgradeTargetsOf(from).find(({ version }) => version === to);
  if (target === undefined) throw invalidParameterCombination(`Cannot upgrade aurora-mysql from ${from} to ${to}`);
  return { isMajor: target.isMajor };
}
