import { AUTHENTICATION_METHODS } from './auth-method-usage';
import type { UpgradeCheck } from './check';
import { reaches } from './crossing';
import { MYSQL_84_CHANGES } from './manuals';
import { quoted, select, text } from './queries';

const ACCOUNTS = select(
  'router-accounts',
  `SELECT user AS user_name, host AS host_name, plugin AS plugin FROM mysql.user
WHERE user LIKE 'mysql\\_router%' AND plugin IN ('mysql_native_password', 'sha256_password') ORDER BY user, host`,
);

export const deprecatedRouterAuthMethod: UpgradeCheck = {
  id: 'deprecatedRouterAuthMethod',
  auroraId: 'deprecatedRouterAuthMethod',
  title: 'Accounts of MySQL Router on deprecated methods',
  group: 'accounts',
  severity: 'error',
  whyItMatters:
    'MySQL Router makes accounts of its own (mysql_router...). Old ones use an authentication method that the target deprecates, or from 8.4 on does not load, so that the router cannot connect any more.',
  documentation: MYSQL_84_CHANGES,
  needs: 'SELECT on mysql.user',
  queries: [ACCOUNTS],
  appliesTo: (crossing) => reaches(crossing, 8, 0, 0),
  async run(context) {
    const level = reaches(context.crossing, 8, 4, 0) ? 'error' : 'warning';
    return (await context.read(ACCOUNTS)).map((row) => {
      const [user, host, plugin] = [text(row, 'user_name'), text(row, 'host_name'), text(row, 'plugin')];
      return {
        level,
        object: `${user}@${host}`,
        description: `An account of MySQL Router on ${plugin}.`,
        cure: `Bootstrap the router again, with an account under ${AUTHENTICATION_METHODS[plugin]?.advice ?? 'caching_sha2_password'}; then: DROP USER ${quoted(user)}@${quoted(host)};`,
      };
    });
  },
};
