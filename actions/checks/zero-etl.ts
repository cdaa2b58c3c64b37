import { awsOf } from './aws-access';
import type { UpgradeCheck } from './check';

export const zeroEtl: UpgradeCheck = {
  id: 'zeroEtl',
  title: 'Zero-ETL integrations of blue',
  group: 'platform',
  severity: 'error',
  whyItMatters:
    'A zero-ETL integration belongs to the cluster it was made for: green does not have it, and it uses enhanced binlog, which keeps a restored cluster from telling its position.',
  documentation: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/zero-etl.html',
  needs: 'rds:DescribeDBClusters, rds:DescribeIntegrations',
  queries: [],
  appliesTo: () => true,
  async run(context) {
    const { surroundings } = await awsOf(context);
    const { arn } = await context.blueCluster();
    return (await surroundings.zeroEtlIntegrationsOf(arn)).map((integration) => ({
      level: 'error',
      object: integration,
      description: 'Blue is the source of this zero-ETL integration.',
      cure: 'Delete the integration before the snapshot is taken, and make it anew for green after the cutover.',
    }));
  },
};
