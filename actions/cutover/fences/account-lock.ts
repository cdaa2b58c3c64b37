import { sql } from '../../engine/context';
import { UpgradeError } from '../../engine/errors';
import type { StepContext } from '../../engine/step';
import { accountLocks, lockAccount } from '../../mysql/fence-statements';
import { createAccount, dropAccount, type Account } from '../../mysql/statements';
import { dialectOf } from '../../mysql/version';
import type { CallLimits, MysqlServer } from '../../ports/mysql-server';
import type { ClusterFacts } from '../../state/format';
import { toolCredentials } from '../../steps/tool-accounts';
import { endSessions, type SessionKiller } from '../kill-sessions';
import type { Fence } from './fence';

/**
 * `ALTER USER ... ACCOUNT LOCK`: nobody can log in as these accounts, whatever privileges they have; sessions that they had
 * are ended. The statement is in the binary log, so the other side follows it. On the side to be opened the accounts are
 * therefore unlocked before the position is taken at which the way back begins: the unlocking must not travel back. Before
 * 8.0 read_only binds the master user too (1290): there it is unlocked when the side is open, the other side follows, and is
 * locked again at the end, unless it is of that age itself: then read_only alone keeps it closed.
 */
export function accountLockFence(
  context: StepContext,
  server: MysqlServer,
  facts: ClusterFacts,
  killer: SessionKiller,
  names: readonly string[],
): Fence {
  const accounts = names.map(parseAccount);
  const isMasterFree = dialectOf(server.version) === 'source';
  const locks = (within: CallLimits): Promise<ReadonlyMap<string, boolean>> =>
    server.read(accountLocks(accounts), within);
  const set = async (locked: boolean, within: CallLimits): Promise<void> => {
    const now = await locks(within);
    const missing = names.filter((name) => !now.has(name));
    if (missing.length > 0) throw unknownAccounts(server, missing);
    for (const account of accounts) {
      if (now.get(nameOf(account)) !== locked) await server.run(lockAccount(account, locked), within);
    }
    const left = [...(await locks(within))].filter(([, isLocked]) => isLocked !== locked).map(([name]) => name);
    if (left.length > 0)
      throw new Error(`${left.join(', ')} on ${server.side} did not become ${locked ? 'locked' : 'unlocked'}`);
  };
  const close = async (within: CallLimits): Promise<void> => {
    await set(true, within);
    const users = new Set(accounts.map(({ user }) => user));
    await endSessions(context, server, killer, within, ({ user }) => users.has(user));
  };
  return {
    kind: 'account-lock',
    close,
    closeAgain: (within) => (isMasterFree ? close(within) : Promise.resolve()),
    open: (within) => set(false, within),
    async prepareOpen(within) {
      if (isMasterFree) await set(false, within);
    },
    // A statement that timed out has been killed with its connection, and DDL of accounts takes effect at once or never.
    settle: () => Promise.resolve(),
    isClosed: async (within) => {
      const now = await locks(within);
      return names.every((name) => now.get(name) === true);
    },
    binds: (account) => names.includes(account),
    changes: (closed) => sql(server.side, ...accounts.map((account) => lockAccount(account, closed))),
    manualOpen: () =>
      accounts.map(
        ({ user, host }) =>
          `mysql -h ${facts.endpoint} -P ${facts.port} -u <master user> -p -e "ALTER USER '${user}'@'${host}' ACCOUNT UNLOCK"`,
      ),
    async probe(within) {
      const now = await locks(within);
      const missing = names.filter((name) => !now.has(name));
      if (missing.length > 0) throw unknownAccounts(server, missing);
      const { user, password } = await toolCredentials(context, server.side, PROBE_ACCOUNT);
      const probe = { user, host: '%' };
      try {
        await server.run(createAccount(probe, PROBE_PLUGIN, password, false), within);
        await server.run(lockAccount(probe, true), within);
        const outcome = await context.mysql.tryLogin(server.side, { user, password });
        if (outcome !== 'refused') throw new Error(`a locked account could log in to ${server.side} (${outcome})`);
      } finally {
        await server.run(dropAccount(probe), within);
      }
      return 'a throw-away account was locked and refused';
    },
  };
}

const PROBE_ACCOUNT = 'cutover_lock_probe';
/** Known to every version from 5.7 on. */
const PROBE_PLUGIN = 'sha256_password';

function unknownAccounts(server: MysqlServer, missing: readonly string[]): UpgradeError {
  return new UpgradeError(`there is no account ${missing.join(', ')} on ${server.side}`, {
    code: 'account-unknown',
    source: 'user',
    hint: 'An account that does not exist cannot be locked, and a misspelt one would stay open. Correct `cutover.fences` in upgrade.yaml; the host is part of the name.',
  });
}

function nameOf({ user, host }: Account): string {
  return `${user}@${host}`;
}

/** `user@host`; the user may hold an @ itself. */
export function parseAccount(text: string): Account {
  const at = text.lastIndexOf('@');
  return { user: text.slice(0, at), host: text.slice(at + 1) };
}
