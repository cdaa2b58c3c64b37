import type { UpgradeCheck } from './check';

export const managedMasterPassword: UpgradeCheck = {
  id: 'managedMasterPassword',
  title: 'Master password managed by Secrets Manager',
  group: 'platform',
  severity: 'error',
  whyItMatters:
    'AWS documents that a master password managed by Secrets Manager is not supported together with binary log replication to or from a server outside of the cluster, which is how green is fed.',
  documentation: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html',
  needs: 'rds:DescribeDBClusters',
  queries: [],
  appliesTo: () => true,
  async run(context) {
    const cluster = await context.blueCluster();
    if (!cluster.managedMasterPassword) return [];
    return [
      {
        level: 'error',
        object: cluster.id,
        description: 'RDS manages the master password of blue in Secrets Manager.',
        cure: 'Set a password of your own (ModifyDBCluster with ManageMasterUserPassword off), and turn the feature on again after the upgrade.',
      },
    ];
  },
};
