import { awsOf } from './aws-access';
import type { UpgradeCheck } from './check';

export const globalDatabase: UpgradeCheck = {
  id: 'globalDatabase',
  title: 'Blue in a global database',
  group: 'platform',
  severity: 'warning',
  whyItMatters:
    'Green is a cluster of its own: a restored snapshot cannot join the global database of blue. Secondary regions keep following blue, and a global switchover ends replication to green.',
  documentation: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html',
  needs: 'rds:DescribeDBClusters, rds:DescribeGlobalClusters',
  queries: [],
  appliesTo: () => true,
  async run(context) {
    const { surroundings } = await awsOf(context);
    const { arn } = await context.blueCluster();
    const global = await surroundings.globalDatabaseOf(arn);
    if (global === undefined) return [];
    return [
      {
        level: 'warning',
        object: global.id,
        description: 'Blue is a member of this global database.',
        cure: 'Plan a new global database with green as its primary, and no switchover of this one until the upgrade is over.',
      },
    ];
  },
};
