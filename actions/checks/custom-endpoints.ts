import { awsOf } from './aws-access';
import type { UpgradeCheck } from './check';

export const customEndpoints: UpgradeCheck = {
  id: 'customEndpoints',
  title: 'Custom endpoints of blue',
  group: 'platform',
  severity: 'warning',
  whyItMatters:
    'Endpoints that somebody made beside the cluster endpoint belong to blue. Applications that use them stay on blue after the cutover.',
  documentation: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Endpoints.Custom.html',
  needs: 'rds:DescribeDBClusters, rds:DescribeDBClusterEndpoints',
  queries: [],
  appliesTo: () => true,
  async run(context) {
    const { surroundings } = await awsOf(context);
    const { id } = await context.blueCluster();
    return (await surroundings.customEndpointsOf(id)).map((endpoint) => ({
      level: 'warning',
      object: endpoint.id,
      description: 'A custom endpoint of blue; green has none.',
      cure: 'Make one of the same members for green, and change the applications that use it; or let them use a name that the switch changes.',
    }));
  },
};
