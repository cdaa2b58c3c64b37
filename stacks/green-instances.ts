import type { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group';
import type { RdsCluster } from '@cdktf/provider-aws/lib/rds-cluster';
import { RdsClusterInstance, type RdsClusterInstanceConfig } from '@cdktf/provider-aws/lib/rds-cluster-instance';
import type { Construct } from 'constructs';
import type { Blueprint } from './blueprint';

/**
 * Green's writer and readers; returns the writer. The first instance of a cluster becomes its writer and carries out the
 * version upgrade of a restored snapshot, so the readers wait for it.
 */
export function declareGreenInstances(
  scope: Construct,
  blueprint: Blueprint,
  cluster: RdsCluster,
  group: DbParameterGroup,
): RdsClusterInstance {
  const { config, names } = blueprint;
  const declare = (
    id: string,
    identifier: string,
    spec: InstanceSpec,
    defaultTier: number,
    after?: RdsClusterInstance,
  ) =>
    new RdsClusterInstance(scope, id, {
      clusterIdentifier: cluster.id,
      identifier,
      engine: cluster.engine,
      ...placement(blueprint, spec, defaultTier),
      dbParameterGroupName: groupName(blueprint, group),
      ...carriedOf(blueprint.blue),
      // A minor upgrade between precheck and cutover would invalidate what was proven.
      autoMinorVersionUpgrade: false,
      copyTagsToSnapshot: true,
      applyImmediately: true,
      tags: { ...blueprint.instanceTags },
      ...(after ? { dependsOn: [after] } : {}),
    });

  const writer = declare('writer', names.writer, config.green.writer, 0);
  config.green.readers.forEach((reader, index) => {
    declare(`reader_${index + 2}`, names.readers[index] ?? '', reader, 1, writer);
  });
  return writer;
}

function carriedOf({ carried }: Blueprint['blue']): Partial<RdsClusterInstanceConfig> {
  if (!carried) return {};
  const { maintenanceWindow, publiclyAccessible, caCertificate, monitoring, performanceInsights } = carried.instances;
  return {
    preferredMaintenanceWindow: maintenanceWindow,
    publiclyAccessible,
    ...(caCertificate === undefined ? {} : { caCertIdentifier: caCertificate }),
    ...(monitoring ? { monitoringInterval: monitoring.seconds, monitoringRoleArn: monitoring.roleArn } : {}),
    ...(performanceInsights
      ? {
          performanceInsightsEnabled: true,
          performanceInsightsRetentionPeriod: performanceInsights.retentionDays,
          ...(performanceInsights.kmsKeyId === undefined
            ? {}
            : { performanceInsightsKmsKeyId: performanceInsights.kmsKeyId }),
        }
      : {}),
  };
}

type InstanceSpec = Blueprint['config']['green']['writer'];

function placement({ blue }: Blueprint, spec: InstanceSpec, defaultTier: number) {
  return { instanceClass: spec.class ?? blue.instanceClass, promotionTier: spec.promotionTier ?? defaultTier };
}

/** A plain clone still runs blue's family, so it keeps blue's group until it is upgraded. */
function groupName({ isPlainClone, blue, names }: Blueprint, group: DbParameterGroup): string {
  return isPlainClone && blue.family !== names.family ? blue.instanceParameterGroup : group.name;
}
