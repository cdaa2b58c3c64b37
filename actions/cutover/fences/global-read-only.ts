import type { StepContext } from '../../engine/step';
import { setGlobalReadOnly } from '../../mysql/fence-statements';
import { globalVariables } from '../../mysql/queries';
import type { MysqlServer } from '../../ports/mysql-server';
import type { ClusterFacts } from '../../state/format';
import type { Fence } from './fence';
import { readOnlyByStatement } from './read-only-by-statement';

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
  return readOnlyByStatement(context, server, {
    kind: 'read-only',
    statement: (closed) => setGlobalReadOnly(closed, alsoSuper),
    kill: 'KILL <id>',
    binds: () => alsoSuper,
    manualOpen: () => [
      `mysql -h ${facts.endpoint} -P ${facts.port} -u <admin> -p -e "${setGlobalReadOnly(false, alsoSuper).sql}"`,
    ],
    // Setting what is set already waits for nobody and changes nothing, but asks for the same privilege.
    async probe(within) {
      const now = await server.read(globalVariables(['read_only', 'super_read_only']), within);
      const isClosed = now.get('read_only') === 'ON';
      const isSuper = now.get('super_read_only') === 'ON';
      await server.run(setGlobalReadOnly(isClosed, isClosed ? isSuper : alsoSuper), within);
      return `may be set; read_only stays ${isClosed ? 'ON' : 'OFF'}`;
    },
  });
}
