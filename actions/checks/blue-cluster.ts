import { UpgradeError } from '../engine/errors';
import type { Cluster } from '../ports/aws';
import type { CheckContext, UpgradeCheck } from './check';
import { AURORA_MAJOR_UPGRADE } from './manuals';

export const blueCluster: UpgradeCheck = {
  id: 'blueCluster',
  title: 'Blue is there and available',
  group: 'platform',
  severity: 'error',
  whyItMatters: 'A snapshot or a clone can be made of an available cluster with a running writer only.',
  documentation: AURORA_MAJOR_UPGRADE,
  needs: 'rds:DescribeDBClusters',
  queries: [],
  appliesTo: () => true,
  async run(context) {
    const cluster = await findCluster(context);
    if (!cluster) {
      return [
        {
          level: 'error',
          object: context.config?.blue.cluster ?? '',
          description: 'RDS knows no such cluster in this region and account.',
          cure: 'Correct blue.cluster and region in upgrade.yaml, or use the credentials of the right account.',
        },
      ];
    }
    if (cluster.status !== 'available') {
      return [
        {
          level: 'error',
          object: cluster.id,
          description: `The cluster is ${cluster.status}.`,
          cure: 'Wait until it is available, or start it, and run the prechecks again.',
        },
      ];
    }
    if (cluster.members.some((member) => member.isWriter)) return [];
    return [
      { level: 'error', object: cluster.id, description: 'The cluster has no writer.', cure: 'Add an instance to it.' },
    ];
  },
};

async function findCluster(context: CheckContext): Promise<Cluster | undefined> {
  try {
    return await context.blueCluster();
  } catch (error) {
    if (error instanceof UpgradeError && error.code === 'blue-not-found') return undefined;
    throw error;
  }
}
