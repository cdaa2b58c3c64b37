import { isPlatformAccount } from '../../checks/accounts';
import { ask } from '../../engine/context';
import { accountsPassingReadOnly } from '../../mysql/queries';
import { dialectOf } from '../../mysql/version';
import type { Side } from '../../ports/mysql-server';
import type { Gate, GateContext, GateFamily } from './gate';

export const passingAccounts: GateFamily = {
  name: 'accounts that pass read_only',
  async ask(context) {
    // Clients that have never been sent to a side have no address of it.
    const hasServed = context.phase !== 'replicating';
    const sides = hasServed ? [context.from, context.to] : [context.from];
    const passing = [...new Set((await Promise.all(sides.map((side) => unbound(context, side)))).flat())];
    return [gate(passing, hasServed)];
  },
};

/** Accounts of a side that pass read_only at some instant of the switch while the side must be closed. */
async function unbound(context: GateContext, side: Side): Promise<readonly string[]> {
  const { config, servers, fences, to } = context;
  const known = new Set(config.cutover.passingAccounts);
  const { user: master } = await context.mysql.masterCredentials(side);
  // Before 8.0 locked accounts are unlocked after the opening, and the old side follows; from 8.0 on, before the commit.
  const unlocks: Side | undefined = dialectOf(servers[to].version) === 'master' ? context.from : to;
  const binding = fences[side].fences.filter(({ kind }) => kind !== 'account-lock' || side !== unlocks);
  return (await ask(context, side, accountsPassingReadOnly(servers[side].version)))
    .filter((account) => !isPlatformAccount(account.user) && account.user !== master)
    .map((account) => `${account.user}@${account.host}`)
    .filter((account) => !known.has(account) && !binding.some((fence) => fence.binds(account)));
}

function gate(passing: readonly string[], hasServed: boolean): Gate {
  return {
    name: 'accounts that pass read_only',
    value: passing.length === 0 ? 'none that no fence binds' : passing.join(', '),
    limit: 'none but the master user, and those whom another fence binds',
    ok: passing.length === 0,
    reason:
      'Their writes would be accepted by a side that is fenced, and lost. Revoke CONNECTION_ADMIN or SUPER, bind them by a fence ' +
      `(${hasServed ? 'security-group in cutover.fences; account-lock is open for a moment once clients know both sides' : 'account-lock in cutover.fences'}), ` +
      'or name them in cutover.passingAccounts when they do not write.',
    measured: { accounts: passing.length },
  };
}
