/**
 * `npm run bench:precheck [-- --tables N --columns N --routines N --json]`: what a run of the prechecks costs a large MySQL
 * 5.7, compared with its own questions asked bare. Goals: at most 1.5 times their time, under 300 MB, no question over 5 s.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openObserver } from '../actions/adapters/mysql-observer';
import { systemClock } from '../actions/adapters/system-clock';
import { runPrechecks } from '../actions/checks/run-checks';
import { connectToServer } from '../lab/mysql/connect';
import { startThrowAway, type ThrowAwayServer } from '../lab/mysql/throw-away';
import { fillServer, realTables, type SchemaSize } from './precheck-schema';
import { recorded, type Asked } from './recorded-server';

const LAUNCHER = resolve(__dirname, '../bin/aurora-cutover.js');
const TARGET = '8.0.43';
const ACCOUNT = { user: 'bench', password: 'bench' };
const GOALS = { ratio: 1.5, megabytes: 300, slowestMs: 5_000 };
/** The best of so many: what else this machine does only ever adds. */
const ROUNDS = 3;

interface ToolRun {
  readonly ms: number;
  readonly peakMegabytes: number;
  readonly exitCode: number;
  readonly result: Readonly<Record<string, unknown>>;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      tables: { type: 'string', default: '10000' },
      columns: { type: 'string', default: '200000' },
      routines: { type: 'string', default: '2000' },
      json: { type: 'boolean', default: false },
    },
  });
  const size: SchemaSize = {
    tables: Number(values.tables),
    columns: Number(values.columns),
    routines: Number(values.routines),
  };
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const server = await startThrowAway('5.7', { innodb_flush_log_at_trx_commit: '0', table_definition_cache: '2000' });
  try {
    say(`filling MySQL ${server.version}: ${size.tables} tables, ${size.columns} columns, ${size.routines} routines`);
    if (realTables(size) < size.tables) {
      say(`only ${realTables(size)} tables are real; the others are names of one definition file`);
    }
    await fillServer(server, size, say);
    await makeAccount(server);
    const asked = await ask(server);
    const tool: ToolRun[] = [];
    const bare: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await askBare(server, asked));
      tool.push(await runTool(server));
    }
    report(size, asked, bare, tool, values.json);
  } finally {
    await server.destroy();
  }
}

async function makeAccount({ socket }: ThrowAwayServer): Promise<void> {
  const connection = await connectToServer(socket, { user: 'root', password: '' });
  await connection.query(`CREATE USER '${ACCOUNT.user}'@'%' IDENTIFIED BY '${ACCOUNT.password}'`);
  await connection.query(`GRANT ALL ON *.* TO '${ACCOUNT.user}'@'%'`);
  connection.destroy();
}

/** One run in this process, whose questions are remembered. */
async function ask({ port }: ThrowAwayServer): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  const network = { dnsServers: [], connectTimeout: 5_000, tls: 'unverified' as const };
  const target = { side: 'blue' as const, host: '127.0.0.1', port, credentials: ACCOUNT, network, clock: systemClock };
  const server = await openObserver(target);
  const input = { sourceVersion: server.version, targetVersion: TARGET, emit: () => undefined, clock: systemClock };
  await runPrechecks({ ...input, server: recorded(server, asked) });
  await server.close();
  return asked;
}

/** The same questions on one connection, their rows fetched and thrown away. Milliseconds. */
async function askBare({ socket }: ThrowAwayServer, asked: readonly Asked[]): Promise<number> {
  const connection = await connectToServer(socket, { user: 'root', password: '' });
  const start = performance.now();
  for (const { sql, values } of asked) await connection.query(sql, [...values]).catch(() => undefined);
  const ms = performance.now() - start;
  connection.destroy();
  return ms;
}

/** The built command as an operator runs it, from its start to its end. */
function runTool({ port }: ThrowAwayServer): Promise<ToolRun> {
  const words = ['precheck', '--host', '127.0.0.1', '--port', String(port), '--user', ACCOUNT.user, '--target', TARGET];
  const start = performance.now();
  const child = spawn(process.execPath, [LAUNCHER, ...words, '--json'], {
    env: { ...process.env, MYSQL_PWD: ACCOUNT.password },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakMegabytes = 0;
  const watch = setInterval(() => (peakMegabytes = Math.max(peakMegabytes, highWaterMark(child.pid))), 20);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((settle, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      const last = Buffer.concat(chunks).toString('utf8').trim().split('\n').at(-1) ?? '{}';
      const result = JSON.parse(last) as Readonly<Record<string, unknown>>;
      settle({ ms: performance.now() - start, peakMegabytes, exitCode: code ?? 1, result });
    });
  });
}

/** Most resident memory that the process has had so far (VmHWM of proc(5)), in MB. */
function highWaterMark(pid: number | undefined): number {
  try {
    const status = readFileSync(join('/proc', String(pid), 'status'), 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

function report(
  size: SchemaSize,
  asked: readonly Asked[],
  bare: readonly number[],
  tool: readonly ToolRun[],
  asJson: boolean,
): void {
  const bareMs = Math.min(...bare);
  const toolMs = Math.min(...tool.map(({ ms }) => ms));
  const peakMegabytes = Math.max(...tool.map((run) => run.peakMegabytes));
  const slowest = asked.reduce((worst, one) => (one.ms > worst.ms ? one : worst), { name: '', ms: 0 });
  const ratio = toolMs / bareMs;
  const notChecked = tool[0]?.result['notChecked'];
  const leftOut = Array.isArray(notChecked)
    ? notChecked.filter((gap: { because?: string }) => gap.because === 'size').length
    : 0;
  const result = {
    type: 'bench-precheck',
    ...size,
    realTables: realTables(size),
    questions: asked.length,
    bareSeconds: round(bareMs / 1_000),
    toolSeconds: round(toolMs / 1_000),
    ratio: round(ratio),
    peakMegabytes: Math.round(peakMegabytes),
    slowest: { name: slowest.name, seconds: round(slowest.ms / 1_000) },
    leftOutForSize: leftOut,
    ok: ratio <= GOALS.ratio && peakMegabytes < GOALS.megabytes && slowest.ms <= GOALS.slowestMs,
  };
  const top = asked.toSorted((a, b) => b.ms - a.ms).slice(0, 8);
  process.stdout.write(
    [
      `${size.tables} tables, ${size.columns} columns, ${size.routines} routines; ${asked.length} questions`,
      `the tool ${result.toolSeconds} s, its questions bare ${result.bareSeconds} s: ratio ${result.ratio} (goal ${GOALS.ratio})`,
      `peak memory ${result.peakMegabytes} MB (goal ${GOALS.megabytes})`,
      `slowest question ${slowest.name}: ${result.slowest.seconds} s (goal ${GOALS.slowestMs / 1_000})`,
      `checks left out for size: ${leftOut}`,
      ...top.map(({ name, ms }) => `  ${round(ms / 1_000).toFixed(2)} s ${name}`),
      '',
    ].join('\n'),
  );
  if (asJson) process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exitCode = result.ok ? 0 : 1;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

void main();
