/** One look at a cluster and its writer through RDS. */
import type { StepContext } from '../engine/step';
import { familyOf, parseAuroraVersion } from '../mysql/version';
import type { Cluster, Instance } from '../ports/aws';
import type { ClusterFacts } from '../state/format';
import { carriedSettings } from './carried-settings';

export type Observed =
  | { readonly is: 'absent' }
  | { readonly is: 'not-ready'; readonly status: string }
  | {
      readonly is: 'ready';
      readonly cluster: Cluster;
      readonly writer: Instance;
      readonly facts: Omit<ClusterFacts, 'serverUuid' | 'serverVersion' | 'eventScheduler'>;
    };

/** `ready` when the cluster and its writer are both available. */
export async function observeCluster(context: StepContext, clusterId: string): Promise<Observed> {
  const cluster = await context.aws.rds.cluster(clusterId);
  if (!cluster) return { is: 'absent' };
  if (cluster.status !== 'available') return { is: 'not-ready', status: cluster.status };
  const instances = await context.aws.rds.instances(clusterId);
  const writerId = cluster.members.find((member) => member.isWriter)?.instanceId;
  const writer = instances.find((instance) => instance.id === writerId);
  if (!writer) return { is: 'not-ready', status: 'without a writer instance' };
  if (writer.status !== 'available') return { is: 'not-ready', status: `writer ${writer.status}` };
  return { is: 'ready', cluster, writer, facts: factsOf(cluster, writer) };
}

function factsOf(cluster: Cluster, writer: Instance): Extract<Observed, { is: 'ready' }>['facts'] {
  return {
    clusterId: cluster.id,
    resourceId: cluster.resourceId,
    engineVersion: cluster.engineVersion,
    family: familyOf(parseAuroraVersion(cluster.engineVersion)),
    endpoint: cluster.endpoint,
    ...(cluster.readerEndpoint === undefined ? {} : { readerEndpoint: cluster.readerEndpoint }),
    port: cluster.port,
    writerInstanceId: writer.id,
    instanceClass: writer.instanceClass,
    clusterParameterGroup: cluster.parameterGroup,
    instanceParameterGroup: writer.parameterGroup,
    ...(cluster.subnetGroup === undefined ? {} : { subnetGroup: cluster.subnetGroup }),
    securityGroupIds: cluster.securityGroupIds,
    ...(cluster.kmsKeyId === undefined ? {} : { kmsKeyId: cluster.kmsKeyId }),
    backupRetentionDays: cluster.backupRetentionDays,
    carried: carriedSettings(cluster, writer),
  };
}
