/** The prechecks where two series meet: text rules against the real grammar of 9.x, and clean schemas on both servers. */
import type { Connection } from 'mysql2/promise';
import { UPGRADE_CHECKS } from '../../actions/checks/catalogue';
import { crossingOf } from '../../actions/checks/crossing';
import type { PrecheckReport } from '../../actions/checks/report';
import { reservedNames } from '../../actions/checks/routine-syntax';
import { ALL_NEW_RESERVED_WORDS, newReservedWords } from '../../actions/checks/reserved-words';
import { removedSyntax } from '../../actions/checks/removed-syntax';
import { tokenise } from '../../actions/checks/sql-text';
import { runPrechecks } from '../../actions/checks/run-checks';
import { SAMPLE_SCHEMAS } from './checks.samples';
import { makeServer, RETENTION_PROCEDURE, type TestServer } from './checks.fixture';

jest.setTimeout(180_000);

let blue: TestServer;
let green: TestServer;
let old: Connection;
let next: Connection;

beforeAll(async () => {
  [blue, green] = await Promise.all([makeServer('5.7'), makeServer('9.x')]);
  await Promise.all([blue.start({ binlog_format: 'ROW' }), green.start({ binlog_format: 'ROW' })]);
  [old, next] = await Promise.all([blue.connect(), green.connect()]);
  for (const connection of [old, next]) {
    for (const sql of ['CREATE DATABASE words', 'USE words', 'CREATE TABLE t (a INT, b INT)', RETENTION_PROCEDURE]) {
      await connection.query(sql);
    }
  }
});
afterAll(() => Promise.all([blue.destroy(), green.destroy()]));

/** Whether a server takes it as the body of a procedure; other refusals than of the grammar are none. */
async function takes(connection: Connection, body: string): Promise<boolean> {
  try {
    await connection.query(`CREATE PROCEDURE words.tried() ${body}`);
    await connection.query('DROP PROCEDURE words.tried');
    return true;
  } catch (error) {
    if ((error as { errno?: number }).errno === 1064) return false;
    throw error;
  }
}

describe('the rule about new reserved words agrees with the grammar of 9.x', () => {
  const reserved = newReservedWords(crossingOf('5.7.29', '5.7.29', '9.7.4'));

  it.each([
    'SELECT a AS % FROM t',
    'SELECT %.a FROM t %',
    'SELECT t.% FROM t',
    'SELECT a FROM t ORDER BY %',
    'BEGIN DECLARE % INT; SET % = 1; END',
    'BEGIN DECLARE x INT; SET x = % + 1; END',
    'SELECT `%`, "%", \'%\' FROM t -- %',
    'CALL words.%()',
    'CALL %()',
    'UPDATE % SET a = 1',
    'INSERT INTO t (%) VALUES (1)',
    'INSERT INTO %(a) VALUES (1)',
    'CREATE TABLE %(a INT)',
    'SET @% = 1',
    'SELECT a FROM t /* % */ WHERE 1',
    'CREATE TABLE n (% INT)',
    'SET SESSION time_zone = SYSTEM',
    'SET SESSION binlog_format = ROW',
    'SELECT ROW(1, 2) = ROW(1, 2)',
    'SHOW FUNCTION STATUS',
    'GRANT EXECUTE ON FUNCTION words.f TO u@h',
  ])('%s', async (pattern) => {
    const wrong: string[] = [];
    for (const word of pattern.includes('%') ? ALL_NEW_RESERVED_WORDS : ['']) {
      const body = pattern.replaceAll('%', word.toLowerCase());
      if (!(await takes(old, body))) continue;
      const expected = await takes(next, body);
      if ((reservedNames(tokenise(body), reserved).length === 0) !== expected) wrong.push(`${body}: ${expected}`);
    }
    expect(wrong).toEqual([]);
  });
});

it.each([
  ["GRANT SELECT ON words.* TO u@h IDENTIFIED BY 'x'", true],
  ['GRANT SELECT ON words.* TO u@h REQUIRE SSL', true],
  ['GRANT SELECT ON words.* TO u@h WITH MAX_QUERIES_PER_HOUR 1', true],
  ['GRANT SELECT ON words.* TO u@h WITH GRANT OPTION', false],
  ["CREATE USER u@h IDENTIFIED BY 'x' REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 1", false],
  ["CREATE USER u@h IDENTIFIED BY PASSWORD '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'", true],
  ['SELECT a FROM t PROCEDURE ANALYSE()', true],
  [String.raw`SELECT \N`, true],
  ['FLUSH HOSTS', true],
  ['FLUSH DES_KEY_FILE', true],
  ['ALTER TABLE t UPGRADE PARTITIONING', true],
  ['SHOW MASTER STATUS', true],
  ['START SLAVE', true],
  ['PURGE MASTER LOGS BEFORE NOW()', true],
  ['RESET SLAVE', true],
  ["CHANGE MASTER TO MASTER_HOST = 'x'", true],
])('removed syntax: %s is refused by 9.x: %s', async (body, isRefused) => {
  expect(await takes(old, body)).toBe(true);
  expect(await takes(next, body)).toBe(!isRefused);
  expect(removedSyntax(crossingOf('5.7.29', '', '9.7.4'), tokenise(body)).length > 0).toBe(isRefused);
});

it('every question is understood by both series, but for those that have a twin in the other', async () => {
  const misunderstood = async (connection: Connection): Promise<string[]> => {
    const names: string[] = [];
    for (const { name, sql, values } of UPGRADE_CHECKS.flatMap(({ queries }) => queries)) {
      // What is asked of some tables at a time is given its names when it runs.
      const given = values.length > 0 ? [...values] : [...sql.matchAll(/\?/g)].map(() => 'a name');
      await connection.query(sql, given).catch((error: unknown) => {
        if ((error as { errno?: number }).errno === 1064) names.push(name);
      });
    }
    return [...new Set(names)];
  };
  expect(await misunderstood(old)).toEqual(['replica-status']);
  expect(await misunderstood(next)).toEqual(['replica-status-of-5.7']);
});

describe('clean schemas', () => {
  /** Of the empty installation, not of the schemas. */
  const ABOUT_THE_SERVER = ['authMethodUsage'];

  beforeAll(async () => {
    for (const connection of [old, next]) for (const sql of SAMPLE_SCHEMAS) await connection.query(sql);
  });

  async function precheck(server: TestServer, target: string, pretended?: string): Promise<PrecheckReport> {
    const opened = await server.open();
    const version = pretended ?? opened.version;
    try {
      return await runPrechecks({
        server: { ...opened, version },
        sourceVersion: version,
        targetVersion: target,
        emit: () => undefined,
        checkTables: true,
        checks: UPGRADE_CHECKS.filter(({ needs }) => !needs.startsWith('rds:')),
      });
    } finally {
      await opened.close();
    }
  }
  const errors = (report: PrecheckReport): string[] =>
    report.findings
      .filter(({ level, check }) => level === 'error' && !ABOUT_THE_SERVER.includes(check))
      .map(({ check, object, description }) => `${check} ${object}: ${description}`);

  it.each(['8.0.36', '8.0.44', '9.7.4'])('raise no error on 5.7 on the way to %s', async (target) => {
    const report = await precheck(blue, target);
    expect(errors(report)).toEqual([]);
    expect(report.notChecked).toEqual([]);
  });

  it.each([
    ['8.0.39', '8.4.7'],
    ['8.0.28', '8.4.7'],
    ['8.4.7', '9.7.4'],
    ['9.7.4', '9.8.0'],
  ])('raise no error on a newer server that calls itself %s, on the way to %s', async (from, target) => {
    const report = await precheck(green, target, from);
    expect(errors(report)).toEqual([]);
    expect(report.notChecked).toEqual([]);
    expect(report.checked.length).toBeGreaterThan(15);
  });

  it('offenders of 8.0 are found on the newer server', async () => {
    for (const sql of [
      'CREATE DATABASE worn',
      "CREATE TABLE worn.twice (id INT PRIMARY KEY, e ENUM('a')) ENGINE = InnoDB",
      'CREATE TABLE worn.places (id INT PRIMARY KEY, p POINT NOT NULL SRID 0, SPATIAL KEY around (p)) ENGINE = InnoDB',
      'SET restrict_fk_on_non_standard_key = OFF',
      'CREATE TABLE worn.parents (id INT PRIMARY KEY, a INT, KEY (a)) ENGINE = InnoDB',
      'CREATE TABLE worn.children (id INT PRIMARY KEY, a INT, CONSTRAINT loose FOREIGN KEY (a) REFERENCES worn.parents (a)) ENGINE = InnoDB',
      'CREATE PROCEDURE worn.watching() SELECT `qualify` FROM (SELECT 1 AS `qualify`) q',
      "CREATE USER 'u'@'h'",
      "INSTALL PLUGIN mysql_no_login SONAME 'mysql_no_login.so'",
      "INSTALL COMPONENT 'file://component_log_sink_json'",
    ]) {
      await next.query(sql).catch((error: unknown) => {
        // Which plugins are shipped depends on the package.
        if (!sql.startsWith('INSTALL')) throw error;
      });
    }
    const report = await precheck(green, '8.4.mysql_aurora.8.4.7', '8.0.39');
    expect(report.notChecked).toEqual([]);
    const found = report.findings.map(({ check, level, object }) => `${check} ${level} ${object}`);
    expect(found).toEqual(
      expect.arrayContaining([
        'spatialIndex warning worn.places.around',
        'foreignKeyReferences warning worn.children.loose',
      ]),
    );
    const [plugins] = await next.query("SELECT 1 FROM mysql.plugin WHERE name = 'mysql_no_login'");
    if (Array.isArray(plugins) && plugins.length > 0) {
      expect(found).toContain('unsupportedPlugins error mysql_no_login');
      await next.query('UNINSTALL PLUGIN mysql_no_login');
    }
    expect(found).toContain('unsupportedComponents error file://component_log_sink_json');
  });
});
