/**
 * `npm run bench:verify [-- --rows N --tables N --pair 57-57 --json]`: rows per second of the comparison, against its own checksum
 * queries asked bare on both servers at once. Goal: at most 1.3 times their time. The servers do not replicate: nothing else runs.
 */
import { parseArgs } from 'node:util';
import type { Connection } from 'mysql2/promise';
import { openObserver } from '../actions/adapters/mysql-observer';
import { systemClock } from '../actions/adapters/system-clock';
import type { MysqlServer, MysqlSession, Side } from '../actions/ports/mysql-server';
import { compareTable, type CompareSettings } from '../actions/verify/compare-table';
import { candidates, type ComparedTable } from '../actions/verify/compared-table';
import { tableReader } from '../actions/verify/table-reader';
import { connectToServer } from '../lab/mysql/connect';
import { startThrowAway, type ThrowAwayServer } from '../lab/mysql/throw-away';
import { recorded, type Asked } from './recorded-server';

const ACCOUNT = { user: 'bench', password: 'bench' };
const GOAL = 1.3;
const SIDES = ['blue', 'green'] as const;
const LIMITS = { timeoutMs: 120_000 };
const SETTINGS: CompareSettings = { chunkMs: 500, sample: 1, keylessRows: 0, most: 10 };
/** Rows of the first insert; each following one copies what is there. */
const SEED_ROWS = 1_000;

type Sides<T> = Readonly<Record<Side, T>>;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '5000000' },
      tables: { type: 'string', default: '20' },
      pair: { type: 'string', default: '57-57' },
      json: { type: 'boolean', default: false },
    },
  });
  const [rows, tables] = [Number(values.rows), Number(values.tables)];
  const series = (part: string): '5.7' | '9.x' => (part.startsWith('57') ? '5.7' : '9.x');
  const [first = '57', second = '57'] = values.pair.split('-');
  const parameters = { innodb_flush_log_at_trx_commit: '0', innodb_buffer_pool_size: '536870912' };
  const started: ThrowAwayServer[] = [];
  try {
    for (const part of [first, second]) started.push(await startThrowAway(series(part), parameters));
    const [blue, green] = started;
    if (!blue || !green) throw new Error('two servers are needed');
    process.stderr.write(`filling ${tables} tables with ${rows} rows on MySQL ${blue.version} and ${green.version}\n`);
    await Promise.all([fill(blue, tables, rows), fill(green, tables, rows)]);
    const servers = { blue: await observe('blue', blue), green: await observe('green', green) };
    report(await measure(servers), values.json);
    await Promise.all(SIDES.map((side) => servers[side].close()));
  } finally {
    for (const server of started) await server.destroy();
  }
}

async function fill({ socket }: ThrowAwayServer, tables: number, rows: number): Promise<void> {
  const connection: Connection = await connectToServer(socket, { user: 'root', password: '' });
  await connection.query(`CREATE USER '${ACCOUNT.user}'@'%' IDENTIFIED BY '${ACCOUNT.password}'`);
  await connection.query(`GRANT ALL ON *.* TO '${ACCOUNT.user}'@'%'`);
  await connection.query('CREATE DATABASE bench CHARACTER SET utf8mb4');
  const perTable = Math.ceil(rows / tables);
  for (let number = 0; number < tables; number++) {
    const name = `bench.t${number}`;
    await connection.query(
      `CREATE TABLE ${name} (id BIGINT NOT NULL PRIMARY KEY, customer INT NOT NULL, state VARCHAR(20) CHARACTER SET latin1,
        note VARCHAR(120), amount DECIMAL(12,2), share DOUBLE, at DATETIME(3), KEY customer (customer))`,
    );
    const seed = Array.from({ length: Math.min(SEED_ROWS, perTable) }, (_, id) => [
      id,
      id % 977,
      ['open', 'paid', 'sent'][id % 3],
      `note number ${id} of the order 漢`,
      id / 4,
      id / 7,
      '2024-01-02 03:04:05.678',
    ]);
    await connection.query(`INSERT INTO ${name} VALUES ?`, [seed]);
    for (let count = seed.length; count < perTable; count *= 2) {
      await connection.query(
        `INSERT INTO ${name} SELECT id + ${count}, customer + 1, state, note, amount + 1, share + 0.1, at FROM ${name}
          ORDER BY id LIMIT ${Math.min(count, perTable - count)}`,
      );
    }
    await connection.query(`ANALYZE TABLE ${name}`);
  }
  connection.destroy();
}

function observe(side: Side, { port }: ThrowAwayServer): Promise<MysqlServer> {
  const network = { dnsServers: [], connectTimeout: 5_000, tls: 'unverified' as const };
  return openObserver({ side, host: '127.0.0.1', port, credentials: ACCOUNT, network, clock: systemClock });
}

interface Measured {
  readonly rows: number;
  readonly chunks: number;
  readonly toolMs: number;
  readonly bareMs: number;
}

/** The second of two rounds of each: the first one warms the buffer pools. */
async function measure(servers: Sides<MysqlServer>): Promise<Measured> {
  const found = await candidates(servers, 'blue', LIMITS);
  const tables = found.flatMap((one) => (one.is === 'compared' ? [one.table] : []));
  await compareAll(servers, tables);
  const asked: Sides<Asked[]> = { blue: [], green: [] };
  const spied = { blue: recorded(servers.blue, asked.blue), green: recorded(servers.green, asked.green) };
  await compareAll(spied, tables);
  let toolMs = Infinity;
  let bareMs = Infinity;
  let told = { rows: 0, chunks: 0 };
  for (let round = 0; round < 2; round++) {
    bareMs = Math.min(bareMs, await askBare(servers, asked));
    const start = performance.now();
    told = await compareAll(servers, tables);
    toolMs = Math.min(toolMs, performance.now() - start);
  }
  return { ...told, toolMs, bareMs };
}

async function compareAll(
  servers: Sides<MysqlServer>,
  tables: readonly ComparedTable[],
): Promise<{ readonly rows: number; readonly chunks: number }> {
  const sessions = {
    blue: await servers.blue.openSession(),
    green: await servers.green.openSession(),
    bounds: await servers.blue.openSession(),
  };
  let [rows, chunks] = [0, 0];
  for (const table of tables) {
    const result = await compareTable({
      table,
      reader: tableReader({ texts: table.texts, source: 'blue', sessions, limits: () => LIMITS }),
      source: 'blue',
      throttle: { beforeChunk: () => Promise.resolve() },
      clock: systemClock,
      signal: new AbortController().signal,
      settings: SETTINGS,
      pass: () => Promise.resolve(),
      from: undefined,
      onProgress: () => Promise.resolve(),
      describe: (key, is) => Promise.resolve({ key, is }),
    });
    if (result.verdict !== 'verified') throw new Error(`${table.name}: ${result.verdict} ${result.reason ?? ''}`);
    rows += result.rows;
    chunks += result.chunks;
  }
  for (const session of Object.values(sessions)) await session.close();
  return { rows, chunks };
}

/** The checksum queries alone, on both servers at once. */
async function askBare(servers: Sides<MysqlServer>, asked: Sides<readonly Asked[]>): Promise<number> {
  const sessions = { blue: await servers.blue.openSession(), green: await servers.green.openSession() };
  const start = performance.now();
  await Promise.all(SIDES.map((side) => askOne(sessions[side], asked[side])));
  const ms = performance.now() - start;
  for (const session of Object.values(sessions)) await session.close();
  return ms;
}

async function askOne(session: MysqlSession, asked: readonly Asked[]): Promise<void> {
  for (const { name, sql } of asked) {
    if (name === 'verify-sum') await session.read({ name, sql, values: [], args: {}, parse: () => undefined }, LIMITS);
  }
}

function report({ rows, chunks, toolMs, bareMs }: Measured, asJson: boolean): void {
  const ratio = toolMs / bareMs;
  const perSecond = (ms: number): number => Math.round((rows / ms) * 1_000);
  process.stdout.write(
    `${rows} rows, ${chunks} chunks: ${perSecond(toolMs)} rows a second; bare checksum queries ${perSecond(bareMs)}; ` +
      `ratio ${ratio.toFixed(2)} (goal ${GOAL})\n`,
  );
  if (asJson) {
    const result = {
      type: 'bench-verify',
      rows,
      chunks,
      toolMs: Math.round(toolMs),
      bareMs: Math.round(bareMs),
      ratio,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  process.exitCode = ratio <= GOAL ? 0 : 1;
}

void main();
