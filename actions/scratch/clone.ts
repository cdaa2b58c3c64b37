/** A copy-on-write clone that is thrown away: what it is made from is the source's own. */
import { cloneCluster } from '../aws/calls';
import { UpgradeError } from '../engine/errors';
import type { Aws, AwsCall, Cluster, Instance } from '../ports/aws';

/** The call that makes it, in the subnets and security groups of its source. */
export function cloneOf(
  source: Cluster,
  parameterGroup: string,
): (id: string, tags: Readonly<Record<string, string>>) => AwsCall {
  const { subnetGroup, securityGroupIds } = source;
  return (id, tags) => cloneCluster({ id, source: source.id, parameterGroup, subnetGroup, securityGroupIds, tags });
}

/** Throws `clone-without-writer`: a cluster without an instance cannot be cloned. */
export async function writerOf(aws: Aws, source: Cluster): Promise<Instance> {
  const writer = (await aws.rds.instances(source.id)).find(({ id }) =>
    source.members.some(({ instanceId, isWriter }) => isWriter && instanceId === id),
  );
  if (writer !== undefined) return writer;
  throw new UpgradeError('the cluster to be cloned has no writer', {
    code: 'clone-without-writer',
    source: 'aws',
    hint: `The clone of ${source.id} gets the instance class of its writer. Add an instance to the cluster and run it again.`,
  });
}
