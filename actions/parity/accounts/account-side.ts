/** All that is asked of one side's accounts. */
import { limits } from '../../engine/context';
import { accountColumns, accountDetails, type AccountDetails } from '../../mysql/account-details';
import { accountGrants } from '../../mysql/account-grants';
import { quoteAccount } from '../../mysql/account-names';
import { auroraRoleFor, ungrantable } from '../../mysql/account-privileges';
import type { RightsSource } from '../../mysql/account-rights';
import { authenticationPlugins, knownPrivileges } from '../../mysql/account-server';
import { globalVariables } from '../../mysql/queries';
import type { Side } from '../../ports/mysql-server';
import type { ParityContext } from '../parity';

export interface AccountSide extends RightsSource {
  readonly version: string;
  /** Active ones. */
  readonly plugins: ReadonlySet<string>;
  /** That exist in this version. */
  readonly privileges: ReadonlySet<string>;
}

const VARIABLES = [
  'activate_all_roles_on_login',
  'activate_mandatory_roles',
  'authentication_policy',
  'default_authentication_plugin',
  'default_password_lifetime',
  'mandatory_roles',
  'partial_revokes',
  'performance_schema',
  'require_secure_transport',
  'skip_name_resolve',
  'tls_version',
];

/** Observes only; needs SELECT on schema mysql, which the master user has. */
export async function readAccounts(context: ParityContext, side: Side): Promise<AccountSide> {
  const server = await context.mysql.connect(side);
  const within = limits(context);
  const columns = await server.read(accountColumns(), within);
  const accounts = await server.read(accountDetails(columns), within);
  return {
    version: server.version,
    accounts: new Map(accounts.map((account) => [quoteAccount(account), account])),
    grants: await server.read(accountGrants(server.version), within),
    plugins: await server.read(authenticationPlugins(), within),
    privileges: await server.read(knownPrivileges(), within),
    variables: await server.read(globalVariables(VARIABLES), within),
  };
}

/** Whether a side has such a privilege, be it as a role of Aurora's. */
export function isKnown({ privileges }: Pick<AccountSide, 'privileges'>, privilege: string): boolean {
  const name = ungrantable(privilege).replace(/ \(.*\)$/s, '');
  return privileges.has(name) || auroraRoleFor(name) !== undefined;
}

/** What a new account gets when nothing is said: 8.4 keeps it in authentication_policy, where * leaves the choice open. */
export function defaultPlugin({ variables }: Pick<AccountSide, 'variables'>): string {
  const first = (variables.get('authentication_policy') ?? '').split(',')[0]?.trim() ?? '';
  const named = first.replace(/^\*:?/, '');
  return variables.get('default_authentication_plugin') ?? (named === '' ? 'caching_sha2_password' : named);
}

/** Formats that a plugin can check a password against; a plugin that is not here keeps none, or its own. */
const FORMATS: Readonly<Record<string, string>> = {
  mysql_native_password: 'native',
  sha256_password: 'sha256',
  caching_sha2_password: 'caching-sha2',
};

/** Whether the server could let this account in at all; why not, in words. */
export function loginObstacle(side: Pick<AccountSide, 'plugins'>, account: AccountDetails): string | undefined {
  const { plugin, passwordFormat } = account;
  if (plugin === '') return 'no authentication plugin';
  if (!side.plugins.has(plugin)) return `plugin ${plugin} is not there`;
  const format = FORMATS[plugin];
  if (format === undefined || passwordFormat === 'none' || passwordFormat === format) return undefined;
  return passwordFormat === 'pre-4.1'
    ? `a password of the format before 4.1, which ${plugin} does not take`
    : `a stored password that ${plugin} cannot read`;
}
