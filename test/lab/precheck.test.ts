/** `precheck` as an operator runs it, against real servers: nothing is written, nothing is passed over, nothing stays. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { connectToServer, rowsOf } from '../../lab/mysql/connect';
import { startThrowAway, type ThrowAwayServer } from '../../lab/mysql/throw-away';
import { OFFENDERS } from './checks.fixture';
import { errorOf, runTool, startTool, type ToolRun } from './support/tool';

jest.setTimeout(240_000);

const PASSWORD = 'not-for-argv';
let server: ThrowAwayServer;
let root: Connection;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'precheck-'));
  server = await startThrowAway('5.7', { general_log: '1', log_output: 'TABLE' });
  root = await connectToServer(server.socket, { user: 'root', password: '' });
  await root.query('SET GLOBAL general_log = 0');
  for (const user of ['checker', 'poor']) await root.query(`CREATE USER '${user}'@'%' IDENTIFIED BY '${PASSWORD}'`);
  await root.query("GRANT ALL ON *.* TO 'checker'@'%'");
  await root.query('CREATE DATABASE worn CHARACTER SET latin1');
  await root.query('USE worn');
  for (const [, sql] of OFFENDERS) await root.query(sql);
  await root.query("INSERT INTO plain VALUES (1, 2, 'three')");
});

afterAll(async () => {
  root.destroy();
  await server.destroy();
  rmSync(folder, { recursive: true, force: true });
});

function words(user: string, more: readonly string[]): readonly string[] {
  return ['precheck', '--host', '127.0.0.1', '--port', String(server.port), '--user', user, ...more];
}

function precheck(user: string, more: readonly string[] = []): Promise<ToolRun> {
  return runTool(words(user, more), { environment: { MYSQL_PWD: PASSWORD, TMPDIR: folder }, cwd: folder });
}

interface Report {
  readonly blocked: boolean;
  readonly incomplete: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly {
    readonly check: string;
    readonly level: string;
    readonly object: string;
    readonly description: string;
    readonly cure: string | null;
  }[];
  readonly notChecked: readonly {
    readonly check: string;
    readonly object?: string;
    readonly needs?: string;
    readonly because?: string;
  }[];
  readonly checked: readonly string[];
  readonly skipped: readonly string[];
  readonly notes: readonly string[];
}

function reportOf(run: ToolRun): Report {
  const report = run.objects.find(({ type }) => type === 'precheck');
  if (report === undefined) throw new Error(run.stdout + run.stderr);
  return report as unknown as Report;
}

/** Everything that the server keeps, but for what changes by being looked at. */
async function fingerprint(): Promise<readonly string[]> {
  const tables = await rowsOf(
    root,
    `SELECT CONCAT('\`', table_schema, '\`.\`', REPLACE(table_name, '\`', '\`\`'), '\`') AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('information_schema', 'performance_schema')
     AND CONCAT(table_schema, '.', table_name) NOT IN ('mysql.general_log', 'mysql.slow_log') ORDER BY 1`,
  );
  const sums = await rowsOf(root, `CHECKSUM TABLE ${tables.map(({ name }) => String(name)).join(', ')}`);
  return [
    ...sums.map((row) => Object.values(row).join(' ')),
    ...(await rowsOf(root, 'SHOW MASTER STATUS')).map(String),
  ];
}

it('writes nothing: by the general log only looks were sent, and every table is as it was', async () => {
  const before = await fingerprint();
  await root.query('TRUNCATE mysql.general_log');
  await root.query('SET GLOBAL general_log = 1');
  const run = await precheck('checker', ['--check-tables', '--json']);
  await root.query('SET GLOBAL general_log = 0');
  const sent = await rowsOf(
    root,
    "SELECT CONVERT(argument USING utf8mb4) AS sql_text FROM mysql.general_log WHERE command_type IN ('Query', 'Execute') AND user_host LIKE 'checker%'",
  );
  const texts = sent.map((row) => String(row['sql_text']));
  expect(texts.length).toBeGreaterThan(60);
  expect(
    texts.filter((sql) => !/^(SELECT|SHOW|SET SESSION|XA RECOVER|CHECK TABLE|FLUSH LOCAL TABLES)\b/i.test(sql.trim())),
  ).toEqual([]);
  expect(texts.filter((sql) => /\b(INTO OUTFILE|INTO DUMPFILE|FOR UPDATE|GET_LOCK)\b/i.test(sql))).toEqual([]);
  expect(texts).toContain('SET SESSION TRANSACTION READ ONLY');
  expect(await fingerprint()).toEqual(before);
  expect(reportOf(run).notChecked.filter(({ because }) => because === undefined)).toEqual([]);
});

it('finds what blocks, exits 3, and says of AWS that it was not given', async () => {
  const run = await precheck('checker', ['--json', '--target', '8.0.36']);
  const report = reportOf(run);
  expect(run.exitCode).toBe(3);
  expect(report).toMatchObject({
    blocked: true,
    target: { version: '8.0.36' },
    server: { version: expect.stringContaining('5.7.29') },
  });
  expect(report.findings.find(({ check }) => check === 'groupbyAscSyntax')).toEqual({
    check: 'groupbyAscSyntax',
    level: 'error',
    object: 'worn.sorted',
    description: expect.any(String),
    cure: expect.any(String),
  });
  const withoutAws = report.notChecked.filter(({ because }) => because === 'no-aws').map(({ check }) => check);
  expect(withoutAws).toEqual(expect.arrayContaining(['blueCluster', 'targetVersion', 'clusterParameterGroup']));
  expect(run.objects.map(({ type }) => type)).toEqual(['version', 'precheck']);
});

it('looks at what it is told to, and exits 0 when nothing of it blocks', async () => {
  const run = await precheck('checker', ['--only', 'utf8mb3,zeroDates', '--skip', 'zeroDates', '--json']);
  expect(run.exitCode).toBe(0);
  expect(reportOf(run).checked).toEqual(['utf8mb3']);
  expect(reportOf(run).skipped).toContain('zeroDates');
});

it('an unknown id is wrong usage, before anything is asked', async () => {
  const run = await precheck('checker', ['--only', 'utf8mb4', '--json']);
  expect(run.exitCode).toBe(64);
  expect(errorOf(run)).toMatchObject({ code: 'usage', hint: expect.stringContaining('did you mean utf8mb3') });
});

it('an account that may see little is told so for each check, with the grant; exit 1 when nothing that it saw blocks', async () => {
  const run = await precheck('poor', ['--json', '--only', 'xaPrepared,historyListLength,utf8mb3,eventNullDefiner']);
  const gaps = new Map(reportOf(run).notChecked.map((gap) => [gap.check, gap]));
  expect(run.exitCode).toBe(1);
  expect(reportOf(run).incomplete).toBe(true);
  expect(gaps.get('historyListLength')?.needs).toContain('PROCESS');
  expect(gaps.get('eventNullDefiner')?.needs).toContain('mysql.event');
  expect(gaps.get('utf8mb3')).toMatchObject({ object: 'objects that this account may not use' });
  expect(gaps.has('xaPrepared')).toBe(false);
});

it('a password is in no argument list, and a wrong or a missing one is an error of its own', async () => {
  const running = startTool(words('checker', ['--json']), { environment: { MYSQL_PWD: PASSWORD }, cwd: folder });
  expect(running.commandLine()).not.toContain(PASSWORD);
  await running.done;
  const wrong = await runTool(words('checker', ['--json']), { environment: { MYSQL_PWD: 'wrong' }, cwd: folder });
  expect([wrong.exitCode, errorOf(wrong).code]).toEqual([1, 'mysql-1045']);
  const environment = { MYSQL_PWD: undefined, AURORA_CUTOVER_BLUE_PASSWORD: undefined };
  const missing = await runTool(words('checker', ['--json']), { environment, cwd: folder });
  expect([missing.exitCode, errorOf(missing).code]).toEqual([1, 'credentials-missing']);
});

it('verifies a certificate where it is told to', async () => {
  const trusted = await precheck('checker', ['--only', 'xaPrepared', '--ca', server.caFile, '--json']);
  expect(trusted.exitCode).toBe(0);
  const strange = await precheck('checker', ['--only', 'xaPrepared', '--tls', 'verified', '--json']);
  expect([strange.exitCode, errorOf(strange).code]).toEqual([1, 'mysql-tls']);
});

it('writes the cures as SQL that MySQL understands, once, and executes nothing', async () => {
  const file = join(folder, 'fix.sql');
  const run = await precheck('checker', ['--fix-script', file]);
  expect(run.exitCode).toBe(3);
  expect(run.stdout).toContain('Nothing was executed.');
  const script = readFileSync(file, 'utf8');
  const live = script.split('\n').filter((line) => line !== '' && !line.startsWith('--'));
  expect(live).toContain('ALTER TABLE `worn`.`counters` ENGINE = InnoDB;');
  expect(live.filter((line) => /^(DROP|KILL|XA)\b/.test(line))).toEqual([]);
  for (const sql of live) await root.query(`PREPARE one FROM ?`, [sql.replace(/;$/, '')]);
  const again = await precheck('checker', ['--fix-script', file, '--json']);
  expect([again.exitCode, errorOf(again).code]).toEqual([64, 'usage']);
  expect(readFileSync(file, 'utf8')).toBe(script);
});

it('the syntax oracle proves what the rules found, finds more, and leaves no server behind', async () => {
  await root.query('CREATE PROCEDURE odd() BEGIN DECLARE lateral INT; SELECT 1 AS member; END');
  const run = await precheck('checker', ['--target', '9.7.4', '--oracle', 'lab', '--json']);
  const refused = reportOf(run).findings.filter(({ description }) => description.includes('refuses to create'));
  expect(refused).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ check: 'groupbyAscSyntax', object: 'worn.sorted' }),
      expect.objectContaining({ check: 'removedFunctions', object: 'worn.hashed' }),
      expect.objectContaining({ check: 'routineSyntax', object: 'worn.odd', level: 'error' }),
    ]),
  );
  expect(reportOf(run).notes.join()).toMatch(/Syntax oracle: \d+ definitions were loaded into MySQL 9\.7/);
  // Accepted when it is created, and fails when it runs: only the rules know.
  expect(reportOf(run).findings).toContainEqual(
    expect.objectContaining({ check: 'queryCacheSyntax', object: 'worn.cached' }),
  );
  expect(readdirSync(folder).filter((name) => name.startsWith('throw-away-'))).toEqual([]);
});

it('explains a log of Aurora under the same ids', async () => {
  const file = join(folder, 'upgrade-prechecks.log');
  const problem = { level: 'Error', dbObject: 'shop.v', description: 'Uses GROUP BY DESC' };
  const checksPerformed = [{ id: 'groupByAscSyntaxCheck', title: 'x', status: 'OK', detectedProblems: [problem] }];
  writeFileSync(file, JSON.stringify({ serverVersion: '5.7.12', targetVersion: '8.0.39', checksPerformed }));
  const run = await runTool(['precheck', '--log', file, '--json'], { environment: {}, cwd: folder });
  expect(run.exitCode).toBe(3);
  expect(reportOf(run).findings).toMatchObject([{ check: 'groupbyAscSyntax', level: 'error', object: 'shop.v' }]);
  expect(existsSync(join(folder, '.aurora-cutover'))).toBe(false);
});
