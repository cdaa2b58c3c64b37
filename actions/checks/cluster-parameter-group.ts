import type { UpgradeCheck } from './check';

export const clusterParameterGroup: UpgradeCheck = {
  id: 'clusterParameterGroup',
  title: 'Blue uses a default cluster parameter group',
  group: 'platform',
  severity: 'notice',
  whyItMatters:
    'A default parameter group cannot be changed. The binary log is turned on in a group of its own, which takes effect with a reboot.',
  documentation:
    'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithDBClusterParamGroups.html',
  needs: 'rds:DescribeDBClusters',
  queries: [],
  appliesTo: () => true,
  async run(context) {
    const { parameterGroup } = await context.blueCluster();
    if (!parameterGroup.startsWith('default.')) return [];
    return [
      {
        level: 'notice',
        object: parameterGroup,
        description: 'A custom group is made for blue, and the writer is rebooted for it.',
      },
    ];
  },
};
