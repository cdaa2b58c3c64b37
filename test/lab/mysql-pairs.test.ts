/** The pairs of one series, and the snapshots' awkward sides: taken under load, refused, of replicas' events. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type Connection } from 'mysql2/promise';
import type { InstanceRequest } from '../../lab/contract';
import { rowsOf, text, valueOf, withServer, type Row } from '../../lab/mysql/connect';
import { createEngineHost, type LabEngineHost } from '../../lab/mysql/engine-host';
import { rowChecksums } from '../../lab/mysql/row-checksums';

const SUBNET = `127.92.${process.pid % 250}`;
const PORT = 13_306;
const folders: string[] = [];
const hosts: LabEngineHost[] = [];

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stopAll()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}, 180_000);

test('9.7 to 9.7: a snapshot under load continues at its position; caching_sha2 needs TLS; until and skip work', async () => {
  const host = newLab('caching_sha2_password');
  await host.startWriter(request('blue', '9.7.mysql_aurora.9.7.4', { kind: 'seed', masterPassword: 'master' }));
  await master(host, 'blue', async (connection) => {
    await connection.query(`CREATE USER repl IDENTIFIED WITH caching_sha2_password BY 'replication'`);
    await connection.query('GRANT REPLICATION SLAVE ON *.* TO repl');
  });
  const load = startLoad(host, 'blue');
  await host.takeSnapshot('blue', 'busy');
  const { recoveredCoordinates } = await host.startWriter(
    request('green', '9.7.mysql_aurora.9.7.4', { kind: 'snapshot', snapshotId: 'busy' }),
  );
  const written = await load.end();
  expect(written).toBeGreaterThan(20);
  const { file, position } = recoveredCoordinates ?? { file: '', position: 0 };
  const source = await onlyRow(host, 'blue', 'SHOW BINARY LOG STATUS');

  await master(host, 'green', async (connection) => {
    await expect(connection.query('CALL mysql.rds_start_replication')).rejects.toMatchObject({ errno: 1644 });
    const set = `CALL mysql.rds_set_external_source('blue.lab.test', ${PORT}, 'repl', 'replication', ?, ?, 0)`;
    await connection.query(set, [file, position]);
    await connection.query('CALL mysql.rds_start_replication');
    await eventually(async () => {
      const status = (await rowsOf(connection, 'SHOW REPLICA STATUS'))[0];
      expect(status?.Last_IO_Errno).toBe(2061);
    });
    await connection.query('CALL mysql.rds_stop_replication');
    await connection.query('CALL mysql.rds_set_binlog_source_ssl(1)');
    await connection.query('CALL mysql.rds_start_replication_until(?, ?)', [source.File, source.Position]);
    expect(
      await valueOf(connection, 'SELECT SOURCE_POS_WAIT(?, ?, 20)', [source.File, Number(source.Position)]),
    ).not.toBe('-1');
  });
  await same(host, 'blue', 'green');

  await platform(host, 'green', (connection) =>
    connection.query(`INSERT INTO shop.ledger_write (client, seq, payload) VALUES ('conflict', 1, 'green')`),
  );
  await master(host, 'blue', (connection) =>
    connection.query(`INSERT INTO shop.ledger_write (client, seq, payload) VALUES ('conflict', 1, 'blue')`),
  );
  await master(host, 'green', async (connection) => {
    await connection.query('CALL mysql.rds_stop_replication');
    await connection.query('CALL mysql.rds_start_replication');
    await eventually(async () => {
      expect((await rowsOf(connection, 'SHOW REPLICA STATUS'))[0]?.Last_SQL_Errno).toBe(1062);
    });
    await connection.query('CALL mysql.rds_skip_repl_error');
    await eventually(async () => {
      expect((await rowsOf(connection, 'SHOW REPLICA STATUS'))[0]).toMatchObject({
        Last_SQL_Errno: 0,
        Replica_SQL_Running: 'Yes',
      });
    });
  });
}, 180_000);

test('5.7 to 5.7: a clone has the same rows and passwords; an account that 9.7 cannot carry refuses the upgrade', async () => {
  const host = newLab('mysql_native_password');
  await host.startWriter(request('blue', '5.7.mysql_aurora.2.12.4', { kind: 'seed', masterPassword: 'master' }));
  await platform(host, 'blue', (connection) =>
    connection.query(`CREATE DATABASE aurora_cutover; CREATE TABLE aurora_cutover.marker (id INT PRIMARY KEY);
      CREATE EVENT aurora_cutover.asleep ON SCHEDULE EVERY 1 DAY DISABLE ON SLAVE DO DELETE FROM aurora_cutover.marker`),
  );
  const cloned = await host.startWriter(
    request('green', '5.7.mysql_aurora.2.12.4', { kind: 'clone', sourceClusterId: 'blue' }),
  );
  expect(cloned.recoveredCoordinates?.file).toBe('mysql-bin-changelog.000001');
  await same(host, 'blue', 'green');
  const hashes = 'SELECT user, host, authentication_string FROM mysql.user WHERE user <> ? ORDER BY user, host';
  const accounts = (cluster: string): Promise<readonly Row[]> =>
    platform(host, cluster, (connection) => rowsOf(connection, hashes, ['rdsadmin']));
  expect(await accounts('green')).toEqual(await accounts('blue'));

  await host.takeSnapshot('blue', 'native');
  const upgraded = request('upgraded', '9.7.mysql_aurora.9.7.4', { kind: 'snapshot', snapshotId: 'native' });
  await expect(host.startWriter(upgraded)).rejects.toThrow(
    /no such authentication plugin for: .*app@% \(mysql_native_password\).*change them to a plugin that both have/,
  );
  expect(host.isRunning('upgraded')).toBe(false);

  await platform(host, 'blue', async (connection) => {
    for (const row of await rowsOf(
      connection,
      `SELECT user, host FROM mysql.user WHERE plugin = 'mysql_native_password' AND user NOT LIKE 'mysql.%' AND user <> 'rdsadmin'`,
    )) {
      await connection.query(`ALTER USER ?@? IDENTIFIED WITH sha256_password BY 'x'`, [
        text(row, 'user'),
        text(row, 'host'),
      ]);
    }
  });
  await host.takeSnapshot('blue', 'sha256');
  await host.startWriter({ ...upgraded, origin: { kind: 'snapshot', snapshotId: 'sha256' } });
  await same(host, 'blue', 'upgraded');
}, 180_000);

test('rds_kill ends an ordinary session, rds_kill_query its statement, and neither the platform', async () => {
  const host = newLab('sha256_password');
  await host.startWriter(request('blue', '9.7.mysql_aurora.9.7.4', { kind: 'seed', masterPassword: 'master' }));
  await master(host, 'blue', async (connection) => {
    for (const [procedure, error] of [
      ['rds_kill', { code: 'PROTOCOL_CONNECTION_LOST' }],
      ['rds_kill_query', { errno: 1317 }],
    ] as const) {
      await application(host, 'blue', async (victim) => {
        const id = await valueOf(victim, 'SELECT CONNECTION_ID()');
        const slow = expect(
          victim.query('SELECT COUNT(*) FROM shop.orders a, shop.orders b, shop.orders c WHERE a.id + b.id > c.id'),
        ).rejects.toMatchObject(error);
        // A kill that comes before the statement would have nothing to end.
        const running = `SELECT COUNT(*) FROM information_schema.processlist WHERE ID = ${id} AND COMMAND = 'Query'`;
        while ((await valueOf(connection, running)) !== '1') await sleep(20);
        await connection.query(`CALL mysql.${procedure}(?)`, [id]);
        await slow;
      });
    }
    await platform(host, 'blue', async (session) => {
      const id = await valueOf(session, 'SELECT CONNECTION_ID()');
      await expect(connection.query('CALL mysql.rds_kill(?)', [id])).rejects.toMatchObject({ errno: 1095 });
    });
  });
}, 180_000);

function newLab(authPlugin: 'mysql_native_password' | 'sha256_password' | 'caching_sha2_password'): LabEngineHost {
  const folder = mkdtempSync(join(tmpdir(), 'lab-'));
  const names = ['blue', 'green', 'upgraded'];
  const addressFor = (clusterId: string): string => `${SUBNET}.${names.indexOf(clusterId) + 1}`;
  const hostsFile = join(folder, 'hosts');
  writeFileSync(hostsFile, names.map((name) => `${addressFor(name)} ${name}.lab.test\n`).join(''));
  const application = { user: 'app', password: 'application' };
  const namesFor = (clusterId: string): string[] => [`${clusterId}.lab.test`];
  const host = createEngineHost({ folder, hostsFile, addressFor, namesFor, application, authPlugin });
  folders.push(folder);
  hosts.push(host);
  return host;
}

function request(clusterId: string, engineVersion: string, origin: InstanceRequest['origin']): InstanceRequest {
  const parameters = { binlog_format: 'ROW', event_scheduler: 'OFF' };
  return { instanceId: `${clusterId}-1`, clusterId, engineVersion, masterUsername: 'admin', parameters, origin };
}

/** One writer after the other row, each acknowledged before the next; `end` answers how many there are. */
function startLoad(host: LabEngineHost, cluster: string): { readonly end: () => Promise<number> } {
  let isWanted = true;
  const done = application(host, cluster, async (connection) => {
    let seq = 0;
    while (isWanted) {
      seq += 1;
      await connection.query('INSERT INTO shop.ledger_write (client, seq, payload) VALUES (?, ?, ?)', [
        'load',
        seq,
        'x',
      ]);
    }
    return seq;
  });
  return {
    end: () => {
      isWanted = false;
      return done;
    },
  };
}

async function same(host: LabEngineHost, left: string, right: string): Promise<void> {
  const [one, other] = await Promise.all([left, right].map((cluster) => platform(host, cluster, rowChecksums)));
  expect(other).toEqual(one);
}

async function onlyRow(host: LabEngineHost, cluster: string, sql: string): Promise<Row> {
  return (await master(host, cluster, (connection) => rowsOf(connection, sql)))[0] ?? {};
}

async function eventually(check: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

type Work<T> = (connection: Connection) => Promise<T>;

function platform<T>(host: LabEngineHost, cluster: string, work: Work<T>): Promise<T> {
  return withServer(host.socketOf(cluster), host.platform(), work);
}

function master<T>(host: LabEngineHost, cluster: string, work: Work<T>): Promise<T> {
  return asUser(host, cluster, { user: 'admin', password: 'master' }, work);
}

function application<T>(host: LabEngineHost, cluster: string, work: Work<T>): Promise<T> {
  return asUser(host, cluster, { user: 'app', password: 'application' }, work);
}

/** Through the socket, but with an ordinary session: the binary log on, the server's own sql_mode. */
async function asUser<T>(
  host: LabEngineHost,
  cluster: string,
  account: { user: string; password: string },
  work: Work<T>,
): Promise<T> {
  const connection = await createConnection({
    socketPath: host.socketOf(cluster),
    ...account,
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
  try {
    return await work(connection);
  } finally {
    connection.destroy();
  }
}
