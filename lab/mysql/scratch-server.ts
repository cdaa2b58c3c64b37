/** A throw-away server for the syntax oracle: definitions are tried on it, one statement at a time. */
import { createConnection, type Connection } from 'mysql2/promise';
import type { Refusal, Scratch, Trial } from '../../actions/checks/oracle/scratch';
import type { Series } from './binaries';
import { errorNumber, identifier } from './connect';
import { startThrowAway } from './throw-away';

export interface ScratchServer extends Scratch {
  destroy(): Promise<void>;
}

/** Rejects, with nothing left behind, when the server cannot be started. Events that are created there never run. */
export async function startScratchServer(series: Series): Promise<ScratchServer> {
  const server = await startThrowAway(series, { event_scheduler: 'OFF', innodb_flush_log_at_trx_commit: '0' });
  try {
    const connection = await createConnection({
      socketPath: server.socket,
      user: 'root',
      charset: 'utf8mb4_general_ci',
    });
    connection.on('error', () => undefined);
    await connection.query('SET SESSION foreign_key_checks = 0');
    return {
      version: server.version,
      attempt: (trial) => attempt(connection, trial),
      destroy: async () => {
        connection.destroy();
        await server.destroy();
      },
    };
  } catch (error) {
    await server.destroy();
    throw error;
  }
}

async function attempt(connection: Connection, { schema, sqlModes, sql }: Trial): Promise<Refusal | undefined> {
  try {
    await connection.query('SET SESSION sql_mode = ?', [sqlModes.join(',')]);
    if (schema !== undefined) await connection.query(`USE ${identifier(schema)}`);
    await connection.query(sql);
    return undefined;
  } catch (error) {
    const errno = errorNumber(error);
    if (errno === undefined || !(error instanceof Error) || !('sqlState' in error)) throw error;
    return { errno, message: error.message };
  }
}
