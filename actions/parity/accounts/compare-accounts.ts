/** Accounts of blue against those of green: who could not log in, or could do less, after the switch. */
import { limits } from '../../engine/context';
import { isPlatformAccount } from '../../checks/accounts';
import { isSame } from '../../mysql/account-rights';
import { clientKinds, type ClientKind } from '../../mysql/account-server';
import type { Account } from '../../mysql/statements';
import { toolAccountNames } from '../../steps/tool-accounts';
import type { ParityContext, ParityRow } from '../parity';
import { readAccounts } from './account-side';
import { compareAccountPair } from './compare-pair';

export async function compareAccounts(context: ParityContext): Promise<readonly ParityRow[]> {
  const [blue, green, clients, masters] = await Promise.all([
    readAccounts(context, 'blue'),
    readAccounts(context, 'green'),
    readClients(context),
    Promise.all([context.mysql.masterCredentials('blue'), context.mysql.masterCredentials('green')]),
  ]);
  const tools = toolAccountNames(context.config);
  const isTool = (account: Account): boolean => tools.some((tool) => isSame(tool, account));
  const isOurs = ({ user }: Pick<Account, 'user'>): boolean =>
    isPlatformAccount(user) || tools.some((tool) => tool.user === user);
  const seesClients = blue.variables.get('performance_schema') === 'ON';
  return compareAccountPair({
    blue,
    green,
    clients: seesClients ? clients.filter((client) => !isOurs(client)) : undefined,
    standingOf: (account) =>
      isPlatformAccount(account.user)
        ? 'platform'
        : isTool(account)
          ? 'tool'
          : masters.some(({ user }) => user === account.user)
            ? 'master'
            : 'application',
    lockedByTool: lockedByTool(context.config),
  });
}

async function readClients(context: ParityContext): Promise<readonly ClientKind[]> {
  return (await context.mysql.connect('blue')).read(clientKinds(), limits(context));
}

/** `user@host` of accounts that fences and single applications lock and open. */
function lockedByTool({ cutover, applications }: ParityContext['config']): ReadonlySet<string> {
  const fences = [...cutover.fences.blue, ...cutover.fences.green];
  return new Set([
    ...fences.flatMap((fence) => (fence.kind === 'account-lock' ? fence.accounts : [])),
    ...applications.flatMap(({ accounts }) => accounts),
  ]);
}
