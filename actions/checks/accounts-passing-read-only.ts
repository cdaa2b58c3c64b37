import { isServerAtLeast } from '../mysql/version';
import { isPlatformAccount } from './accounts';
import type { CheckContext, UpgradeCheck } from './check';
import { AURORA_VERSION_3 } from './manuals';
import { select, text } from './queries';

const SUPER = select(
  'accounts-with-super',
  "SELECT user AS user_name, host AS host_name FROM mysql.user WHERE super_priv = 'Y' ORDER BY user, host",
);
const CONNECTION_ADMIN = select(
  'accounts-with-connection-admin',
  "SELECT user AS user_name, host AS host_name FROM mysql.global_grants WHERE priv = 'CONNECTION_ADMIN' ORDER BY user, host",
);
const ROLES = select(
  'role-grants',
  'SELECT from_user AS role_user, from_host AS role_host, to_user AS user_name, to_host AS host_name FROM mysql.role_edges',
);
const OWN_ACCOUNT = select('own-account', 'SELECT CURRENT_USER() AS account');

export const PASSING_ACCOUNT_QUERIES = [SUPER, CONNECTION_ADMIN, ROLES];

export const accountsPassingReadOnly: UpgradeCheck = {
  id: 'accountsPassingReadOnly',
  title: 'Accounts that pass read_only',
  group: 'accounts',
  severity: 'warning',
  whyItMatters:
    'read_only does not bind accounts with SUPER or CONNECTION_ADMIN: they can still write on the fenced side during a cutover. On Aurora MySQL 3 that is the master user and everybody with rds_superuser_role.',
  documentation: AURORA_VERSION_3,
  needs: 'SELECT on mysql.user, mysql.global_grants, mysql.role_edges',
  queries: [...PASSING_ACCOUNT_QUERIES, OWN_ACCOUNT],
  appliesTo: () => true,
  async run(context) {
    const own = text((await context.read(OWN_ACCOUNT))[0] ?? {}, 'account');
    const known = new Set(context.config?.cutover.passingAccounts ?? []);
    return [...(await passingAccounts(context))].map((account) =>
      account === own
        ? { level: 'notice', object: account, description: 'The account that this tool uses passes read_only.' }
        : known.has(account)
          ? {
              level: 'notice',
              object: account,
              description: 'Passes read_only; the configuration says it does not write.',
            }
          : {
              level: 'warning',
              object: account,
              description: 'This account can write while blue is read-only.',
              cure: 'Take SUPER, CONNECTION_ADMIN or the role away from it; or, when it does not write during a cutover, name it in cutover.passingAccounts.',
            },
    );
  },
};

/** `user@host` of every account, own ones of the platform left out, that has the right itself or through a role. */
export async function passingAccounts(context: CheckContext): Promise<ReadonlySet<string>> {
  const accounts = new Set((await context.read(SUPER)).map(accountOf));
  if (isServerAtLeast(context.server.version, 8, 0, 0)) {
    for (const row of await context.read(CONNECTION_ADMIN)) accounts.add(accountOf(row));
    const edges = (await context.read(ROLES)).map((row) => ({
      role: `${text(row, 'role_user')}@${text(row, 'role_host')}`,
      member: accountOf(row),
    }));
    for (let before = -1; before !== accounts.size;) {
      before = accounts.size;
      for (const edge of edges) if (accounts.has(edge.role)) accounts.add(edge.member);
    }
  }
  return new Set([...accounts].filter((account) => !isPlatformAccount(account.slice(0, account.lastIndexOf('@')))));
}

function accountOf(row: Parameters<typeof text>[0]): string {
  return `${text(row, 'user_name')}@${text(row, 'host_name')}`;
}
