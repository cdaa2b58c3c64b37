/** What the fences have in common that set `read_only` on the server by one statement. */
import { sql } from '../../engine/context';
import type { StepContext } from '../../engine/step';
import { waitUntil } from '../../engine/wait-until';
import { pendingReadOnlyChanges, serverIdentity } from '../../mysql/queries';
import type { CallLimits, MysqlServer, Statement } from '../../ports/mysql-server';
import type { Fence } from './fence';

export interface ReadOnlyByStatement extends Pick<Fence, 'kind' | 'binds' | 'manualOpen' | 'probe'> {
  readonly statement: (closed: boolean) => Statement;
  /** How another session that is setting it is ended by hand. */
  readonly kill: string;
}

export function readOnlyByStatement(
  context: StepContext,
  server: MysqlServer,
  { statement, kill, ...own }: ReadOnlyByStatement,
): Fence {
  const isClosed = async (within: CallLimits): Promise<boolean> =>
    (await server.read(serverIdentity(), within)).isReadOnly;
  const set = async (closed: boolean, within: CallLimits): Promise<void> => {
    await server.run(statement(closed), within);
    if ((await isClosed(within)) !== closed)
      throw new Error(`read_only of ${server.side} did not become ${closed ? 'ON' : 'OFF'}`);
  };
  return {
    ...own,
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
          hint: `Another session is setting read_only; end it with \`${kill}\`.`,
        },
        async () => ((await server.read(pendingReadOnlyChanges(), within)) === 0 ? true : undefined),
      );
    },
    isClosed,
    changes: (closed) => sql(server.side, statement(closed)),
  };
}
