/** The lab of the bench: its servers are an operator's own, because the master user may set global variables on both. */
import { readFileSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { Resolver } from 'node:dns/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { derivedPassword } from '../../actions/mysql/derived-password';
import { replicaStatus } from '../../actions/mysql/queries';
import type { ReplicaStatus } from '../../actions/mysql/replica-status';
import {
  resetExternalSource,
  setExternalSource,
  startReplication,
  stopReplication,
} from '../../actions/mysql/statements';
import { dialectOf } from '../../actions/mysql/version';
import type { BinlogPosition } from '../../actions/mysql/position';
import type { Query, Side, Statement } from '../../actions/ports/mysql-server';
import type { LabPair } from '../../lab/contract';
import { FaultLab } from '../../lab/faults/fault-lab';
import { askLab } from '../../lab/supervisor/control';
import { WriterLoad } from '../../lab/writers/writer-load';
import { BenchEndpoint } from './endpoint';

/** Of upgrade.yaml, made by the tool, the same on both servers. */
export const REPLICATION_USER = 'cutover_repl';

const OWN_SERVER_RIGHTS = {
  master: 'SUPER',
  source: 'SYSTEM_VARIABLES_ADMIN, CONNECTION_ADMIN, REPLICATION_SLAVE_ADMIN',
} as const;
const HEALTHY_MS = 60_000;
const POLL_MS = 20;
/** Which rows each writer must have acknowledged before it counts as running. */
const WARM_WRITES = 10;

export interface Server {
  readonly side: Side;
  readonly version: string;
  /** Of its relay. */
  readonly address: string;
  /** The platform's, past the relays: a switch ends every other session. It writes no binary log. */
  readonly platform: Connection;
}

export class BenchLab {
  private constructor(
    readonly lab: FaultLab,
    readonly servers: Readonly<Record<Side, Server>>,
    readonly endpoint: BenchEndpoint,
  ) {}

  static async open(pair: LabPair, rttMs: number, progress: (line: string) => void): Promise<BenchLab> {
    const lab = await FaultLab.open(pair, progress);
    try {
      const servers = { blue: await serverOf(lab, 'blue'), green: await serverOf(lab, 'green') };
      for (const { version, platform } of Object.values(servers)) {
        const rights = OWN_SERVER_RIGHTS[dialectOf(version)];
        await platform.query(`GRANT ${rights} ON *.* TO ${lab.description.users.master.user}@'%'`);
      }
      if (rttMs > 0) await delayRelays(lab, rttMs / 2);
      const addresses = { blue: servers.blue.address, green: servers.green.address };
      const { dir, dns } = lab.description;
      const endpoint = await BenchEndpoint.open(dir, dns.host, addresses);
      return new BenchLab(lab, servers, endpoint);
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  /** An upgrade.yaml of this lab's upgrade, with the endpoint of the bench; answers its path. */
  writeConfig(name: string, settings: readonly string[]): string {
    const file = join(this.lab.description.dir, `${name}.yaml`);
    const original = readFileSync(this.lab.description.upgradeFile, 'utf8');
    const text = original.replace(/^endpoints:\n(?: .*\n)*/m, this.endpoint.settings());
    const lines = settings.map((line) => `  ${line}\n`).join('');
    writeFileSync(file, lines === '' ? text : `${text}cutover:\n${lines}`);
    return file;
  }

  /** Resolves when every writer writes. */
  async startWriters(writers: number): Promise<WriterLoad> {
    const { port, caFile, users, applicationAddress } = this.lab.description;
    const load = new WriterLoad();
    await load.start({
      writers,
      host: this.endpoint.host,
      port,
      dns: this.endpoint.dns,
      ca: readFileSync(caFile, 'utf8'),
      ...users.application,
      localAddress: applicationAddress,
    });
    await until('the writers to write', async () => (await load.progress()).acknowledged >= writers * WARM_WRITES);
    return load;
  }

  /** As the master user, through the relay like everybody else. */
  async connect(side: Side): Promise<Connection> {
    const { users, port, caFile } = this.lab.description;
    const { address } = this.servers[side];
    const connection = await createConnection({
      ...users.master,
      multipleStatements: true,
      ssl: { ca: readFileSync(caFile, 'utf8') },
      stream: () => connectSocket({ host: address, port, noDelay: true }),
    });
    connection.on('error', () => undefined);
    return connection;
  }

  /** As the tool derives it. */
  replicationPassword(): string {
    return derivedPassword(this.lab.description.users.master.password, this.lab.readState().lineage, REPLICATION_USER);
  }

  /** Points `replica` at the other side, as the tool does, and starts it. `host`: another name of the source. */
  async follow(replica: Side, position: BinlogPosition, host = this.lab.endpointOf(otherSide(replica))): Promise<void> {
    const dialect = dialectOf(this.servers[replica].version);
    const source = { host, port: 3306, user: REPLICATION_USER, password: this.replicationPassword(), position };
    await this.unfollow(replica);
    await this.run(replica, setExternalSource(dialect, source));
    await this.run(replica, startReplication());
  }

  async unfollow(replica: Side): Promise<void> {
    if ((await this.channel(replica)) === undefined) return;
    await this.run(replica, stopReplication());
    await this.run(replica, resetExternalSource(dialectOf(this.servers[replica].version)));
  }

  /** Resolves when the replica follows and is less than a second behind. */
  async healthy(replica: Side): Promise<void> {
    await until(`${replica} to follow`, async () => {
      const status = await this.channel(replica);
      return status?.isReceiving === true && status.isApplying && status.lagSeconds === 0;
    });
  }

  channel(side: Side): Promise<ReplicaStatus | undefined> {
    return this.read(side, replicaStatus(this.servers[side].version));
  }

  async read<T>(side: Side, query: Query<T>): Promise<T> {
    const [rows] = await this.servers[side].platform.query<RowDataPacket[]>(query.sql, [...query.values]);
    return query.parse(rows as Parameters<Query<T>['parse']>[0]);
  }

  async run(side: Side, { sql, values }: Statement): Promise<void> {
    await this.servers[side].platform.query(sql, [...values]);
  }

  async close(): Promise<void> {
    for (const { platform } of Object.values(this.servers)) platform.destroy();
    await this.endpoint.close();
    await this.lab.close();
  }
}

export function otherSide(side: Side): Side {
  return side === 'blue' ? 'green' : 'blue';
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + HEALTHY_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${String(HEALTHY_MS / 1_000)} s in vain for ${what}`);
    await sleep(POLL_MS);
  }
}

/** Both directions of every relay, for the connections that are open and those to come. */
async function delayRelays(lab: FaultLab, delayMs: number): Promise<void> {
  const { status } = await askLab(lab.description.controlSocket, { command: 'status' });
  for (const endpoint of Object.keys(status?.relays ?? {}))
    await lab.order({ command: 'relay', endpoint, fault: 'delay', delayMs });
}

async function serverOf(lab: FaultLab, side: Side): Promise<Server> {
  const { dns } = lab.description;
  const resolver = new Resolver();
  resolver.setServers([`${dns.host}:${String(dns.port)}`]);
  const [address = ''] = await resolver.resolve4(lab.endpointOf(side));
  const platform = await lab.platform(side);
  const [rows] = await platform.query<RowDataPacket[]>('SELECT VERSION() AS version');
  return { side, version: String(rows[0]?.['version']), address, platform };
}
