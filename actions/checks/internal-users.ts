import type { UpgradeCheck } from './check';
import { AURORA_PRECHECKS } from './manuals';
import { goesToAuroraBefore304 } from './old-aurora-target';
import { quoted, select, text } from './queries';

const ACCOUNTS = select(
  'internal-users-of-8.0',
  "SELECT user AS user_name, host AS host_name FROM mysql.user WHERE user = 'mysql.infoschema' ORDER BY host",
);

export const internalUsers: UpgradeCheck = {
  id: 'internalUsers',
  auroraId: 'auroraUpgradeCheckForInternalUsers',
  title: "Accounts under the names of 8.0's own",
  group: 'accounts',
  severity: 'error',
  whyItMatters:
    'Aurora MySQL before 3.04 could not be upgraded to while blue had an account of a name that 8.0 keeps for itself.',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on mysql.user',
  queries: [ACCOUNTS],
  appliesTo: goesToAuroraBefore304,
  async run(context) {
    return (await context.read(ACCOUNTS)).map((row) => {
      const [user, host] = [text(row, 'user_name'), text(row, 'host_name')];
      return {
        level: 'error',
        object: `${user}@${host}`,
        description: '8.0 has an account of this name for itself.',
        cure: `Choose Aurora MySQL 3.04 or later as the target; or: DROP USER ${quoted(user)}@${quoted(host)};`,
      };
    });
  },
};
