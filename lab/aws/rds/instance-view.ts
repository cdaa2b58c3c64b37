import type { DBInstance, DBInstanceMessage, DBSubnetGroup, DescribeDBInstancesMessage } from '@aws-sdk/client-rds';
import type { InstanceRecord } from '../document';
import { pageOf } from '../paging';
import { rdsArn, type Handlers, type World } from '../world';
import { DATABASE_PORT, instanceEndpoint } from './endpoints';
import { filterValues } from './filters';
import { clusterById, instanceById } from './resources';
import { toDbSubnetGroup } from './subnet-groups';
import { tagListOf } from './tags';

/** An instance as RDS describes it; its endpoint appears once it has been made. */
export function toDbInstance(world: World, instance: InstanceRecord): DBInstance {
  const cluster = clusterById(world, instance.clusterId);
  const { settings } = instance;
  const arn = rdsArn(world, 'db', instance.id);
  const hasEndpoint = instance.status !== 'creating';
  return {
    DBInstanceIdentifier: instance.id,
    DBInstanceClass: instance.instanceClass,
    Engine: 'aurora-mysql',
    EngineVersion: cluster.engineVersion,
    EngineLifecycleSupport: cluster.settings.engineLifecycleSupport,
    DBInstanceStatus: instance.status,
    MasterUsername: cluster.masterUsername,
    DBName: cluster.settings.databaseName,
    Endpoint: hasEndpoint
      ? { Address: instanceEndpoint(world, instance.id), Port: DATABASE_PORT, HostedZoneId: 'Z2R2ITUGPM61AM' }
      : undefined,
    AllocatedStorage: 1,
    InstanceCreateTime: hasEndpoint ? new Date(instance.createdAt) : undefined,
    PreferredBackupWindow: cluster.settings.preferredBackupWindow,
    PreferredMaintenanceWindow: settings.preferredMaintenanceWindow,
    BackupRetentionPeriod: cluster.settings.backupRetentionPeriod,
    DBSecurityGroups: [],
    VpcSecurityGroups: cluster.securityGroupIds.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
    DBParameterGroups: [
      { DBParameterGroupName: instance.parameterGroup, ParameterApplyStatus: instance.parameterStatus },
    ],
    AvailabilityZone: settings.availabilityZone,
    DBSubnetGroup: subnetGroupOf(world, cluster.subnetGroup),
    PendingModifiedValues: {},
    MultiAZ: false,
    AutoMinorVersionUpgrade: settings.autoMinorVersionUpgrade,
    ReadReplicaDBInstanceIdentifiers: [],
    LicenseModel: 'general-public-license',
    OptionGroupMemberships: [{ OptionGroupName: optionGroupOf(cluster.engineVersion), Status: 'in-sync' }],
    PubliclyAccessible: settings.isPubliclyAccessible,
    StorageType: cluster.settings.storageType ?? 'aurora',
    DbInstancePort: 0,
    DBClusterIdentifier: cluster.id,
    StorageEncrypted: cluster.settings.storageEncrypted,
    KmsKeyId: cluster.settings.kmsKeyId,
    DbiResourceId: instance.resourceId,
    CACertificateIdentifier: settings.caCertificate,
    CertificateDetails: { CAIdentifier: settings.caCertificate, ValidTill: new Date('2061-05-25T00:00:00Z') },
    DomainMemberships: [],
    CopyTagsToSnapshot: settings.copyTagsToSnapshot,
    MonitoringInterval: settings.monitoringInterval,
    MonitoringRoleArn: settings.monitoringRoleArn,
    PromotionTier: settings.promotionTier,
    DBInstanceArn: arn,
    IAMDatabaseAuthenticationEnabled: cluster.settings.iamAuthentication,
    PerformanceInsightsEnabled: settings.performanceInsights,
    PerformanceInsightsKMSKeyId: settings.performanceInsights ? settings.performanceInsightsKmsKeyId : undefined,
    PerformanceInsightsRetentionPeriod: settings.performanceInsightsRetentionDays,
    DatabaseInsightsMode: 'standard',
    EnabledCloudwatchLogsExports: cluster.settings.logExports.length > 0 ? [...cluster.settings.logExports] : undefined,
    DeletionProtection: false,
    AssociatedRoles: [],
    TagList: tagListOf(world, arn),
    CustomerOwnedIpEnabled: false,
    NetworkType: 'IPV4',
    BackupTarget: 'region',
    ActivityStreamStatus: 'stopped',
    StorageThroughput: 0,
    DedicatedLogVolume: false,
    IsStorageConfigUpgradeAvailable: false,
  };
}

function optionGroupOf(engineVersion: string): string {
  return `default:aurora-mysql-${engineVersion.split('.').slice(0, 2).join('-')}`;
}

function subnetGroupOf(world: World, name: string): DBSubnetGroup | undefined {
  const group = world.store.document.subnetGroups[name];
  return group === undefined ? undefined : toDbSubnetGroup(world, group);
}

export function instanceQueries(world: World): Handlers {
  return {
    DescribeDBInstances(input: DescribeDBInstancesMessage): DBInstanceMessage {
      if (input.DBInstanceIdentifier !== undefined) {
        return { DBInstances: [toDbInstance(world, instanceById(world, input.DBInstanceIdentifier))] };
      }
      const clusterIds = filterValues(input.Filters, 'db-cluster-id');
      const ids = filterValues(input.Filters, 'db-instance-id');
      const resourceIds = filterValues(input.Filters, 'dbi-resource-id');
      const instances = Object.values(world.store.document.instances).filter(
        (instance) =>
          (clusterIds?.includes(instance.clusterId) ?? true) &&
          (ids?.includes(instance.id) ?? true) &&
          (resourceIds?.includes(instance.resourceId.toLowerCase()) ?? true),
      );
      const { items, marker } = pageOf(instances, input);
      return { Marker: marker, DBInstances: items.map((instance) => toDbInstance(world, instance)) };
    },
  };
}
