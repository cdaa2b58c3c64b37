import type { StepContext } from '../../engine/step';
import { serverIdentity } from '../../mysql/queries';
import { setReadOnly } from '../../mysql/statements';
import type { MysqlServer } from '../../ports/mysql-server';
import type { ClusterFacts } from '../../state/format';
import type { Fence } from './fence';
import { readOnlyByStatement } from './read-only-by-statement';

/**
 * `mysql.rds_set_read_only`, Aurora MySQL 3.06 and later: one statement, no round trip through AWS. It is lost by a reboot,
 * so the parameter group is set to the same value once the switch is over.
 */
export function rdsSetReadOnlyFence(context: StepContext, server: MysqlServer, facts: ClusterFacts): Fence {
  return readOnlyByStatement(context, server, {
    kind: 'rds-set-read-only',
    statement: setReadOnly,
    kill: 'CALL mysql.rds_kill(<id>)',
    binds: () => false,
    async probe(within) {
      const closed = (await server.read(serverIdentity(), within)).isReadOnly;
      await server.run(setReadOnly(closed), within);
      return `the procedure answers; read_only stays ${closed ? 'ON' : 'OFF'}`;
    },
    manualOpen: () => [
      `mysql -h ${facts.endpoint} -P ${facts.port} -u <master user> -p -e "CALL mysql.rds_set_read_only(0)"`,
    ],
  });
}
