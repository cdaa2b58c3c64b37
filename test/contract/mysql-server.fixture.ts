/** A real server of the lab on this machine, with the names and certificates that the adapter expects. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createMysql2Connector } from '../../actions/adapters/mysql2-connector';
import { systemClock } from '../../actions/adapters/system-clock';
import type { CallLimits, MysqlConnector, Query, Row, Statement, Value } from '../../actions/ports/mysql-server';
import { findServer, type Series } from '../../lab/mysql/binaries';
import { ensureAuthority, issueServerCertificate } from '../../lab/mysql/certificates';
import { rowsOf, withServer } from '../../lab/mysql/connect';
import { runningPid, startServer, stopServer } from '../../lab/mysql/server';
import { serverFiles } from '../../lab/mysql/server-options';
import { copyTemplate } from '../../lab/mysql/template';
import { DnsServer } from '../../lab/network/dns';

export const MASTER = { user: 'admin', password: "ma'ster \\ pass" };
export const HOST = 'orders.cluster-test.lab.internal';
/** A name of the same address that the certificate does not hold. */
export const OTHER_HOST = 'stranger.lab.internal';

export interface RealServer {
  readonly port: number;
  readonly pid: number;
  /** As the superuser, through the unix socket, past everything that is tested. */
  asRoot(sql: string): Promise<readonly Row[]>;
  connector(changes?: ConnectorChanges): MysqlConnector;
  stop(): Promise<void>;
}

export interface ConnectorChanges {
  readonly host?: string;
  readonly port?: number;
  readonly trust?: 'stranger' | 'amazon';
  readonly password?: string;
}

export async function startRealServer(series: Series): Promise<RealServer> {
  const binary = await findServer(series);
  const root = mkdtempSync(join(tmpdir(), 'cutover-mysql-'));
  const folder = join(root, 'server');
  const certificate = issueServerCertificate(join(root, 'ca'), 'server', [HOST]);
  const stranger = ensureAuthority(join(root, 'stranger'));
  const hostsFile = join(root, 'hosts');
  writeFileSync(hostsFile, '');
  mkdirSync(folder);
  mkdirSync(join(root, 'dump'));
  await copyTemplate(binary, serverFiles(folder).data, '0');
  const port = await freePort();
  await startServer(binary, {
    folder,
    series,
    address: '127.0.0.1',
    port,
    serverId: 1,
    parameters: { binlog_format: 'ROW', sql_mode: 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', autocommit: '0' },
    certificate,
    dumpFolder: join(root, 'dump'),
    hostsFile,
  });
  const dns = await DnsServer.open(
    {
      lookup: (name, type) =>
        type === 'A' && [HOST, OTHER_HOST].includes(name) ? [{ value: '127.0.0.1', ttlSeconds: 5 }] : [],
    },
    '127.0.0.1',
  );
  const asRoot = async (sql: string): Promise<readonly Row[]> =>
    withServer(
      serverFiles(folder).socket,
      { user: 'root', password: '' },
      async (connection) => (await rowsOf(connection, sql)) as readonly Row[],
    );
  await asRoot(`CREATE USER 'admin'@'%' IDENTIFIED BY 'ma''ster \\\\ pass' REQUIRE SSL`);
  await asRoot(`GRANT SELECT, INSERT, CREATE, DROP, CREATE USER, PROCESS ON *.* TO 'admin'@'%' WITH GRANT OPTION`);

  const connectors: MysqlConnector[] = [];
  return {
    port,
    pid: runningPid(folder) ?? 0,
    asRoot,
    connector(changes = {}) {
      const connector = createMysql2Connector({
        config: {
          blue: { cluster: 'orders', credentials: {} },
          green: {
            cluster: 'orders-green',
            engineVersion: '8.0.mysql_aurora.3.08.2',
            source: 'snapshot',
            deleteSnapshotOnDestroy: false,
            writer: {},
            readers: [],
            changes: [],
            clusterParameters: {},
            instanceParameters: {},
            deletionProtection: true,
            credentials: {},
          },
          network: {
            ...(changes.trust === 'amazon' ? {} : { caFile: changes.trust === 'stranger' ? stranger : certificate.ca }),
            dnsServers: [`127.0.0.1:${dns.port}`],
            connectTimeout: 5_000,
            replicationRules: true,
          },
        },
        endpointOf: async () => ({ host: changes.host ?? HOST, port: changes.port ?? port }),
        secrets: { credentials: () => Promise.reject(new Error('no secret is configured')) },
        environment: {
          AURORA_CUTOVER_BLUE_USER: MASTER.user,
          AURORA_CUTOVER_BLUE_PASSWORD: changes.password ?? MASTER.password,
        },
        clock: systemClock,
      });
      connectors.push(connector);
      return connector;
    },
    async stop() {
      await Promise.all(connectors.map((connector) => connector.close()));
      await dns.close();
      await stopServer(folder);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export const limits = (timeoutMs: number, signal?: AbortSignal): CallLimits =>
  signal === undefined ? { timeoutMs } : { timeoutMs, signal };

export function query(sql: string, values: readonly Value[] = []): Query<readonly Row[]> {
  return { name: 'test-query', sql, values, args: {}, parse: (rows) => rows };
}

export function statement(sql: string, values: readonly Value[] = [], secrets: readonly number[] = []): Statement {
  return { name: 'test-statement', sql, values, secrets, args: {} };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
