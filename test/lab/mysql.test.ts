/** The lab's servers for real: seed, snapshot with upgrade, Aurora's procedures, replication in both directions. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { SAFE_CONNECTION } from '../../actions/mysql/reverse-rules';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type Connection } from 'mysql2/promise';
import type { InstanceRequest } from '../../lab/contract';
import { errorNumber, rowsOf, valueOf, withServer, type Row } from '../../lab/mysql/connect';
import { createEngineHost, type EngineHostOptions } from '../../lab/mysql/engine-host';
import { rowChecksums } from '../../lab/mysql/row-checksums';

const ADDRESSES: Readonly<Record<string, string>> = {
  blue: `127.91.${process.pid % 250}.1`,
  green: `127.91.${process.pid % 250}.2`,
};
const PORT = 13_306;
const MASTER = { user: 'admin', password: `it's \\ a "test"` };
const APPLICATION = { user: 'app', password: 'application' };
const REPLICATION = { user: 'cutover_repl', password: 'replication' };
const GREEN_PARAMETERS = {
  binlog_format: 'ROW',
  collation_server: 'utf8mb4_general_ci',
  character_set_server: 'utf8mb4',
  init_connect: SAFE_CONNECTION,
  event_scheduler: 'OFF',
  'gtid-mode': 'OFF',
  aurora_load_from_s3_role: 'arn:aws:iam::123456789012:role/only-aurora-has-this',
  innodb_buffer_pool_size: '{DBInstanceClassMemory*3/4}',
  read_only: '{TrueIfClusterReplica}',
};

const folder = mkdtempSync(join(tmpdir(), 'lab-'));
const options: EngineHostOptions = {
  folder,
  hostsFile: join(folder, 'hosts'),
  addressFor: (clusterId) => ADDRESSES[clusterId] ?? '',
  namesFor: (clusterId) => [`${clusterId}.lab.test`],
  application: APPLICATION,
  authPlugin: 'sha256_password',
};
const host = createEngineHost(options);

beforeAll(async () => {
  writeFileSync(
    options.hostsFile,
    Object.entries(ADDRESSES)
      .map(([name, address]) => `${address} ${name}.lab.test\n`)
      .join(''),
  );
  await host.startWriter(request('blue', '5.7.mysql_aurora.2.12.4', { kind: 'seed', masterPassword: MASTER.password }));
  await asMaster('blue', async (connection) => {
    await connection.query(`CREATE USER ? IDENTIFIED WITH sha256_password BY ? REQUIRE SSL`, [
      REPLICATION.user,
      REPLICATION.password,
    ]);
    await connection.query('GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO ?', [REPLICATION.user]);
    await connection.query(`CALL mysql.rds_set_configuration('binlog retention hours', 9000)`);
  });
  await host.takeSnapshot('blue', 'rds:before-upgrade');
  await asApplication('blue', (connection) =>
    connection.query(`UPDATE shop.customers SET note = 'later' WHERE id < 100`),
  );
}, 180_000);

afterAll(async () => {
  await host.stopAll();
  rmSync(folder, { recursive: true, force: true });
}, 180_000);

test('a restore on the newer series gives the same rows, programs, accounts and the position they belong to', async () => {
  const before = (await asPlatform('blue', (connection) => rowsOf(connection, 'SHOW MASTER STATUS')))[0];
  const running = await host.startWriter(
    request(
      'green',
      '9.7.mysql_aurora.9.7.4',
      { kind: 'snapshot', snapshotId: 'rds:before-upgrade' },
      GREEN_PARAMETERS,
    ),
  );
  expect(running.backend).toEqual({ host: ADDRESSES.green, port: PORT });
  expect(running.recoveredCoordinates?.file).toBe(before?.File);
  expect(running.recoveredCoordinates?.position).toBeLessThan(Number(before?.Position));
  const coordinates = running.recoveredCoordinates ?? { file: '', position: 0 };

  const [blue, green] = await Promise.all(['blue', 'green'].map((cluster) => asPlatform(cluster, rowChecksums)));
  const differing = [...(blue ?? [])].filter(([table, sum]) => green?.get(table) !== sum).map(([table]) => table);
  expect(differing).toEqual(['shop.customers']);
  expect([...(blue?.values() ?? [])].reduce((rows, sum) => rows + Number(sum.split(':')[0]), 0)).toBeGreaterThan(
    200_000,
  );
  const counts = `SELECT (SELECT COUNT(*) FROM information_schema.VIEWS WHERE TABLE_SCHEMA <> 'sys') AS views,
    (SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA <> 'sys') AS triggers,
    (SELECT COUNT(*) FROM information_schema.EVENTS WHERE STATUS = 'ENABLED') AS events,
    (SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA NOT IN ('sys', 'mysql')) AS routines`;
  const programs = { views: '4', triggers: '3', events: '2', routines: '3' };
  for (const cluster of ['blue', 'green']) {
    expect((await asPlatform(cluster, (connection) => rowsOf(connection, counts)))[0]).toEqual(programs);
  }
  await asApplication('green', async (connection) => {
    expect(await valueOf(connection, 'SELECT shop.order_total(1)')).toBe('2.50');
    expect(Number(await valueOf(connection, 'SELECT COUNT(*) FROM analytics.a_view_of_a_view'))).toBeGreaterThan(0);
  });

  await asMaster('green', async (connection) => {
    expect(await setSource(connection, 'rds_set_external_source', 'blue', coordinates)).toBeUndefined();
    await connection.query('CALL mysql.rds_start_replication');
  });
  await caughtUp('blue', 'green');
  const again = await Promise.all(['blue', 'green'].map((cluster) => asPlatform(cluster, rowChecksums)));
  expect(again[1]).toEqual(again[0]);
}, 180_000);

test('the replica connects from its own address, over TLS, and cannot be killed or given another source', async () => {
  const dump = (await sessionsOf('blue')).find((session) => String(session.COMMAND).startsWith('Binlog Dump'));
  expect(String(dump?.HOST).split(':')[0]).toBe(ADDRESSES.green);
  await asMaster('blue', async (connection) => {
    await expect(connection.query('CALL mysql.rds_kill(?)', [dump?.ID])).rejects.toMatchObject({ errno: 1095 });
    await expect(connection.query('CALL mysql.rds_kill(999999)')).rejects.toMatchObject({ errno: 1094 });
  });
  await asMaster('green', async (connection) => {
    expect(await setSource(connection, 'rds_set_external_source', 'blue', { file: 'x', position: 4 })).toBe(3021);
    await expect(connection.query('CALL mysql.rds_reset_external_source')).rejects.toMatchObject({ errno: 3081 });
  });
});

test('rows written on the newer series flow back into 5.7', async () => {
  const position = await asMaster('green', async (connection) => {
    await connection.query('CALL mysql.rds_stop_replication');
    await connection.query('CALL mysql.rds_reset_external_source');
    return (await rowsOf(connection, 'SHOW BINARY LOG STATUS'))[0];
  });
  await asMaster('blue', async (connection) => {
    const coordinates = { file: String(position?.File), position: Number(position?.Position) };
    expect(await setSource(connection, 'rds_set_external_master', 'green', coordinates)).toBeUndefined();
    await connection.query('CALL mysql.rds_start_replication');
  });
  await asApplication('green', async (connection) => {
    await connection.query(
      `INSERT INTO shop.ledger_write (client, seq, payload, server_uuid) VALUES ('test', 1, 'née 😀', @@server_uuid)`,
    );
    await connection.query('UPDATE analytics.raw_events SET source = ? WHERE received < ?', [
      'changed',
      '2024-01-01 00:00:20',
    ]);
    await connection.query('UPDATE shop.orders SET state = ? WHERE id = 1', ['returned']);
    await connection.query('UPDATE analytics.every_type SET tiny = 1, doc = JSON_SET(doc, ?, 1.25) WHERE id = 7', [
      '$[1]',
    ]);
  });
  await caughtUp('green', 'blue');
  const [blue, green] = await Promise.all(['blue', 'green'].map((cluster) => asPlatform(cluster, rowChecksums)));
  expect(blue).toEqual(green);
  await asMaster('blue', (connection) => connection.query('CALL mysql.rds_stop_replication'));
});

test('read_only binds the application on both, the master only where nobody has CONNECTION_ADMIN', async () => {
  const write = `INSERT INTO shop.audit_log (actor, what) VALUES ('test', 'write')`;
  await host.applyDynamic('blue', { read_only: '1', max_connections: '800', 'no-such-parameter': '1' });
  await asMaster('green', (connection) => connection.query('CALL mysql.rds_set_read_only(1)'));
  for (const cluster of ['blue', 'green']) {
    await asApplication(cluster, (connection) =>
      expect(connection.query(write)).rejects.toMatchObject({ errno: 1290 }),
    );
  }
  await asMaster('blue', (connection) => expect(connection.query(write)).rejects.toMatchObject({ errno: 1290 }));
  await asMaster('green', (connection) => connection.query(write));
  await host.applyDynamic('blue', { read_only: '{TrueIfReplica}' });
  await asMaster('green', (connection) => connection.query('CALL mysql.rds_set_read_only(0)'));
  await asApplication('blue', (connection) => connection.query(write));
});

test('the master cannot do what Aurora keeps to itself', async () => {
  for (const cluster of ['blue', 'green']) {
    await asMaster(cluster, async (connection) => {
      for (const statement of ['SET GLOBAL read_only = 1', 'SET SESSION sql_log_bin = 0']) {
        await expect(connection.query(statement)).rejects.toMatchObject({ errno: 1227 });
      }
      const shown = await rowsOf(connection, 'CALL mysql.rds_show_configuration()');
      expect(shown[0]).toEqual([expect.objectContaining({ name: 'binlog retention hours', value: '2160' })]);
      await expect(connection.query(`CALL mysql.rds_set_configuration('x', 1)`)).rejects.toMatchObject({ errno: 1644 });
    });
  }
  await asMaster('blue', async (connection) => {
    await connection.query('CALL mysql.rds_disable_session_binlog');
    expect(await valueOf(connection, 'SELECT @@session.sql_log_bin')).toBe('0');
    await connection.query('CALL mysql.rds_enable_session_binlog');
    expect(await valueOf(connection, 'SELECT @@session.sql_log_bin')).toBe('1');
  });
});

test('another process takes over: reboot, crash and stop keep the data and take the parameters', async () => {
  const other = createEngineHost(options);
  const uuid = await asPlatform('blue', (connection) => valueOf(connection, 'SELECT @@server_uuid'));
  await other.reboot('blue', { binlog_format: 'OFF', sql_mode: 'ANSI_QUOTES' });
  const variables = 'SELECT CONCAT_WS(0x2c, @@server_uuid, @@log_bin, @@global.sql_mode)';
  expect(await asPlatform('blue', (connection) => valueOf(connection, variables))).toBe(`${uuid},0,ANSI_QUOTES`);
  await other.crash('blue');
  expect(host.isRunning('blue')).toBe(false);
  await other.start('blue', { binlog_format: 'MIXED' });
  expect(await asPlatform('blue', (connection) => valueOf(connection, 'SELECT @@global.binlog_format'))).toBe('MIXED');
  await other.setMasterPassword('blue', MASTER.user, 'changed');
  await asUser('blue', { user: MASTER.user, password: 'changed' }, (connection) => connection.query('SELECT 1'));
  await other.destroy('green');
  expect(other.isRunning('green')).toBe(false);
  await expect(other.reboot('green', {})).rejects.toThrow('The lab has no server for cluster green');
}, 180_000);

test('the platform account comes through the socket only, and others cannot reach that', async () => {
  expect(statSync(join(folder, 'mysql/clusters')).mode & 0o777).toBe(0o700);
  await expect(asUser('blue', { user: 'rdsadmin', password: '' }, () => Promise.resolve())).rejects.toMatchObject({
    errno: 1045,
  });
});

function request(
  clusterId: string,
  engineVersion: string,
  origin: InstanceRequest['origin'],
  parameters: Readonly<Record<string, string>> = { binlog_format: 'ROW' },
): InstanceRequest {
  return { instanceId: `${clusterId}-1`, clusterId, engineVersion, masterUsername: MASTER.user, parameters, origin };
}

async function setSource(
  connection: Connection,
  procedure: string,
  source: string,
  { file, position }: { readonly file: string; readonly position: number },
): Promise<number | undefined> {
  try {
    const values = [`${source}.lab.test`, PORT, REPLICATION.user, REPLICATION.password, file, position, 1];
    await connection.query(`CALL mysql.${procedure}(?, ?, ?, ?, ?, ?, ?)`, values);
    return undefined;
  } catch (error) {
    return errorNumber(error) ?? 0;
  }
}

/** Waits on the replica until it has applied everything that the source has logged. */
async function caughtUp(source: string, replica: string): Promise<void> {
  const status = source === 'blue' ? 'SHOW MASTER STATUS' : 'SHOW BINARY LOG STATUS';
  const wait = replica === 'blue' ? 'MASTER_POS_WAIT' : 'SOURCE_POS_WAIT';
  const row = (await asMaster(source, (connection) => rowsOf(connection, status)))[0];
  const events = await asMaster(replica, (connection) =>
    valueOf(connection, `SELECT ${wait}(?, ?, 20)`, [row?.File, Number(row?.Position)]),
  );
  const shown = replica === 'blue' ? 'SHOW SLAVE STATUS' : 'SHOW REPLICA STATUS';
  const replication = (await asMaster(replica, (connection) => rowsOf(connection, shown)))[0];
  expect([events === undefined || Number(events) < 0 ? replication : 'caught up']).toEqual(['caught up']);
}

function sessionsOf(cluster: string): Promise<readonly Row[]> {
  return asPlatform(cluster, (connection) => rowsOf(connection, 'SELECT * FROM information_schema.PROCESSLIST'));
}

function asPlatform<T>(cluster: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  return withServer(host.socketOf(cluster), host.platform(), work);
}

function asMaster<T>(cluster: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  return asUser(cluster, MASTER, work);
}

function asApplication<T>(cluster: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  return asUser(cluster, APPLICATION, work);
}

/** As a client on the network: TLS, with the certificate checked against the lab's authority. */
async function asUser<T>(
  cluster: string,
  account: { readonly user: string; readonly password: string },
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await createConnection({
    host: `${cluster}.lab.test`,
    stream: () => connect(PORT, ADDRESSES[cluster] ?? ''),
    ...account,
    ssl: { ca: readFileSync(join(folder, 'tls/ca.pem')), verifyIdentity: true },
  });
  try {
    return await work(connection);
  } finally {
    connection.destroy();
  }
}
