/** Two servers of the newest series without a lab, as blue and green of the production code's connector. */
import { createConnection, type Connection } from 'mysql2/promise';
import { createMysql2Connector } from '../../actions/adapters/mysql2-connector';
import { systemClock } from '../../actions/adapters/system-clock';
import type { ParityContext } from '../../actions/parity/parity';
import type { Side } from '../../actions/ports/mysql-server';
import { withServer } from '../../lab/mysql/connect';
import { startThrowAway } from '../../lab/mysql/throw-away';

export interface BarePair {
  /** For comparisons that ask the servers only. */
  readonly context: ParityContext;
  /** As root. */
  query(side: Side, sql: string): Promise<unknown>;
  /** As the master user. */
  open(side: Side): Promise<Connection>;
  stop(): Promise<void>;
}

const MASTER = { user: 'master', password: 'Master-4713' };

export async function startBarePair(): Promise<BarePair> {
  const settings = { activate_all_roles_on_login: '0' };
  const [blue, green] = await Promise.all([startThrowAway('9.x', settings), startThrowAway('9.x', settings)]);
  const servers = { blue, green };
  const query = (side: Side, sql: string, user = 'rdsadmin'): Promise<unknown> =>
    withServer(servers[side].socket, { user, password: '' }, (connection) => connection.query(sql));
  for (const side of ['blue', 'green'] as const) {
    // A customer of RDS meets no root.
    await query(side, 'RENAME USER root@localhost TO rdsadmin@localhost', 'root');
    await query(side, `CREATE USER master IDENTIFIED BY '${MASTER.password}'`);
    await query(side, 'GRANT ALL ON *.* TO master WITH GRANT OPTION');
  }
  const mysql = createMysql2Connector({
    config: {
      blue: { cluster: 'blue', credentials: {} },
      green: { cluster: 'green', credentials: {} },
      network: { dnsServers: [], connectTimeout: 10_000, tls: 'unverified' },
    } as unknown as Parameters<typeof createMysql2Connector>[0]['config'],
    endpointOf: (side) => Promise.resolve({ host: '127.0.0.1', port: servers[side].port }),
    secrets: { credentials: () => Promise.reject(new Error('no secrets here')) } as never,
    environment: { AURORA_CUTOVER_BLUE_USER: MASTER.user, AURORA_CUTOVER_BLUE_PASSWORD: MASTER.password },
    clock: systemClock,
  });
  const config = {
    replication: { user: 'cutover_repl', host: '%' },
    cutover: { fences: { blue: [], green: [] } },
    applications: [],
  };
  return {
    context: { mysql, config, signal: new AbortController().signal } as unknown as ParityContext,
    query,
    open: (side) =>
      createConnection({
        host: '127.0.0.1',
        port: servers[side].port,
        ...MASTER,
        ssl: { rejectUnauthorized: false },
      }),
    async stop() {
      await mysql.close();
      await Promise.all([blue.destroy(), green.destroy()]);
    },
  };
}
