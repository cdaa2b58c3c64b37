/** The comparison of schemas on a real 5.7 and a 9.x that follows it: what differs is named, and nothing else is. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { startReplicatingPair, type ReplicatingPair } from '../../lab/mysql/replicating-pair';
import type { MysqlServer, Side } from '../../actions/ports/mysql-server';
import { compareSchema, isHindered, type SchemaComparison } from '../../actions/verify/compare-schema';
import { CHANGES, HARMLESS, OBJECTS, type Change } from './verify-schema.fixture';

jest.setTimeout(120_000);

/** Seldom enough for green to follow on a busy machine. */
const WRITE_EVERY_MS = 10;

let pair: ReplicatingPair;
let blue: Connection;
let green: Connection;
let servers: Readonly<Record<Side, MysqlServer>>;

beforeAll(async () => {
  pair = await startReplicatingPair('57-97');
  blue = await pair.connect('blue');
  green = await pair.connect('green');
  servers = { blue: await pair.observe('blue'), green: await pair.observe('green') };
  await writeObjects();
});

afterAll(async () => {
  for (const side of ['blue', 'green'] as const) await servers[side].close();
  blue.destroy();
  green.destroy();
  await pair.destroy();
});

async function writeObjects(): Promise<void> {
  await blue.query("SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION'");
  for (const sql of OBJECTS) await blue.query(sql);
  await pair.caughtUp();
}

async function restoreGreen(): Promise<void> {
  await green.query("SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'");
  for (const sql of ['DROP DATABASE app', 'DROP DATABASE old', ...OBJECTS]) await green.query(sql);
}

function compare(intended: readonly string[] = []): Promise<SchemaComparison> {
  return compareSchema(
    { servers, source: 'blue', pass: () => pair.caughtUp(), limits: () => ({ timeoutMs: 60_000 }) },
    intended,
  );
}

/** 9.x puts its conditions in another way. */
const PUT_OTHERWISE = 'view app.refusing';

const named = ({ differences }: SchemaComparison): readonly string[] =>
  differences.filter(({ weight }) => weight === 'differs').map(({ object }) => object);

/** Changes that can be made together, because each object is changed by one of them only. */
function rounds(): readonly (readonly Change[])[] {
  const all: Change[][] = [];
  for (const change of CHANGES) {
    const isFree = (round: readonly Change[]): boolean => !round.some(({ object }) => object === change.object);
    const round = all.find(isFree);
    if (round) round.push(change);
    else all.push([change]);
  }
  return all;
}

test('what both were told is the same on both, in whatever words they say it', async () => {
  const { objects, differences } = await compare();
  expect(differences.map(({ object, weight }) => [object, weight])).toEqual([[PUT_OTHERWISE, 'note']]);
  expect(objects).toBeGreaterThan(50);
});

test('each change on green is named, and nothing else', async () => {
  for (const changes of rounds()) {
    for (const sql of [...HARMLESS, ...changes.flatMap((change) => change.sql)]) await green.query(sql);
    expect([...named(await compare())].sort()).toEqual(changes.map(({ object }) => object).sort());
    await restoreGreen();
  }
  expect(named(await compare())).toEqual([]);
});

describe('the numbers that AUTO_INCREMENT would give', () => {
  const COUNTED = ['equal', 'deleted', 'moved', 'burnt', 'ahead', 'taken'];
  const insert = (table: string): string => `INSERT INTO app.n_${table} (v) VALUES (1), (2), (3), (4), (5)`;

  beforeAll(async () => {
    for (const table of COUNTED) {
      await blue.query(`CREATE TABLE app.n_${table} (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, v INT)`);
    }
    await pair.caughtUp();
    // Now green keeps what it answers for a day.
    await green.query("SELECT AUTO_INCREMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'app'");
    for (const table of COUNTED) await blue.query(insert(table));
    await blue.query('DELETE FROM app.n_deleted WHERE id > 2');
    // 5.7 does not count this one, and 9.x does.
    await blue.query('UPDATE app.n_moved SET id = 1000 WHERE id = 1');
    await blue.query(`BEGIN; ${insert('burnt')}; ROLLBACK`);
    await pair.caughtUp();
    await green.query('ALTER TABLE app.n_ahead AUTO_INCREMENT = 100');
    await blue.query(`SET SESSION sql_log_bin = 0; ${insert('taken')}; SET SESSION sql_log_bin = 1`);
  });

  test('differ where green would give one that is taken; what was drawn in vain or is left out is noted', async () => {
    const differences = (await compare()).differences.filter(({ object }) => object !== PUT_OTHERWISE);
    expect(differences.map(({ object, weight, green: said }) => [object, weight, said?.split(':')[0]])).toEqual([
      ['auto_increment app.n_ahead', 'note', 'next 100'],
      ['auto_increment app.n_burnt', 'note', 'next 6'],
      ['auto_increment app.n_taken', 'differs', 'next 6'],
    ]);
    expect(isHindered(await compare())).toBe(true);
    expect(isHindered(await compare(['auto_increment app.n_t*']))).toBe(false);
  });

  test('are not said to differ while others insert', async () => {
    let isOver = false;
    const other = await pair.connect('blue');
    const work = (async () => {
      for (; !isOver; await sleep(WRITE_EVERY_MS)) {
        await other.query(`BEGIN; ${insert('equal')}; ${insert('deleted')}; COMMIT`);
      }
    })();
    try {
      for (let run = 0; run < 3; run++) expect(named(await compare())).toEqual(['auto_increment app.n_taken']);
    } finally {
      isOver = true;
      await work;
      other.destroy();
    }
  });
});
