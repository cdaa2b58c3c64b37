/**
 * Applications that are switched one by one: their accounts are locked on the new side before it takes writes, and unlocked
 * once their own endpoints have moved. Lock and unlock both stand in the new side's log after the position at which the way
 * back begins, so the old side ends with the accounts unlocked too, behind its own fence.
 */
import { lockAccount, accountLocks } from '../mysql/fence-statements';
import { UpgradeError } from '../engine/errors';
import { parseAccount } from './fences/account-lock';
import { endSessions } from './kill-sessions';
import type { SwitchContext } from './switch-context';

/** Call it while the new side is closed. Sessions of these accounts that are there already end. */
export async function holdApplications(context: SwitchContext): Promise<void> {
  const accounts = context.config.applications.flatMap((application) => application.accounts);
  if (accounts.length === 0) return;
  await setLocks(context, accounts, true);
  const users = new Set(accounts.map((account) => parseAccount(account).user));
  const { to, servers, killers } = context;
  await endSessions(context, servers[to], killers[to], context.within(), ({ user }) => users.has(user));
}

/** The application may write on the new side from now on. Unlocking what is not locked is nothing. */
export async function releaseApplication(context: SwitchContext, name: string): Promise<void> {
  const application = context.config.applications.find((one) => one.name === name);
  if (!application) return;
  await setLocks(context, application.accounts, false);
  context.found.evidence.push(`${name} may write on ${context.to}`);
}

async function setLocks(context: SwitchContext, names: readonly string[], locked: boolean): Promise<void> {
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
