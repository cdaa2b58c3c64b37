import { awsOf } from './aws-access';
import type { UpgradeCheck } from './check';

export const rdsProxy: UpgradeCheck = {
  id: 'rdsProxy',
  title: 'RDS Proxy before blue',
  group: 'platform',
  severity: 'warning',
  whyItMatters:
    'A proxy keeps sending the application to blue until its targets are changed, and while blue is read-only every write through it fails with 1290.',
  documentation: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy.html',
  needs: 'rds:DescribeDBClusters, rds:DescribeDBProxies, rds:DescribeDBProxyTargets',
  queries: [],
  appliesTo: () => true,
  async run(context) {
    const { surroundings } = await awsOf(context);
    const { id } = await context.blueCluster();
    return (await surroundings.proxiesOf(id)).map((proxy) => ({
      level: 'warning',
      object: proxy,
      description: `This RDS proxy has ${id} as its target.`,
      cure: 'Name it among the endpoints of upgrade.yaml, so that the switch changes its target, or take the application off it before.',
    }));
  },
};
