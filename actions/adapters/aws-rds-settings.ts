import type { DBCluster, DBInstance, Tag } from '@aws-sdk/client-rds';

import type { ClusterSettings, InstanceSettings } from '../ports/topology';

/** RDS leaves out what is off or standard: absent is the default of the API reference. */
export function toClusterSettings(cluster: DBCluster): ClusterSettings {
  const scaling = cluster.ServerlessV2ScalingConfiguration;
  return {
    networkType: cluster.NetworkType ?? 'IPV4',
    storageType: cluster.StorageType ?? 'aurora',
    backupWindow: cluster.PreferredBackupWindow ?? '',
    maintenanceWindow: cluster.PreferredMaintenanceWindow ?? '',
    logExports: sorted(cluster.EnabledCloudwatchLogsExports ?? []),
    iamAuthentication: cluster.IAMDatabaseAuthenticationEnabled ?? false,
    roles: (cluster.AssociatedRoles ?? []).map(({ RoleArn, FeatureName, Status }) => ({
      arn: RoleArn ?? '',
      feature: FeatureName ?? '',
      status: Status ?? 'unknown',
    })),
    copyTagsToSnapshot: cluster.CopyTagsToSnapshot ?? false,
    backtrackSeconds: cluster.BacktrackWindow ?? 0,
    serverlessScaling: scaling && {
      minCapacity: scaling.MinCapacity ?? 0,
      maxCapacity: scaling.MaxCapacity ?? 0,
      autoPauseSeconds: scaling.SecondsUntilAutoPause,
    },
    tags: tagsOf(cluster.TagList),
    databaseInsights: cluster.DatabaseInsightsMode ?? 'standard',
    activityStream: isRunning(cluster.ActivityStreamStatus)
      ? { mode: cluster.ActivityStreamMode ?? 'async', kmsKeyId: cluster.ActivityStreamKmsKeyId }
      : undefined,
    dataApi: cluster.HttpEndpointEnabled ?? false,
    localWriteForwarding: ['enabled', 'enabling'].includes(cluster.LocalWriteForwardingStatus ?? ''),
    directories: sorted((cluster.DomainMemberships ?? []).map(({ Domain }) => Domain ?? '')),
    replicaClusters: sorted(cluster.ReadReplicaIdentifiers ?? []),
    // RDS sends an empty text for a cluster that was promoted.
    replicationSource: cluster.ReplicationSourceIdentifier || undefined,
  };
}

export function toInstanceSettings(instance: DBInstance): InstanceSettings {
  return {
    availabilityZone: instance.AvailabilityZone,
    maintenanceWindow: instance.PreferredMaintenanceWindow ?? '',
    publiclyAccessible: instance.PubliclyAccessible ?? false,
    autoMinorVersionUpgrade: instance.AutoMinorVersionUpgrade ?? false,
    caCertificate: instance.CACertificateIdentifier,
    copyTagsToSnapshot: instance.CopyTagsToSnapshot ?? false,
    monitoringSeconds: instance.MonitoringInterval ?? 0,
    monitoringRoleArn: instance.MonitoringRoleArn,
    performanceInsights:
      instance.PerformanceInsightsEnabled === true
        ? {
            retentionDays: instance.PerformanceInsightsRetentionPeriod ?? 7,
            kmsKeyId: instance.PerformanceInsightsKMSKeyId,
          }
        : undefined,
    tags: tagsOf(instance.TagList),
  };
}

function isRunning(activityStream: string | undefined): boolean {
  return activityStream === 'started' || activityStream === 'starting';
}

function tagsOf(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (tags ?? [])
      .map(({ Key, Value }) => [Key ?? '', Value ?? ''] as const)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

/** RDS promises no order, and facts that only changed their order are not changed. */
function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort();
}
