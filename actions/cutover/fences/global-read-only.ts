import { sql } from '../../engine/context';
import { waitUntil } from '../../engine/wait-until';
import type { StepContext } from '../../engine/step';
import { setGlobalReadOnly } from '../../mysql/fence-statements';
import { globalVariables, pendingReadOnlyChanges, serverIdentity } from '../../mysql/queries';
import type { CallLimits, MysqlServer } from '../../ports/mysql-server';
import type { ClusterFacts } from '../../state/format';
import type { Fence } from './fence';

/**
 * `SET GLOBAL read_only`, on a server of one's own. With `super_read_only` it binds accounts with SUPER and CONNECTION_ADMIN
 * too; replication passes both. Setting it waits for statements that write, turning it off waits for nothing.
 */
export function globalReadOnlyFence(
  context: StepContext,
  server: MysqlServer,
  facts: ClusterFacts,
  alsoSuper: boolean,
): Fence {
  const isClosed = async (within: CallLimits): Promise<boolean> =>
    (await server.read(serverIdentity(), within)).isReadOnly;
  const set = async (closed: boolean, within: CallLimits): Promise<void> => {
    await server.run(setGlobalReadOnly(closed, alsoSuper), within);
    if ((await isClosed(within)) !== closed)
      throw new Error(`read_only of ${server.side} did not become ${closed ? 'ON' : 'OFF'}`);
  };
  return {
    kind: 'read-only',
    close: (within) => set(true, within),
    open: (within) => set(false, within),
    async settle(within) {
      await waitUntil(
        {
          clock: context.clock,
          emit: context.emit,
          signal: within.signal ?? context.signal,
          reason: `earlier changes of read_only on ${server.side} to end`,
          budgetMs: within.timeoutMs,
          intervalMs: 100,
          hint: 'Another session is setting read_only; end it with `KILL <id>`.',
        },
        async () => ((await server.read(pendingReadOnlyChanges(), within)) === 0 ? true : undefined),
      );
    },
    isClosed,
    binds: () => alsoSuper,
    changes: (closed) => sql(server.side, setGlobalReadOnly(closed, alsoSuper)),
    manualOpen: () => [
      `mysql -h ${facts.endpoint} -P ${facts.port} -u <admin> -p -e "${setGlobalReadOnly(false, alsoSuper).sql}"`,
    ],
    // Setting what is set already waits for nobody and changes nothing, but asks for the same privilege.
    async probe(within) {
      const names = ['read_only', 'super_read_only'];
      const now = await server.read(globalVariables(names), within);
      const isSuper = now.get('super_read_only') === 'ON';
      await server.run(setGlobalReadOnly(now.get('read_only') === 'ON', isSuper || alsoSuper), within);
      return `may be set; read_only stays ${now.get('read_only') ?? 'unknown'}`;
    },
  };
}
