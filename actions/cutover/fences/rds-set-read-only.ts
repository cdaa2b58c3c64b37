import { sql } from '../../engine/context';
import type { StepContext } from '../../engine/step';
import { waitUntil } from '../../engine/wait-until';
import { pendingReadOnlyChanges, serverIdentity } from '../../mysql/queries';
import { setReadOnly } from '../../mysql/statements';
import type { CallLimits, MysqlServer } from '../../ports/mysql-server';
import type { ClusterFacts } from '../../state/format';
import type { Fence } from './fence';

/**
 * `mysql.rds_set_read_only`, Aurora MySQL 3.06 and later: one statement, no round trip through AWS. It is lost by a reboot,
 * so the parameter group is set to the same value once the switch is over.
 */
export function rdsSetReadOnlyFence(context: StepContext, server: MysqlServer, facts: ClusterFacts): Fence {
  const set = async (closed: boolean, within: CallLimits): Promise<void> => {
    await server.run(setReadOnly(closed), within);
    if ((await isClosed(within)) !== closed)
      throw new Error(`read_only of ${server.side} did not become ${closed ? 'ON' : 'OFF'}`);
  };
  const isClosed = async (within: CallLimits): Promise<boolean> =>
    (await server.read(serverIdentity(), within)).isReadOnly;
  return {
    kind: 'rds-set-read-only',
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
          hint: 'Another session is setting read_only; end it with `CALL mysql.rds_kill(<id>)`.',
        },
        async () => ((await server.read(pendingReadOnlyChanges(), within)) === 0 ? true : undefined),
      );
    },
    isClosed,
    binds: () => false,
    changes: (closed) => sql(server.side, setReadOnly(closed)),
    async probe(within) {
      const closed = await isClosed(within);
      await server.run(setReadOnly(closed), within);
      return `the procedure answers; read_only stays ${closed ? 'ON' : 'OFF'}`;
    },
    manualOpen: () => [
      `mysql -h ${facts.endpoint} -P ${facts.port} -u <master user> -p -e "CALL mysql.rds_set_read_only(0)"`,
    ],
  };
}
