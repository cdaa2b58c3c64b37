/** Schema changes of green between real servers: made under writes, after a kill, taken back, and judged rightly. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { rowFindings, type Weight } from '../../actions/changes/row-compatibility';
import type { Table } from '../../actions/changes/table-model';
import { tableQuestions } from '../../actions/mysql/change-queries';
import type { Query, Row } from '../../actions/ports/mysql-server';
import {
  closeTestLab,
  openReplicatingLab,
  readState,
  run,
  start,
  startWriters,
  succeed,
  variantOf,
  type TestLab,
} from './support/test-lab';
import { errorOf } from './support/tool';
import { connectAsMaster, expectRest, expectWrites, restingIn, until } from './support/world';

jest.setTimeout(180_000);

let lab: TestLab;
let blue: Connection;
let green: Connection;

beforeAll(async () => {
  lab = await openReplicatingLab('57-97');
  blue = await connectAsMaster(lab, 'blue');
  green = await connectAsMaster(lab, 'green');
  await blue.query('CREATE DATABASE probe CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci');
});

afterAll(async () => {
  blue.destroy();
  green.destroy();
  await closeTestLab(lab);
});

/** Words that name an upgrade.yaml whose `green.changes` is one file with this text; `more` goes to its end. */
function withChanges(name: string, sql: string, more = ''): readonly string[] {
  writeFileSync(join(lab.lab.dir, `${name}.sql`), sql);
  const place = '  deletionProtection: false';
  const file = variantOf(
    lab,
    `${name}.yaml`,
    (text) => `${text.replace(place, `${place}\n  changes: [${name}.sql]`)}${more}`,
  );
  return ['--config', file];
}

async function rowsOf(connection: Connection, sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
  return (await connection.query<RowDataPacket[]>(sql, [...values]))[0];
}

async function indexesOf(connection: Connection, table: string): Promise<readonly string[]> {
  const rows = await rowsOf(connection, `SHOW INDEX FROM ${table}`);
  return [...new Set(rows.map((row) => String(row['Key_name'])))];
}

/** What a switch waits for: green has all of blue. */
async function caughtUp(): Promise<void> {
  const [end] = await rowsOf(blue, 'SHOW MASTER STATUS');
  const [waited] = await rowsOf(green, 'SELECT SOURCE_POS_WAIT(?, ?, 30) AS waited', [
    end?.['File'],
    end?.['Position'],
  ]);
  expect(Number(waited?.['waited'])).toBeGreaterThanOrEqual(0);
}

test('while applications write, an index and a column are made on green and on green only, once, as planned', async () => {
  const load = await startWriters(lab, 4);
  try {
    const words = withChanges(
      'orders',
      "-- large\nCREATE INDEX by_state ON shop.orders (state, ordered_at);\nALTER TABLE shop.orders ADD COLUMN note VARCHAR(40) NULL COMMENT 'why?', ALGORITHM=INSTANT;\n",
    );
    const plan = join(lab.lab.dir, 'orders');
    await succeed(lab, ['plan', '--out', plan, ...words]);
    writeFileSync(join(lab.lab.dir, 'orders.sql'), 'CREATE INDEX by_state ON shop.orders (state);');
    const stale = await run(lab, ['apply', '--auto-approve', '--plan', `${plan}.plan.json`, ...words]);
    expect([stale.exitCode, errorOf(stale).code]).toEqual([3, 'plan-stale']);
    withChanges(
      'orders',
      'CREATE INDEX by_state ON shop.orders (state, ordered_at);\nALTER TABLE shop.orders ADD COLUMN note VARCHAR(40) NULL;\n',
    );

    const early = await run(lab, ['cutover', '--auto-approve', ...words]);
    expect([early.exitCode, errorOf(early).summary]).toEqual([
      3,
      'cutover: changes of green: orders.sql:1, orders.sql:2 missing',
    ]);

    await succeed(lab, ['apply', '--auto-approve', ...words]);
    await expectWrites(lab, load);
    await expectRest(lab, restingIn('replicating'));
    expect(await indexesOf(green, 'shop.orders')).toContain('by_state');
    expect(await indexesOf(blue, 'shop.orders')).not.toContain('by_state');
    expect(readState(lab).facts.greenChanges?.map(({ id, status, wayBack }) => [id, status, wayBack])).toEqual([
      ['orders.sql:1', 'done', 'safe'],
      ['orders.sql:2', 'done', 'safe'],
    ]);

    const again = await succeed(lab, ['apply', '--auto-approve', ...words]);
    expect(again.objects.filter((told) => told['outcome'] === 'done')).toEqual([]);
    const schema = await succeed(lab, ['verify', '--schema', ...words]);
    const compared = schema.objects.find(({ type }) => type === 'schema-comparison');
    const differences = compared?.['differences'] as readonly { object: string; isIntended: boolean }[] | undefined;
    expect(differences?.map(({ object, isIntended }) => [object, isIntended])).toEqual([
      ['column shop.orders.note', true],
      ['index shop.orders.by_state', true],
    ]);
  } finally {
    await load.stop();
  }
});

test('killed while a change waits for a lock on green, the next run makes it', async () => {
  const words = withChanges('customers', 'CREATE INDEX by_born ON shop.customers (born)');
  const reader = await connectAsMaster(lab, 'green');
  const waiting = async (): Promise<boolean> => {
    const rows = await rowsOf(
      green,
      "SELECT STATE AS s FROM information_schema.processlist WHERE INFO LIKE '/* aurora-cutover change%'",
    );
    return rows.some((row) => String(row['s']) === 'Waiting for table metadata lock');
  };
  try {
    await reader.query('START TRANSACTION');
    await reader.query('SELECT COUNT(*) FROM shop.customers');
    const first = start(lab, ['apply', '--auto-approve', ...words]);
    await until(waiting, 'the change waiting for the lock');
    process.kill(first.pid, 'SIGKILL');
    await first.done;
    expect(readState(lab).facts.greenChanges?.at(-1)).toMatchObject({ id: 'customers.sql:1', status: 'begun' });
    expect(await indexesOf(green, 'shop.customers')).not.toContain('by_born');
    const second = start(lab, ['apply', '--auto-approve', ...words]);
    await second.told((told) => String(told['reason']).startsWith('a schema change, which an earlier run has begun'));
    const [status] = await rowsOf(green, 'SHOW REPLICA STATUS');
    expect([status?.['Replica_IO_Running'], status?.['Replica_SQL_Running']]).toEqual(['No', 'No']);
    await reader.query('COMMIT');
    expect((await second.done).exitCode).toBe(0);
  } finally {
    reader.destroy();
  }
  expect(await indexesOf(green, 'shop.customers')).toContain('by_born');
  expect(readState(lab).facts.greenChanges?.at(-1)).toMatchObject({ id: 'customers.sql:1', status: 'done' });
  await expectRest(lab, restingIn('replicating'));
});

test('a unique key is refused until a waiver accepts it; when a row of blue then stops green, undo brings green back', async () => {
  await blue.query('CREATE TABLE probe.once (id INT PRIMARY KEY, a INT)');
  await blue.query('INSERT INTO probe.once VALUES (1, 1)');
  await caughtUp();
  const sql = 'CREATE UNIQUE INDEX one_a ON probe.once (a)';
  const refused = await run(lab, ['apply', '--auto-approve', ...withChanges('once', sql)]);
  expect([refused.exitCode, errorOf(refused).code]).toEqual([3, 'change-may-stop-replication']);
  expect(await indexesOf(green, 'probe.once')).toEqual(['PRIMARY']);
  const waiver =
    "waivers: [{ check: change-may-stop-replication, object: 'once.sql:1', reason: a test, until: 2099-01-01 }]\n";
  const words = withChanges('once', sql, waiver);
  await succeed(lab, ['apply', '--auto-approve', ...words]);
  await blue.query('INSERT INTO probe.once VALUES (2, 1)');
  await until(async () => {
    const [status] = await rowsOf(green, 'SHOW REPLICA STATUS');
    return Number(status?.['Last_SQL_Errno']) !== 0;
  }, 'green stopping');
  const broken = await run(lab, ['apply', '--auto-approve', ...words]);
  expect([broken.exitCode, errorOf(broken).code]).toEqual([3, 'replication-broken']);

  const kept = await run(lab, ['undo', '--changes', '--auto-approve', ...words]);
  expect(errorOf(kept).code).toBe('change-undo-loses-data');
  await succeed(lab, ['undo', '--changes', '--allow-data-loss', '--auto-approve', ...words]);
  await expectRest(lab, restingIn('replicating'));
  await caughtUp();
  expect(await rowsOf(green, 'SELECT id, a FROM probe.once ORDER BY id')).toEqual([
    { id: 1, a: 1 },
    { id: 2, a: 1 },
  ]);
  expect(await indexesOf(green, 'shop.orders')).not.toContain('by_state');
  expect(readState(lab).facts.greenChanges).toEqual([]);
  await succeed(lab, ['verify', '--schema']);
});

/** The row that blue has, and the one that arrives on a green whose table is another; `stops`: none arrives. */
const ROWS: readonly (readonly [string, Weight | 'note', readonly [string, string], string])[] = [
  ['RENAME COLUMN b TO c', 'note', ['7', '7'], 'INSERT INTO probe.t VALUES (1, 7)'],
  ['ADD COLUMN n INT NOT NULL', 'may-break', ['7', '7,0'], 'INSERT INTO probe.t VALUES (1, 7)'],
  ['MODIFY b INT NOT NULL DEFAULT 3', 'may-break', ['null', '3'], 'INSERT INTO probe.t VALUES (1, NULL)'],
  ['MODIFY b INT UNSIGNED', 'breaks', ['-5', '4294967291'], 'INSERT INTO probe.t VALUES (1, -5)'],
  ['ADD COLUMN n INT AFTER id', 'breaks', ['7', '7,null'], 'INSERT INTO probe.t VALUES (1, 7)'],
  ['MODIFY b BIGINT', 'breaks', ['7', 'stops'], 'INSERT INTO probe.t VALUES (1, 7)'],
];

test.each(ROWS)(
  'what is said of %s (%s) is what becomes of a row',
  async (change, weight, [onBlue, onGreen], insert) => {
    await blue.query('CREATE TABLE probe.t (id INT PRIMARY KEY, b INT NULL)');
    await caughtUp();
    await green.query(`ALTER TABLE probe.t ${change}`);
    const name = { schema: 'probe', table: 't' };
    const tables = { blue: await readTable(blue, '5.7.29', name), green: await readTable(green, '9.7.4', name) };
    const weights = rowFindings(tables.blue, tables.green, { source: 'blue', replica: 'green', conversions: '' }).map(
      (finding) => finding.weight,
    );
    expect(weights.includes('breaks') ? 'breaks' : weights.includes('may-break') ? 'may-break' : 'note').toBe(weight);
    await blue.query(insert);
    const valuesOn = async (connection: Connection): Promise<string> =>
      (await rowsOf(connection, 'SELECT * FROM probe.t'))
        .map(({ id: _id, ...others }) => Object.values(others).map(String).join())
        .join(';');
    expect(await valuesOn(blue)).toBe(onBlue);
    if (onGreen === 'stops') {
      await until(async () => Number((await rowsOf(green, 'SHOW REPLICA STATUS'))[0]?.['Last_SQL_Errno']) !== 0);
      expect(await valuesOn(green)).toBe('');
      await green.query('CALL mysql.rds_stop_replication');
      await green.query('ALTER TABLE probe.t MODIFY b INT');
      await green.query('CALL mysql.rds_start_replication');
      await caughtUp();
    } else {
      await caughtUp();
      expect(await valuesOn(green)).toBe(onGreen);
    }
    await blue.query('DROP TABLE probe.t');
  },
);

async function readTable(
  connection: Connection,
  version: string,
  name: { schema: string; table: string },
): Promise<Table> {
  const ask = async <T>({ sql, values, parse }: Query<T>): Promise<T> => parse(await rowsOf(connection, sql, values));
  const questions = tableQuestions(version, name);
  const found = await ask(questions.table);
  if (!found) throw new Error('there is no such table');
  return {
    ...name,
    ...found,
    columns: await ask(questions.columns),
    indexes: await ask(questions.indexes),
    ...(await ask(questions.constraints)),
    lines: await ask(questions.lines),
  };
}
