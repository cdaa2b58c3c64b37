import { sql } from '../../engine/context';
import { serverIdentity } from '../../mysql/queries';
import { setReadOnly } from '../../mysql/statements';
import type { CallLimits, MysqlServer } from '../../ports/mysql-server';
import type { ClusterFacts } from '../../state/format';
import type { Fence } from './fence';

/**
 * `mysql.rds_set_read_only`, Aurora MySQL 3.06 and later: one statement, no round trip through AWS. It is lost by a reboot,
 * so the parameter group is set to the same value once the switch is over.
 */
export function rdsSetReadOnlyFence(server: MysqlServer, facts: ClusterFacts): Fence {
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
    isClosed,
    changes: (closed) => sql(server.side, setReadOnly(closed)),
    manualOpen: () => [
      `mysql -h ${facts.endpoint} -P ${facts.port} -u <master user> -p -e "CALL mysql.rds_set_read_only(0)"`,
    ],
  };
}
