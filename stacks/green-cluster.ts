import type { DbClusterSnapshot } from '@cdktf/provider-aws/lib/db-cluster-snapshot';
import type { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group';
import { RdsCluster, type RdsClusterConfig } from '@cdktf/provider-aws/lib/rds-cluster';
import type { RdsClusterParameterGroup } from '@cdktf/provider-aws/lib/rds-cluster-parameter-group';
import type { Construct } from 'constructs';
import type { Blueprint } from './blueprint';

export interface GreenParts {
  readonly snapshot: DbClusterSnapshot | undefined;
  readonly clusterParameters: RdsClusterParameterGroup;
  readonly instanceParameters: DbParameterGroup;
}

/**
 * Green, reachable by the same applications as blue (the same subnets and security groups) and encrypted with its key.
 * Without a snapshot it is a copy-on-write clone of blue.
 *
 * `prevent_destroy` stands as long as `green.deletionProtection` is true, so giving green up is two deploys: one that
 * turns the protection off, one that destroys. A final snapshot is always taken.
 */
export function declareGreenCluster(scope: Construct, blueprint: Blueprint, parts: GreenParts): RdsCluster {
  const { config, names, blue, clusterTags } = blueprint;
  return new RdsCluster(scope, 'green', {
    clusterIdentifier: names.cluster,
    engine: 'aurora-mysql',
    port: blue.port,
    ...originOf(blueprint, parts),
    ...(blue.subnetGroup === undefined ? {} : { dbSubnetGroupName: blue.subnetGroup }),
    vpcSecurityGroupIds: [...blueprint.securityGroupIds],
    ...(blue.kmsKeyId === undefined ? {} : { kmsKeyId: blue.kmsKeyId, storageEncrypted: true }),
    backupRetentionPeriod: blue.backupRetentionDays,
    ...carriedOf(blue),
    copyTagsToSnapshot: true,
    deletionProtection: config.green.deletionProtection,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: `${names.cluster}-final`,
    // Without it a change waits for the maintenance window and every plan until then shows it again.
    applyImmediately: true,
    tags: { ...clusterTags },
    lifecycle: {
      preventDestroy: config.green.deletionProtection,
      ignoreChanges: parts.snapshot ? [...CHANGED_BY_OTHERS, ...ONCE_RESTORED] : CHANGED_BY_OTHERS,
    },
  });
}

/** What is off, or as RDS has it by itself, is not declared: a restore does not take every default by name. */
function carriedOf({ carried }: Blueprint['blue']): Partial<RdsClusterConfig> {
  if (!carried) return {};
  const { logExports, roles, serverlessScaling: scaling } = carried;
  return {
    preferredBackupWindow: carried.backupWindow,
    preferredMaintenanceWindow: carried.maintenanceWindow,
    ...(logExports.length > 0 ? { enabledCloudwatchLogsExports: [...logExports] } : {}),
    ...(carried.iamAuthentication ? { iamDatabaseAuthenticationEnabled: true } : {}),
    ...(roles.length > 0 ? { iamRoles: [...roles] } : {}),
    ...(carried.networkType === 'IPV4' ? {} : { networkType: carried.networkType }),
    ...(carried.storageType === 'aurora' ? {} : { storageType: carried.storageType }),
    ...(scaling
      ? {
          serverlessv2ScalingConfiguration: {
            minCapacity: scaling.minCapacity,
            maxCapacity: scaling.maxCapacity,
            ...(scaling.autoPauseSeconds === undefined ? {} : { secondsUntilAutoPause: scaling.autoPauseSeconds }),
          },
        }
      : {}),
  };
}

type Origin = Pick<
  RdsClusterConfig,
  | 'snapshotIdentifier'
  | 'restoreToPointInTime'
  | 'engineVersion'
  | 'dbClusterParameterGroupName'
  | 'allowMajorVersionUpgrade'
  | 'dbInstanceParameterGroupName'
>;

function originOf(blueprint: Blueprint, { snapshot, clusterParameters, instanceParameters }: GreenParts): Origin {
  const { config, names, blue, isPlainClone } = blueprint;
  const target = { engineVersion: config.green.engineVersion, dbClusterParameterGroupName: clusterParameters.name };
  if (snapshot) return { ...target, snapshotIdentifier: snapshot.id };
  const clone = {
    restoreToPointInTime: {
      sourceClusterIdentifier: blue.clusterId,
      restoreType: 'copy-on-write',
      useLatestRestorableTime: true,
    },
  };
  const isMajor = blue.family !== names.family;
  if (isPlainClone) {
    return {
      ...clone,
      engineVersion: blue.engineVersion,
      // RDS refuses a group of the target's family on a cluster that still runs blue's.
      dbClusterParameterGroupName: isMajor ? blue.clusterParameterGroup : clusterParameters.name,
    };
  }
  if (!isMajor) return { ...clone, ...target };
  // RDS wants the instances' new group named in the very call that upgrades across majors.
  return { ...clone, ...target, allowMajorVersionUpgrade: true, dbInstanceParameterGroupName: instanceParameters.name };
}

const CHANGED_BY_OTHERS = [
  // RDS spreads storage over three zones whatever is asked; a difference would replace the cluster.
  'availability_zones',
  // Grows and shrinks with the instances, which are resources of their own.
  'cluster_members',
  // Turned on by the commands that `verify --topology` prints, where blue has them; the next deploy must not turn them off.
  'domain',
  'domain_iam_role_name',
  'enable_http_endpoint',
  'enable_local_write_forwarding',
  'performance_insights_enabled',
  // A cluster may join a global database after the upgrade.
  'global_cluster_identifier',
  // Restored with blue's password; it is rotated outside and never enters Terraform's state.
  'master_password',
  // RDS may fill it in for a replica; going back to empty makes the provider promote the cluster, cutting replication.
  'replication_source_identifier',
];

const ONCE_RESTORED = [
  // Decided at creation. After a failed upgrade the old version would look like drift, and the next deploy would start an
  // in-place upgrade behind the tool's back; a forced minor upgrade would be planned back. `npm run apply` checks it.
  'engine_version',
  // Another snapshot identifier replaces the cluster.
  'snapshot_identifier',
];
