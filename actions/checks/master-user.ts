import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { select } from './queries';

const ACCOUNTS = (user: string) =>
  select('master-user', 'SELECT COUNT(*) AS accounts FROM mysql.user WHERE user = ?', [user]);

export const masterUser: UpgradeCheck = {
  id: 'masterUser',
  auroraId: 'auroraUpgradeCheckForMasterUser',
  title: 'The master user exists',
  group: 'platform',
  severity: 'error',
  whyItMatters:
    'The upgrade to 8.0 grants the role rds_superuser_role to the master user of the cluster. When somebody has dropped that account the upgrade is cancelled.',
  documentation: AURORA_PRECHECKS,
  needs: 'rds:DescribeDBClusters; SELECT on mysql.user',
  queries: [ACCOUNTS('admin')],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 0),
  async run(context) {
    const { masterUsername } = await context.blueCluster();
    const row = (await context.read(ACCOUNTS(masterUsername)))[0];
    if (Number(row?.['accounts'] ?? 0) > 0) return [];
    return [
      {
        level: 'error',
        object: `${masterUsername}@%`,
        description: 'RDS calls this account the master user of the cluster; the server does not have it.',
        cure: 'Set a new master password (ModifyDBCluster): RDS then creates the account again.',
      },
    ];
  },
};
