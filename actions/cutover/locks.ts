/** `GET_LOCK` on both writers, each on a connection of its own: a file cannot stop a second laptop. */
import { UpgradeError } from '../engine/errors';
import { holdsAdvisoryLock, takeAdvisoryLock } from '../mysql/queries';
import type { MysqlServer, MysqlSession } from '../ports/mysql-server';
import type { SwitchLocks } from './switch-context';

const LOCK_NAME = 'aurora-cutover';
const LOCK_MS = 10_000;

export function switchLocks(servers: readonly MysqlServer[]): SwitchLocks {
  const held: { side: string; session: MysqlSession }[] = [];
  return {
    async take() {
      for (const server of servers) {
        const session = await server.openSession();
        held.push({ side: server.side, session });
        if (await session.read(takeAdvisoryLock(LOCK_NAME), { timeoutMs: LOCK_MS })) continue;
        throw new UpgradeError(`another session holds the cutover lock on ${server.side}`, {
          code: 'cutover-locked',
          source: 'user',
          hint: `Somebody is switching these clusters from another machine: \`SELECT IS_USED_LOCK('${LOCK_NAME}')\` on ${server.side} names the connection. Wait for it; if its process is gone, the lock goes with its connection.`,
        });
      }
    },
    async confirm(within) {
      const answers = await Promise.all(
        held.map(async ({ side, session }) => ({
          side,
          holds: await session.read(holdsAdvisoryLock(LOCK_NAME), within),
        })),
      );
      const lost = answers.filter((answer) => !answer.holds).map((answer) => answer.side);
      if (held.length < servers.length || lost.length > 0) {
        throw new UpgradeError(`the cutover lock was lost on ${lost.join(' and ') || 'a side'}`, {
          code: 'cutover-lock-lost',
          source: 'mysql',
          hint: 'The connection that held it broke; another operator could have started. Run the command again.',
        });
      }
    },
    async release() {
      for (const { session } of held.splice(0)) await session.close();
    },
  };
}
