import { ask } from '../../engine/context';
import { accountsPassingReadOnly } from '../../mysql/queries';
import type { GateFamily } from './gate';

/** Accounts of the platform itself; they do not write while a cluster is quiet. */
const PLATFORM_ACCOUNTS = new Set([
  'rdsadmin',
  'rdsrepladmin',
  'rds_superuser_role',
  'mysql.session',
  'mysql.sys',
  'mysql.infoschema',
  'rdsrepladmin_priv_checks_user',
  'root',
]);

export const passingAccounts: GateFamily = {
  name: 'accounts that pass read_only',
  async ask(context) {
    const server = context.servers[context.from];
    const known = new Set(context.config.cutover.passingAccounts);
    const { user: master } = await context.mysql.masterCredentials(context.from);
    const passing = (await ask(context, context.from, accountsPassingReadOnly(server.version)))
      .filter((account) => !PLATFORM_ACCOUNTS.has(account.user) && account.user !== master)
      .map((account) => `${account.user}@${account.host}`)
      .filter((account) => !known.has(account) && !context.fences[context.from].binds(account));
    return [
      {
        name: 'accounts that pass read_only',
        value: passing.length === 0 ? 'none that no fence binds' : passing.join(', '),
        limit: 'none but the master user, and those whom another fence binds',
        ok: passing.length === 0,
        reason:
          'Their writes would be accepted by the fenced side and lost. Revoke CONNECTION_ADMIN or SUPER, bind them by a fence (account-lock in cutover.fences), or name them in cutover.passingAccounts when they do not write.',
        measured: { accounts: passing.length },
      },
    ];
  },
};
