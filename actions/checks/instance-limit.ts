import { awsOf } from './aws-access';
import type { UpgradeCheck } from './check';
import { isFrom57 } from './crossing';
import { AURORA_PRECHECKS } from './manuals';

export const instanceLimit: UpgradeCheck = {
  id: 'instanceLimit',
  auroraId: 'auroraUpgradeCheckForInstanceLimit',
  title: 'Aurora MySQL 2.12.0 and 2.12.1 on db.r6i.32xlarge',
  group: 'platform',
  severity: 'error',
  whyItMatters: 'These two versions cannot be upgraded in place on a writer of this class.',
  documentation: AURORA_PRECHECKS,
  needs: 'rds:DescribeDBClusters, rds:DescribeDBInstances',
  queries: [],
  appliesTo: isFrom57,
  async run(context) {
    const aws = await awsOf(context);
    const cluster = await context.blueCluster();
    if (!/^5\.7\.mysql_aurora\.2\.12\.[01]$/.test(cluster.engineVersion)) return [];
    const writer = cluster.members.find(({ isWriter }) => isWriter)?.instanceId;
    return (await aws.rds.instances(cluster.id))
      .filter(({ id, instanceClass }) => id === writer && instanceClass === 'db.r6i.32xlarge')
      .map(({ id }) => ({
        level: 'error',
        object: id,
        description: `The writer is a db.r6i.32xlarge with ${cluster.engineVersion}.`,
        cure: 'Upgrade blue to 2.12.2 or later first, or give the writer db.r6i.24xlarge or a smaller class.',
      }));
  },
};
