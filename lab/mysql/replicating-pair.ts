/** Two servers by themselves, the second following the first: for benchmarks and tests that need replication and nothing else. */
import type { Connection } from 'mysql2/promise';
import { openObserver } from '../../actions/adapters/mysql-observer';
import { systemClock } from '../../actions/adapters/system-clock';
import type { MysqlServer, Side } from '../../actions/ports/mysql-server';
import type { LabPair } from '../contract';
import { connectToServer, rowsOf } from './connect';
import { startThrowAway, type ThrowAwayServer } from './throw-away';

const ROOT = { user: 'root', password: '' };
const SIDES = ['blue', 'green'] as const;

/** May do everything, with the password plugin that is the server's default. */
export const PAIR_ACCOUNT = { user: 'pair', password: 'pair' };

/** 9.x no longer has the default plugin of 5.7, not even as a client. */
const REPLICATION = { user: 'pair_replication', password: 'pair' };

export interface ReplicatingPair {
  readonly servers: Readonly<Record<Side, ThrowAwayServer>>;
  /** A session of root, which writes to the binary log on blue and not on green. */
  connect(side: Side): Promise<Connection>;
  /** As `verify` looks at a server. The caller closes it. */
  observe(side: Side): Promise<MysqlServer>;
  /** Resolves when green has applied all that blue has logged by now. */
  caughtUp(): Promise<void>;
  destroy(): Promise<void>;
}

/** Rejects, with nothing left behind, when a server does not start. `parameters` are those of both servers. */
export async function startReplicatingPair(
  pair: LabPair,
  parameters: Readonly<Record<string, string>> = {},
): Promise<ReplicatingPair> {
  const [blueSeries, greenSeries] = pair.split('-').map((part) => (part === '57' ? '5.7' : '9.x'));
  const started: ThrowAwayServer[] = [];
  const destroy = async (): Promise<void> => {
    for (const server of started) await server.destroy();
  };
  try {
    for (const series of [blueSeries, greenSeries] as const) {
      started.push(await startThrowAway(series === '5.7' ? '5.7' : '9.x', { binlog_format: 'ROW', ...parameters }));
    }
    const [blue, green] = started;
    if (!blue || !green) throw new Error('two servers are needed');
    const servers = { blue, green };
    for (const side of SIDES) await addAccounts(servers[side]);
    await follow(servers);
    return {
      servers,
      destroy,
      async connect(side) {
        const connection = await connectToServer(servers[side].socket, ROOT);
        if (side === 'blue') await connection.query('SET SESSION sql_log_bin = 1');
        return connection;
      },
      observe: (side) =>
        openObserver({
          side,
          host: '127.0.0.1',
          port: servers[side].port,
          credentials: PAIR_ACCOUNT,
          network: { dnsServers: [], connectTimeout: 5_000, tls: 'unverified' },
          clock: systemClock,
        }),
      caughtUp: () => catchUp(servers),
    };
  } catch (error) {
    await destroy();
    throw error;
  }
}

async function addAccounts({ socket }: ThrowAwayServer): Promise<void> {
  await within(socket, async (connection) => {
    await connection.query(`CREATE USER '${PAIR_ACCOUNT.user}'@'%' IDENTIFIED BY '${PAIR_ACCOUNT.password}'`);
    await connection.query(`GRANT ALL ON *.* TO '${PAIR_ACCOUNT.user}'@'%' WITH GRANT OPTION`);
    await connection.query(
      `CREATE USER '${REPLICATION.user}'@'%' IDENTIFIED WITH sha256_password BY '${REPLICATION.password}'`,
    );
    await connection.query(`GRANT REPLICATION SLAVE ON *.* TO '${REPLICATION.user}'@'%'`);
  });
}

async function follow({ blue, green }: Readonly<Record<Side, ThrowAwayServer>>): Promise<void> {
  const { file, position } = await within(blue.socket, endOfLog);
  await within(green.socket, async (connection) => {
    await connection.query('SET GLOBAL server_id = 2');
    const isOld = green.version.startsWith('5.7');
    const words = isOld ? ['MASTER', 'MASTER', 'SLAVE'] : ['REPLICATION SOURCE', 'SOURCE', 'REPLICA'];
    const [change = '', source = '', replica = ''] = words;
    await connection.query(
      `CHANGE ${change} TO ${source}_HOST = '127.0.0.1', ${source}_PORT = ${blue.port}, ${source}_USER = '${REPLICATION.user}',
        ${source}_PASSWORD = '${REPLICATION.password}', ${source}_LOG_FILE = '${file}', ${source}_LOG_POS = ${position},
        ${source}_SSL = 1`,
    );
    await connection.query(`START ${replica}`);
  });
}

async function catchUp({ blue, green }: Readonly<Record<Side, ThrowAwayServer>>): Promise<void> {
  const { file, position } = await within(blue.socket, endOfLog);
  const wait = green.version.startsWith('5.7') ? 'MASTER_POS_WAIT' : 'SOURCE_POS_WAIT';
  const [row] = await within(green.socket, (connection) =>
    rowsOf(connection, `SELECT ${wait}(?, ?, 120) AS waited`, [file, position]),
  );
  const waited = row?.['waited'];
  if (waited === null || Number(waited) < 0) throw new Error(`green has not applied ${file}:${position}`);
}

async function endOfLog(connection: Connection): Promise<{ readonly file: string; readonly position: number }> {
  const [version] = await rowsOf(connection, 'SELECT VERSION() AS v');
  const isOld = String(version?.['v']).startsWith('5.7');
  const [row] = await rowsOf(connection, isOld ? 'SHOW MASTER STATUS' : 'SHOW BINARY LOG STATUS');
  return { file: String(row?.['File']), position: Number(row?.['Position']) };
}

async function within<T>(socket: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connectToServer(socket, ROOT);
  try {
    return await work(connection);
  } finally {
    connection.destroy();
  }
}
