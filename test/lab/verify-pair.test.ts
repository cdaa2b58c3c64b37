/** A real 5.7 and a 9.x that follows it: what differs in their schemas, and in what changed last, is named, and nothing else is. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { startReplicatingPair, type ReplicatingPair } from '../../lab/mysql/replicating-pair';
import type { MysqlServer, Side } from '../../actions/ports/mysql-server';
import { compareSchema, isHindered, type SchemaComparison } from '../../actions/verify/compare-schema';
import { systemClock } from '../../actions/adapters/system-clock';
import { compareInsideFence } from '../../actions/cutover/effects/compare-inside-fence';
import { tableWrites } from '../../actions/mysql/verify-catalogue';
import { compareRecentChunks, planRecentChunks, type RecentChunks } from '../../actions/verify/recent-chunks';
import type { TableResult, VerifiedBefore } from '../../actions/verify/result';
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

describe('what changed last, compared while both stand still', () => {
  const ROWS = 20_000;
  const limits = { timeoutMs: 60_000 };
  let before: VerifiedBefore;
  let recent: RecentChunks;

  beforeAll(async () => {
    await blue.query('CREATE DATABASE fresh CHARACTER SET utf8mb4');
    for (const table of ['quiet', 'grown', 'hot']) {
      await blue.query(`CREATE TABLE fresh.${table} (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, v VARCHAR(20))`);
      await blue.query(`INSERT INTO fresh.${table} (v) VALUES ('seed')`);
      for (let rows = 1; rows < ROWS; rows *= 2) {
        await blue.query(`INSERT INTO fresh.${table} (v) SELECT CONCAT('r', id) FROM fresh.${table}`);
      }
    }
    await blue.query('CREATE TABLE fresh.keyless (v VARCHAR(20))');
    await pair.caughtUp();
    before = {
      writes: Object.fromEntries(await servers.blue.read(tableWrites(), limits)),
      results: [{ table: 'fresh.hot', recent: [{ after: ['100'], upTo: ['500'] }] } as unknown as TableResult],
    };
    await blue.query("INSERT INTO fresh.grown (v) VALUES ('new')");
    await blue.query("UPDATE fresh.hot SET v = 'written' WHERE id = 300");
    await blue.query("INSERT INTO fresh.keyless VALUES ('one'), ('two')");
    recent = await planRecentChunks(servers, 'blue', before, limits);
    await pair.caughtUp();
  });

  afterAll(() => recent.close());

  const inFresh = (): readonly string[] =>
    recent.chunks.map(({ table }) => table.name).filter((name) => name.startsWith('fresh.'));

  test('is of the tables that were written since, with the chunks that were being written before', () => {
    expect([...inFresh()].sort()).toEqual(['fresh.grown', 'fresh.hot', 'fresh.hot', 'fresh.keyless']);
    const all = recent.chunks.map(({ range }) => range);
    expect(all).toContainEqual({ after: ['100'], upTo: ['500'] });
  });

  test('is of every table where the server does not count', async () => {
    const silent = { ...servers.blue, read: silentAbout('table-writes', servers.blue) };
    const plan = await planRecentChunks({ ...servers, blue: silent }, 'blue', before, limits);
    expect(plan.chunks.map(({ table }) => table.name)).toContain('fresh.quiet');
    await plan.close();
  });

  test('is equal, and nothing is compared for which no time is left', async () => {
    const { chunks } = recent;
    expect(await compareRecentChunks(recent, systemClock, 10_000)).toMatchObject({
      ...{ compared: chunks.length, of: chunks.length },
      differing: [],
    });
    expect(await compareRecentChunks(recent, systemClock, 0)).toMatchObject({ compared: 0, of: chunks.length });
  });

  test('a switch goes on after it, and is undone for a difference, which is named', async () => {
    const evidence: string[] = [];
    const context = {
      clock: systemClock,
      config: { verify: { insideTheFence: 10_000 } },
      emit: () => undefined,
      found: { evidence },
      signal: new AbortController().signal,
      within: () => ({ timeoutMs: 30_000 }),
    } as unknown as Parameters<typeof compareInsideFence>[0];
    await compareInsideFence(context, recent);
    expect(evidence[0]).toContain(': equal');
    await green.query("UPDATE fresh.grown SET v = 'NEW' ORDER BY id DESC LIMIT 1");
    await green.query('DELETE FROM fresh.hot WHERE id IN (300, 301)');
    await green.query("INSERT INTO fresh.keyless VALUES ('two')");
    const said = await compareInsideFence(context, recent).catch((error: unknown) => String(error));
    expect(said).toContain('fresh.hot (id=300; id=301)');
    expect(said).toMatch(/fresh\.grown \(id=\d+\)/);
    expect(said).toContain('fresh.keyless (row with checksum ');
  });
});

/** As one whose performance_schema is off. */
function silentAbout(name: string, { read }: MysqlServer): MysqlServer['read'] {
  return (query, limits) => (query.name === name ? Promise.resolve(query.parse([])) : read(query, limits));
}
