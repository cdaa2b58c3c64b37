/**
 * There and back, again and again, under load; before it, what would close the way back is refused by name; after it, `status`
 * says when going back stops being safe. One lab for all of it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { Direction } from '../../actions/state/format';
import type { Side } from '../../actions/ports/mysql-server';
import type { WayBack } from '../../actions/mysql/way-back-health';
import { auditSides } from '../../lab/rehearsal/audit';
import { monotonicMs } from '../../lab/writers/monotonic';
import { measureSwitch } from '../../lab/writers/switch-measurement';
import type { WriterLoad } from '../../lab/writers/writer-load';
import {
  closeTestLab,
  openReplicatingLab,
  readState,
  run,
  start,
  startWriters,
  succeed,
  type TestLab,
} from './support/test-lab';
import type { Told, ToolProcess } from './support/tool';
import { addressOf, connectAsMaster, endpointOf, expectRest, expectWrites, restingIn, until } from './support/world';

jest.setTimeout(300_000);

let test57: TestLab;
let load: WriterLoad;
const switches: { direction: Direction; what: string; fromMs: number; toMs: number }[] = [];
const open: Connection[] = [];
let watch: ToolProcess | undefined;

beforeAll(async () => {
  test57 = await openReplicatingLab('57-97');
  load = await startWriters(test57, 4);
});

afterAll(async () => {
  watch?.kill('SIGKILL');
  for (const connection of open.splice(0)) connection.destroy();
  await load.kill();
  await closeTestLab(test57);
});

describe('before the cutover', () => {
  const BAD = {
    binlog_transaction_compression: 'ON',
    binlog_row_value_options: 'PARTIAL_JSON',
    collation_server: 'utf8mb4_0900_ai_ci',
    init_connect: '',
  };

  test('all that would stop the way back is refused by name, with what cures it, and nothing is done', async () => {
    const green = await asPlatform('green');
    const good = new Map<string, string>();
    for (const [name, bad] of Object.entries(BAD)) {
      const [rows] = await green.query<RowDataPacket[]>('SHOW GLOBAL VARIABLES LIKE ?', [name]);
      good.set(name, String(rows[0]?.['Value']));
      await green.query(`SET GLOBAL ${name} = ?`, [bad]);
    }
    await green.query('SET NAMES utf8mb4 COLLATE utf8mb4_0900_ai_ci');
    await green.query('CREATE PROCEDURE shop.of_eight() INSERT INTO shop.way_back (word) VALUES (1)');
    const refused = await run(test57, ['cutover', '--auto-approve']);
    await green.query('DROP PROCEDURE shop.of_eight');
    await green.query('SET NAMES utf8mb4 COLLATE utf8mb4_general_ci');
    for (const [name, value] of good) await green.query(`SET GLOBAL ${name} = ?`, [value]);

    expect(refused.exitCode).toBe(3);
    const closed = refused.objects.filter(
      ({ type, name, ok }) => type === 'gate' && name === 'reverse channel' && ok !== true,
    );
    expect(closed.map(({ value }) => value)).toEqual([
      'binlog_transaction_compression=ON',
      'binlog_row_value_options=PARTIAL_JSON',
      'collation_server=utf8mb4_0900_ai_ci',
      "init_connect=''",
      'default_collation_for_utf8mb4=utf8mb4_0900_ai_ci in the sessions of ordinary accounts',
      '1 routine created under a collation of 8.0 (shop.of_eight)',
    ]);
    for (const { reason } of closed) expect(reason).toMatch(/Cure: (set the cluster parameter|create it again)/);
    await expectRest(test57, restingIn('replicating'));
  });

  test('the settings that the tool gives green open the gate', async () => {
    const blue = await connectAsMaster(test57, 'blue');
    open.push(blue);
    await blue.query(
      'CREATE TABLE shop.way_back (id INT AUTO_INCREMENT PRIMARY KEY, word VARCHAR(20)) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci',
    );
    await flip('cutover', 'the first');
  });
});

describe('while green serves', () => {
  test.each([
    ['as clients of 8.0 do', 'UTF8MB4_0900_AI_CI', []],
    ['and then sends SET NAMES utf8mb4', 'UTF8MB4_0900_AI_CI', ['SET NAMES utf8mb4']],
    ['in latin1, as it did on blue', 'LATIN1_SWEDISH_CI', []],
  ])('what a client writes that connects %s arrives on blue', async (_how, charset, before) => {
    const client = await asApplication('green', charset);
    for (const sql of before) await client.query(sql);
    await client.query("INSERT INTO shop.way_back (word) VALUES ('café')");
    await client.end();
    const blue = await connectAsMaster(test57, 'blue');
    open.push(blue);
    await until(
      async () => (await wordsOf(blue)) > 0 && (await wordsOf(blue)) === (await wordsOn('green')),
      'the word',
    );
    expect((await wayBack()).state).toBe('running');
  });
});

describe('there and back, three times, with writers', () => {
  test('killed in the middle of going back, the same command undoes or completes it', async () => {
    for (const state of ['draining', 'routing']) {
      const fromMs = monotonicMs();
      const tool = start(test57, ['rollback', '--auto-approve', '--no-watchdog']);
      await tool.told((told) => isState(told, state));
      tool.kill('SIGKILL');
      await tool.done;
      const again = await run(test57, ['rollback', '--auto-approve', '--no-watchdog']);
      expect({ state, exitCode: again.exitCode }).toEqual({ state, exitCode: state === 'draining' ? 4 : 0 });
      await rests(state === 'draining' ? 'switched' : 'rolled-back');
      switches.push({ direction: 'rollback', what: `killed in ${state}`, fromMs, toMs: monotonicMs() });
    }
  });

  test('cutover, rollback, cutover, rollback, cutover', async () => {
    await flip('cutover', 'the second');
    await flip('rollback', 'the second');
    await flip('cutover', 'the third');
    await flip('rollback', 'the third');
    await flip('cutover', 'the fourth');
    expect(
      readState(test57)
        .history.filter(({ outcome }) => outcome === 'done')
        .map(({ direction }) => direction),
    ).toEqual(['cutover', 'rollback', 'cutover', 'rollback', 'cutover', 'rollback', 'cutover']);
  });

  test('every acknowledged write is on both servers, once, and no two sides ever took writes at once', async () => {
    const ledger = await load.stop();
    const sides = { servingEndpoint: endpointOf(test57, 'green'), otherEndpoint: endpointOf(test57, 'blue') };
    const audit = await auditSides(test57.lab, sides, ledger);
    expect(audit).toMatchObject({ lost: [], missingOnOther: [], duplicated: [], miscounted: [] });
    expect(audit.acknowledged).toBeGreaterThan(1_000);
    const { facts } = readState(test57);
    const uuid = (side: Side): string => facts[side]?.serverUuid ?? '';
    for (const { direction, what, fromMs, toMs } of switches) {
      const [from, to] = direction === 'cutover' ? (['blue', 'green'] as const) : (['green', 'blue'] as const);
      const { dual } = measureSwitch(ledger, { oldUuid: uuid(from), newUuid: uuid(to), fromMs, toMs });
      expect({ direction, what, dual }).toEqual({ direction, what, dual: [] });
    }
  });
});

describe('status, while the way back is open', () => {
  test('a channel that somebody has stopped: nothing is lost yet, until when is told, and how to start it', async () => {
    const blue = await connectAsMaster(test57, 'blue');
    open.push(blue);
    await blue.query('CALL mysql.rds_stop_replication');
    expect(await wayBack()).toMatchObject({
      state: 'stopped',
      goingBack: 'later',
      next: 'CALL mysql.rds_start_replication; on blue',
      retentionHours: 48,
      closesAt: expect.stringMatching(/^\d{4}-/),
    });
    await blue.query('CALL mysql.rds_start_replication');
    await until(async () => (await wayBack()).state === 'running', 'the channel running again');
  });

  test('an account that cannot log in any more', async () => {
    const [green, blue] = [await asPlatform('green'), await connectAsMaster(test57, 'blue')];
    open.push(blue);
    await green.query('ALTER USER cutover_repl@`%` ACCOUNT LOCK');
    await blue.query('CALL mysql.rds_stop_replication');
    await blue.query('CALL mysql.rds_start_replication');
    await until(async () => (await wayBack()).state === 'cut off', 'the account being refused');
    expect((await wayBack()).what).toMatch(/error 3118: the replication account cannot log in/);
    await green.query('ALTER USER cutover_repl@`%` ACCOUNT UNLOCK');
    await until(async () => (await wayBack()).state === 'running', 'the account being let in');
  });

  test('--watch warns of a session that will stop it, then says that it has', async () => {
    watch = start(test57, ['status', '--watch', '--interval', '1']);
    await watch.told(({ wayBack: seen }) => (seen as WayBack | undefined)?.state === 'running');
    const client = await asApplication('green', 'UTF8MB4_GENERAL_CI');
    await client.query('SET NAMES utf8mb4 COLLATE utf8mb4_0900_ai_ci');
    const warned = await watch.told(({ code }) => code === 'way-back-endangered');
    expect(warned['text']).toContain(
      `1 open session of ${test57.lab.users.application.user} on green under utf8mb4_0900_ai_ci`,
    );
    await client.query("INSERT INTO shop.way_back (word) VALUES ('naïve')");
    await client.end();
    const told = await watch.told(({ code }) => code === 'way-back-broken');
    expect(told['text']).toMatch(
      /^Going back is not safe any more: blue stopped .* with error 22: a client wrote under a/,
    );
    watch.kill('SIGINT');
    expect((await watch.done).exitCode).toBe(130);
    expect(await wayBack()).toMatchObject({ state: 'broken', goingBack: 'loses-writes' });
    expect((await run(test57, ['rollback', '--auto-approve'])).exitCode).toBe(3);
  }, 90_000);

  test('a log that green has purged before blue has read it: the way back is lost', async () => {
    const [green, blue] = [await asPlatform('green'), await connectAsMaster(test57, 'blue')];
    open.push(blue);
    await blue.query('CALL mysql.rds_stop_replication');
    await green.query('SET sql_log_bin = 1');
    await green.query('FLUSH BINARY LOGS');
    await green.query('FLUSH BINARY LOGS');
    const [logs] = await green.query<RowDataPacket[]>('SHOW BINARY LOGS');
    await green.query('PURGE BINARY LOGS TO ?', [String(logs.at(-1)?.['Log_name'])]);
    expect(await wayBack()).toMatchObject({ state: 'lost', goingBack: 'loses-writes', next: 'npm run finalize' });
  });
});

async function flip(direction: Direction, what: string): Promise<void> {
  const fromMs = monotonicMs();
  await succeed(test57, [direction, '--auto-approve']);
  await rests(direction === 'cutover' ? 'switched' : 'rolled-back');
  switches.push({ direction, what, fromMs, toMs: monotonicMs() });
}

async function rests(phase: 'switched' | 'rolled-back'): Promise<void> {
  await expectRest(test57, restingIn(phase));
  await expectWrites(test57, load);
}

function isState(told: Told, state: string): boolean {
  return told['type'] === 'cutover-state' && told['state'] === state;
}

async function wayBack(): Promise<WayBack> {
  const { objects } = await succeed(test57, ['status']);
  const seen = objects.find(({ type }) => type === 'status')?.['wayBack'];
  if (seen === undefined) throw new Error('status says nothing of the way back');
  return seen as WayBack;
}

async function wordsOf(connection: Connection): Promise<number> {
  const [rows] = await connection.query<RowDataPacket[]>(
    "SELECT COUNT(*) AS words FROM shop.way_back WHERE word = 'café'",
  );
  return Number(rows[0]?.['words']);
}

async function wordsOn(side: Side): Promise<number> {
  const connection = await connectAsMaster(test57, side);
  try {
    return await wordsOf(connection);
  } finally {
    connection.destroy();
  }
}

/** The platform's own account, past every fence; what it does is not logged. */
async function asPlatform(side: Side): Promise<Connection> {
  const cluster = test57.lab[side].clusterId;
  const socketPath = join(test57.lab.dir, 'mysql', 'clusters', cluster, 'mysqld.sock');
  const connection = await createConnection({ socketPath, user: 'rdsadmin' });
  open.push(connection);
  await connection.query('SET sql_log_bin = 0');
  return connection;
}

/** `charset`: what the client negotiates when it connects. */
async function asApplication(side: Side, charset: string): Promise<Connection> {
  const host = endpointOf(test57, side);
  const options = {
    host: await addressOf(test57, host),
    port: test57.lab.port,
    ...test57.lab.users.application,
    charset,
    ssl: { ca: readFileSync(test57.lab.caFile, 'utf8'), servername: host },
  };
  return createConnection(options as Parameters<typeof createConnection>[0]);
}
