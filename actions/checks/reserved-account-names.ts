import { isPlatformAccount } from './accounts';
import type { UpgradeCheck } from './check';
import { AURORA_VERSION_3 } from './manuals';
import { select, text } from './queries';

const ACCOUNTS = select('accounts', 'SELECT user AS user_name, host AS host_name FROM mysql.user ORDER BY user, host');

/** Where the platform itself keeps them; anywhere else somebody made them. */
const OWN_HOSTS: ReadonlySet<string> = new Set(['localhost', '%', '']);

export const reservedAccountNames: UpgradeCheck = {
  id: 'reservedAccountNames',
  title: 'Application accounts under reserved names',
  group: 'accounts',
  severity: 'warning',
  whyItMatters:
    'RDS and this tool have accounts of their own. An application account under such a name is passed over when sessions are ended and accounts are compared, can be changed by the upgrade, and keeps writing through a fence.',
  documentation: AURORA_VERSION_3,
  needs: 'SELECT on mysql.user',
  queries: [ACCOUNTS],
  appliesTo: () => true,
  async run(context) {
    const tool = context.config?.replication.user;
    return (await context.read(ACCOUNTS)).flatMap((row) => {
      const [user, host] = [text(row, 'user_name'), text(row, 'host_name')];
      const isStrange = isPlatformAccount(user) && !OWN_HOSTS.has(host);
      const isTools = user === tool && context.config !== undefined && host !== context.config.replication.host;
      if (!isStrange && !isTools) return [];
      return [
        {
          level: 'warning' as const,
          object: `${user}@${host}`,
          description: isTools
            ? 'The name of the replication account of this tool, with another host.'
            : 'The name belongs to MySQL or to RDS, with a host that they do not use.',
          cure: isTools
            ? 'Name another account in replication.user, or drop this one.'
            : 'Give the application an account of another name, and drop this one.',
        },
      ];
    });
  },
};
