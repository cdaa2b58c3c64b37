import type { DBCluster, DBClusterMessage, DescribeDBClustersMessage } from '@aws-sdk/client-rds';
import type { ClusterRecord } from '../document';
import { pageOf } from '../paging';
import { rdsArn, type Handlers, type World } from '../world';
import { clusterEndpoint, DATABASE_PORT, readerEndpoint } from './endpoints';
import { customEndpointHost, customEndpointsOf } from './custom-endpoints';
import { filterValues } from './filters';
import { globalClusterOf } from './global-clusters';
import { clusterById, membersOf } from './resources';
import { tagListOf } from './tags';

/** A cluster as RDS describes it. */
export function toDbCluster(world: World, cluster: ClusterRecord): DBCluster {
  const { settings } = cluster;
  const arn = rdsArn(world, 'cluster', cluster.id);
  const createdAt = new Date(cluster.createdAt);
  return {
    AllocatedStorage: 1,
    AvailabilityZones: [...settings.availabilityZones],
    BackupRetentionPeriod: settings.backupRetentionPeriod,
    DatabaseName: settings.databaseName,
    DBClusterIdentifier: cluster.id,
    DBClusterParameterGroup: cluster.parameterGroup,
    DBSubnetGroup: cluster.subnetGroup,
    Status: cluster.status,
    EarliestRestorableTime: createdAt,
    LatestRestorableTime: new Date(),
    Endpoint: clusterEndpoint(world, cluster.id),
    ReaderEndpoint: readerEndpoint(world, cluster.id),
    CustomEndpoints: customEndpointsOf(world, cluster.id).map(({ id }) => customEndpointHost(world, id)),
    MultiAZ: membersOf(world, cluster.id).length > 1,
    Engine: 'aurora-mysql',
    EngineVersion: cluster.engineVersion,
    EngineMode: 'provisioned',
    EngineLifecycleSupport: settings.engineLifecycleSupport,
    Port: DATABASE_PORT,
    MasterUsername: cluster.masterUsername,
    PreferredBackupWindow: settings.preferredBackupWindow,
    PreferredMaintenanceWindow: settings.preferredMaintenanceWindow,
    ReadReplicaIdentifiers: [],
    DBClusterMembers: membersOf(world, cluster.id).map((member) => ({
      DBInstanceIdentifier: member.id,
      IsClusterWriter: member.isWriter,
      DBClusterParameterGroupStatus: member.clusterParameterStatus,
      PromotionTier: member.settings.promotionTier,
    })),
    VpcSecurityGroups: cluster.securityGroupIds.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
    HostedZoneId: 'Z2R2ITUGPM61AM',
    StorageEncrypted: settings.storageEncrypted,
    KmsKeyId: settings.kmsKeyId,
    StorageType: settings.storageType,
    DbClusterResourceId: cluster.resourceId,
    DBClusterArn: arn,
    AssociatedRoles: (settings.roles ?? []).map((RoleArn) => ({ RoleArn, Status: 'ACTIVE' })),
    IAMDatabaseAuthenticationEnabled: settings.iamAuthentication,
    CloneGroupId: cluster.resourceId,
    ClusterCreateTime: createdAt,
    BacktrackWindow: settings.backtrackWindow,
    EnabledCloudwatchLogsExports: settings.logExports.length > 0 ? [...settings.logExports] : undefined,
    PendingModifiedValues:
      cluster.pendingEngineVersion === undefined ? undefined : { EngineVersion: cluster.pendingEngineVersion },
    DeletionProtection: settings.deletionProtection,
    HttpEndpointEnabled: settings.httpEndpoint ?? false,
    ActivityStreamStatus: settings.activityStream === undefined ? 'stopped' : 'started',
    ActivityStreamMode: settings.activityStream?.mode,
    ActivityStreamKmsKeyId: settings.activityStream?.kmsKeyId,
    CopyTagsToSnapshot: settings.copyTagsToSnapshot,
    CrossAccountClone: false,
    DomainMemberships: [],
    TagList: tagListOf(world, arn),
    AutoMinorVersionUpgrade: membersOf(world, cluster.id).every((member) => member.settings.autoMinorVersionUpgrade),
    NetworkType: 'IPV4',
    AutomaticRestartTime: cluster.automaticRestartAt === undefined ? undefined : new Date(cluster.automaticRestartAt),
    ServerlessV2ScalingConfiguration:
      settings.serverlessV2 === undefined
        ? undefined
        : {
            MinCapacity: settings.serverlessV2.minCapacity,
            MaxCapacity: settings.serverlessV2.maxCapacity,
            SecondsUntilAutoPause: settings.serverlessV2.secondsUntilAutoPause,
          },
    DatabaseInsightsMode: settings.databaseInsights ?? 'standard',
    LocalWriteForwardingStatus: settings.localWriteForwarding === true ? 'enabled' : 'disabled',
    GlobalClusterIdentifier: globalClusterOf(world, cluster.id)?.id,
  };
}

export function clusterQueries(world: World): Handlers {
  return {
    DescribeDBClusters(input: DescribeDBClustersMessage): DBClusterMessage {
      if (input.DBClusterIdentifier !== undefined) {
        return { DBClusters: [toDbCluster(world, clusterById(world, input.DBClusterIdentifier))] };
      }
      const ids = filterValues(input.Filters, 'db-cluster-id');
      const resourceIds = filterValues(input.Filters, 'db-cluster-resource-id');
      const engines = filterValues(input.Filters, 'engine');
      const clusters = Object.values(world.store.document.clusters).filter(
        (cluster) =>
          (ids?.includes(cluster.id) ?? true) &&
          (resourceIds?.includes(cluster.resourceId.toLowerCase()) ?? true) &&
          (engines?.includes('aurora-mysql') ?? true),
      );
      const { items, marker } = pageOf(clusters, input);
      return { Marker: marker, DBClusters: items.map((cluster) => toDbCluster(world, cluster)) };
    },
  };
}
