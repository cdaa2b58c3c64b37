/**
 * Applications that are switched one by one: their accounts are locked on the new side when it begins to take writes, and
 * unlocked once their own endpoints have moved. Lock and unlock both stand in the new side's log after the position at which
 * the way back begins, so the old side ends with the accounts unlocked too, behind its own fence.
 */
import type { UpgradeConfig } from '../config/schema';
import { explain, UpgradeError } from '../engine/errors';
import { accountLocks, lockAccount } from '../mysql/fence-statements';
import type { Statement } from '../ports/mysql-server';
import { parseAccount } from './fences/account-lock';
import { endSessions } from './kill-sessions';
import type { SwitchContext } from './switch-context';

type LockContext = Pick<SwitchContext, 'config' | 'servers' | 'to' | 'within'>;

/**
 * Called before and after the new side is opened, and acts once. 5.7 refuses ALTER USER under read_only to whoever has no
 * SUPER (tried on 5.7.29), so there it comes a moment late; clients have no address of the new side yet.
 */
export async function holdApplications(context: SwitchContext, side: 'closed' | 'open'): Promise<void> {
  const { to, servers, killers, config } = context;
  const accounts = config.applications.flatMap((application) => application.accounts);
  const canLockWhileClosed = !servers[to].version.startsWith('5.');
  if (accounts.length === 0 || canLockWhileClosed !== (side === 'closed')) return;
  try {
    await setLocks(context, accounts, true);
    const users = new Set(accounts.map((account) => parseAccount(account).user));
    await endSessions(context, servers[to], killers[to], context.within(), ({ user }) => users.has(user));
  } catch (error) {
    // It is past the commit: a side that serves everybody at once is better than one that serves nobody.
    const text = `applications are let in on ${to} before their endpoints have moved: ${explain(error)}`;
    context.emit({ type: 'note', level: 'warning', code: 'application-not-held', text });
  }
}

/** The application may write on the new side from now on. Unlocking what is not locked is nothing. */
export async function releaseApplication(context: SwitchContext, name: string): Promise<void> {
  const application = context.config.applications.find((one) => one.name === name);
  if (!application) return;
  await setLocks(context, application.accounts, false);
  const evidence = `${name} may write on ${context.to}`;
  if (!context.found.evidence.includes(evidence)) context.found.evidence.push(evidence);
}

/** For plans. */
export function applicationLocks(config: UpgradeConfig, locked: boolean): readonly Statement[] {
  return config.applications.flatMap(({ accounts }) =>
    accounts.map((account) => lockAccount(parseAccount(account), locked)),
  );
}

/** Accounts of applications that the side to be opened does not have. */
export async function missingAccounts({ config, servers, to, within }: LockContext): Promise<readonly string[]> {
  const names = config.applications.flatMap((application) => application.accounts);
  if (names.length === 0) return [];
  const known = await servers[to].read(accountLocks(names.map(parseAccount)), within());
  return names.filter((name) => !known.has(name));
}

async function setLocks(context: LockContext, names: readonly string[], locked: boolean): Promise<void> {
  const server = context.servers[context.to];
  const accounts = names.map(parseAccount);
  const now = await server.read(accountLocks(accounts), context.within());
  const missing = names.filter((name) => !now.has(name));
  if (missing.length > 0)
    throw new UpgradeError(`there is no account ${missing.join(', ')} on ${context.to}`, {
      code: 'account-unknown',
      source: 'user',
      hint: 'Correct `applications` in upgrade.yaml; the host is part of the name. Then run the same command again.',
    });
  for (const account of accounts) {
    if (now.get(`${account.user}@${account.host}`) !== locked)
      await server.run(lockAccount(account, locked), context.within());
  }
}
