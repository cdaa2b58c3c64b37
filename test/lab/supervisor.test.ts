import { execFile } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeDBClustersCommand, RDSClient } from '@aws-sdk/client-rds';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { LabDescription } from '../../lab/contract';
import { askLab } from '../../lab/supervisor/control';
import { labFiles } from '../../lab/supervisor/lab-files';
import { endServers } from '../../lab/supervisor/leftover-servers';
import { readLabRecord } from '../../lab/supervisor/lab-record';
import { isRunning } from '../../lab/supervisor/process-identity';
import { startLab } from '../../lab/supervisor/start-lab';
import { stopLab } from '../../lab/supervisor/stop-lab';
import { auditLedger } from '../../lab/writers/ledger';
import { readLedgerSide } from '../../lab/writers/ledger-tables';
import { WriterLoad } from '../../lab/writers/writer-load';

jest.setTimeout(120_000);

const dirs: string[] = [];

function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'lab-'));
  dirs.push(dir);
  return dir;
}

afterAll(async () => {
  for (const dir of dirs) {
    await stopLab(dir);
    rmSync(dir, { recursive: true, force: true });
  }
});

function resolverOf(lab: LabDescription): Resolver {
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([`${lab.dns.host}:${String(lab.dns.port)}`]);
  return resolver;
}

async function connectTo(lab: LabDescription, host: string, who: 'master' | 'application'): Promise<Connection> {
  const [address] = await resolverOf(lab).resolve4(host);
  return createConnection({
    host: host,
    ...lab.users[who],
    stream: () => connect({ host: address ?? '', port: lab.port }),
    ssl: { ca: readFileSync(lab.caFile, 'utf8'), verifyIdentity: host === lab.blue.endpoint },
  });
}

describe('a lab of a 5.7 blue', () => {
  let lab: LabDescription;
  const progress: string[] = [];

  beforeAll(async () => {
    lab = await startLab({ pair: '57-97', dir: newDir() }, (text) => progress.push(text));
  });

  test('tells what it does while it starts, and keeps no password in its record or log', () => {
    expect(progress.length).toBeGreaterThan(2);
    for (const file of [labFiles(lab.dir).record, labFiles(lab.dir).log, lab.upgradeFile]) {
      expect(readFileSync(file, 'utf8')).not.toContain(lab.users.master.password);
    }
    expect(readFileSync(lab.envFile, 'utf8')).toContain(lab.users.master.password);
  });

  test('the AWS endpoint describes blue as Aurora would', async () => {
    const rds = new RDSClient({
      endpoint: lab.awsEndpoint,
      region: lab.region,
      credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' },
    });
    const { DBClusters } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: lab.blue.clusterId }));
    rds.destroy();
    expect(DBClusters?.[0]).toMatchObject({
      Status: 'available',
      EngineVersion: '5.7.mysql_aurora.2.12.4',
      Endpoint: lab.blue.endpoint,
      DBClusterMembers: [{ IsClusterWriter: true }, { IsClusterWriter: false }],
    });
  });

  test("the application's name leads to blue, with a TTL of a second", async () => {
    const resolver = resolverOf(lab);
    expect(await resolver.resolveCname(lab.applicationHost)).toEqual([lab.blue.endpoint]);
    expect(await resolver.resolve4(lab.applicationHost, { ttl: true })).toEqual([
      { address: lab.blue.address, ttl: 1 },
    ]);
  });

  test('the master user logs in through the endpoint, whose certificate bears its name', async () => {
    const connection = await connectTo(lab, lab.blue.endpoint, 'master');
    const [rows] = await connection.query<RowDataPacket[]>(
      'SELECT VERSION() AS version, (SELECT COUNT(*) FROM shop.orders) AS orders, @@log_bin AS binlog, @@innodb_lock_wait_timeout AS wait',
    );
    connection.destroy();
    expect(rows[0]).toMatchObject({ version: expect.stringMatching(/^5\.7\./), orders: 30_000, binlog: 0, wait: 20 });
  });

  test('a stranger hears nothing from the database', async () => {
    const stranger = connect({
      host: lab.blue.address,
      port: 3306,
      localAddress: lab.blue.address.replace(/\d+$/, '99'),
    });
    await once(stranger, 'connect');
    const greeting = once(stranger, 'data').then(() => 'greeted');
    expect(await Promise.race([greeting, sleep(300, 'silent')])).toBe('silent');
    stranger.destroy();
    const { status } = await askLab(lab.controlSocket, { command: 'status' });
    expect(status?.relays[lab.blue.endpoint]?.denied).toBe(1);
  });

  test('writers survive cut and frozen connections and a crash of the server, and every acknowledged write is there once', async () => {
    const load = new WriterLoad();
    await load.start({
      writers: 4,
      host: lab.applicationHost,
      dns: lab.dns,
      ca: readFileSync(lab.caFile, 'utf8'),
      ...lab.users.application,
      localAddress: lab.applicationAddress,
    });
    const written = async (count: number) => {
      while ((await load.progress()).acknowledged < count) await sleep(20);
    };
    await written(50);
    const relay = { command: 'relay', endpoint: lab.blue.endpoint } as const;
    expect((await askLab(lab.controlSocket, { ...relay, fault: 'cut' })).relay?.cut).toBe(4);
    await written(100);
    expect((await askLab(lab.controlSocket, { ...relay, fault: 'freeze' })).relay?.isFrozen).toBe(true);
    await askLab(lab.controlSocket, { ...relay, fault: 'heal' });
    const server = { command: 'server', clusterId: lab.blue.clusterId } as const;
    await askLab(lab.controlSocket, { ...server, fault: 'crash' });
    await askLab(lab.controlSocket, { ...server, fault: 'start' });
    const before = (await load.progress()).acknowledged;
    await written(before + 50);
    const snapshot = await load.stop();
    const master = await connectTo(lab, lab.blue.endpoint, 'master');
    const side = await readLedgerSide(master);
    master.destroy();
    const audit = auditLedger(snapshot, { serving: side, other: side });
    expect(audit).toMatchObject({ lost: [], duplicated: [], miscounted: [] });
    expect(audit.acknowledged).toBe(snapshot.acknowledgements.length);
    expect(snapshot.errors.length).toBeGreaterThanOrEqual(4);
  });

  test('a second lab beside it has addresses of its own', async () => {
    const other = await startLab({ pair: '97-97', dir: newDir() });
    expect(other.blue.address.replace(/\d+$/, '')).not.toBe(lab.blue.address.replace(/\d+$/, ''));
    const connection = await connectTo(other, other.applicationHost, 'application');
    const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
    connection.destroy();
    expect(rows[0]).toMatchObject({ version: expect.stringMatching(/^9\./) });
    expect(await stopLab(other.dir)).toEqual({ wasThere: true, wasForced: false });
    expect(existsSync(other.dir)).toBe(false);
  });

  test('after its supervisor was killed, lab down leaves nothing running', async () => {
    const supervisor = readLabRecord(lab.dir)?.supervisor;
    if (supervisor === undefined) throw new Error('The lab has no record.');
    process.kill(supervisor.pid, 'SIGKILL');
    while (isRunning(supervisor)) await sleep(10);
    expect(await stopLab(lab.dir)).toEqual({ wasThere: true, wasForced: true });
    expect(await endServers(labFiles(lab.dir).engine)).toBe(0);
    expect(existsSync(lab.dir)).toBe(false);
  });
});

test('a lab whose starter dies meanwhile ends by itself', async () => {
  const dir = newDir();
  const script = `require('tsx/cjs'); require('./lab/supervisor/start-lab.ts').startLab({ pair: '57-57', dir: process.argv[1] }, (text) => console.log(text));`;
  const starter = execFile(process.execPath, ['-e', script, dir]);
  const output = starter.stdout;
  if (output === null) throw new Error('The starter has no output.');
  let told = '';
  while (!told.includes('starting blue')) told += String((await once(output, 'data'))[0]);
  const supervisor = readLabRecord(dir)?.supervisor;
  if (supervisor === undefined) throw new Error('The lab has no record.');
  starter.kill('SIGKILL');
  while (isRunning(supervisor)) await sleep(10);
  expect(await endServers(labFiles(dir).engine)).toBe(0);
  expect(await stopLab(dir)).toMatchObject({ wasThere: true });
});
