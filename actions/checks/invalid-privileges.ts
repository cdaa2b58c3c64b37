import { isServerAtLeast } from '../mysql/version';
import { isPlatformAccount } from './accounts';
import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { MYSQL_84_CHANGES } from './manuals';
import { select, text } from './queries';

const GRANTS = select(
  'removed-privileges',
  "SELECT user AS user_name, host AS host_name, priv AS privilege FROM mysql.global_grants WHERE priv = 'SET_USER_ID' ORDER BY user, host",
);

export const invalidPrivileges: UpgradeCheck = {
  id: 'invalidPrivileges',
  auroraId: 'invalidPrivileges',
  title: 'Privileges that the target does not have',
  group: 'accounts',
  severity: 'notice',
  whyItMatters:
    '8.4 has no SET_USER_ID; the upgrade takes it away and gives SET_ANY_DEFINER and ALLOW_NONEXISTENT_DEFINER instead. Scripts that grant it fail.',
  documentation: MYSQL_84_CHANGES,
  needs: 'SELECT on mysql.global_grants',
  queries: [GRANTS],
  appliesTo: (crossing) => crosses(crossing, 8, 4, 0) && crossing.from[0] >= 8,
  async run(context) {
    if (!isServerAtLeast(context.server.version, 8, 0, 0)) return [];
    return (await context.read(GRANTS))
      .filter((row) => !isPlatformAccount(text(row, 'user_name')))
      .map((row) => ({
        level: 'notice',
        object: `${text(row, 'user_name')}@${text(row, 'host_name')}`,
        description: `It has ${text(row, 'privilege')}, which the target does not know.`,
        cure: 'After the upgrade use SET_ANY_DEFINER and ALLOW_NONEXISTENT_DEFINER in scripts.',
      }));
  },
};
