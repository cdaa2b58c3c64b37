/** The prechecks against a real MySQL 5.7: each offender is found, and a clean server has no error. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../actions/adapters/system-clock';
import { UPGRADE_CHECKS } from '../../actions/checks/catalogue';
import type { Thresholds } from '../../actions/checks/check';
import { crossingOf } from '../../actions/checks/crossing';
import { isBlocked, type PrecheckReport } from '../../actions/checks/report';
import { runPrechecks } from '../../actions/checks/run-checks';
import {
  makeServer,
  makeTemporalOld,
  OFFENDERS,
  replaceInFile,
  RETENTION_PROCEDURE,
  type TestServer,
} from './checks.fixture';

jest.setTimeout(180_000);

const PLATFORM =
  'blueCluster targetVersion auroraVersion managedMasterPassword clusterParameterGroup masterUser instanceClasses instanceLimit rdsProxy zeroEtl globalDatabase customEndpoints parameterTranslation fences'.split(
    ' ',
  );
const TARGET = '9.7.mysql_aurora.9.7.4';
/** What runs against a server of 5.7 without AWS. */
const APPLICABLE = UPGRADE_CHECKS.filter(
  ({ id, appliesTo, onRequest }) =>
    !PLATFORM.includes(id) && onRequest === undefined && appliesTo(crossingOf('5.7.29', '5.7.29', TARGET)),
).map(({ id }) => id);

async function precheck(
  server: TestServer,
  options: {
    user?: string;
    thresholds?: Partial<Thresholds>;
    only?: readonly string[];
    target?: string;
    checkTables?: boolean;
  } = {},
): Promise<PrecheckReport> {
  const opened = await server.open(options.user);
  try {
    return await runPrechecks({
      server: opened,
      sourceVersion: '5.7.mysql_aurora.2.12.4',
      targetVersion: options.target ?? TARGET,
      clock: systemClock,
      checkTables: options.checkTables ?? false,
      emit: () => undefined,
      checks: UPGRADE_CHECKS.filter(({ id }) => (options.only ?? APPLICABLE).includes(id)),
      ...(options.thresholds ? { thresholds: options.thresholds } : {}),
    });
  } finally {
    await opened.close();
  }
}

describe('a worn database', () => {
  let server: TestServer;
  let report: PrecheckReport;

  beforeAll(async () => {
    server = await makeServer();
    await server.start();
    await wear(server);
    await holdUp(server);
    report = await precheck(server, {
      thresholds: { historyListLength: -1, uncommittedRows: 0, idleInTransactionSeconds: 1, tables: 0 },
    });
  });
  afterAll(() => server.destroy());

  const objects = (check: string, level?: string): string[] =>
    report.findings
      .filter((finding) => finding.check === check && (level === undefined || finding.level === level))
      .map(({ object }) => object);

  it('is blocked, and nothing was passed over', () => {
    expect(isBlocked(report)).toBe(true);
    expect(report.notChecked).toEqual([]);
    expect(report.checked).toEqual(APPLICABLE);
  });

  it('decodes a prepared XA transaction into the statements that end it', () => {
    expect(report.findings.find(({ check }) => check === 'xaPrepared')).toMatchObject({
      level: 'error',
      object: "X'6774726964FF',X'6271',7",
      description: "A prepared XA transaction: gtrid 0x6774726964FF, bqual 'bq', format 7.",
      cure: expect.stringContaining("XA ROLLBACK X'6774726964FF',X'6271',7;"),
    });
  });

  it('offers a statement that really ends the prepared XA transaction', async () => {
    const cure = report.findings.find(({ check }) => check === 'xaPrepared')?.cure ?? '';
    const connection = await server.connect();
    await connection.query(/XA ROLLBACK [^;]+/.exec(cure)?.[0] ?? '');
    expect((await connection.query('XA RECOVER'))[0]).toEqual([]);
  });

  it.each([
    ['blockedPrechecks', 'warning', 1],
    ['longRunningTransactions', 'warning', 1],
  ])('%s names the connection', (check, level, count) => {
    expect(objects(check, level)).toHaveLength(count);
    expect(objects(check)[0]).toMatch(/^connection \d+$/);
  });

  it.each([
    ['uncommittedRows', 'warning', ['information_schema.innodb_trx']],
    ['historyListLength', 'warning', ['trx_rseg_history_len']],
    ['tableCount', 'notice', ['information_schema.tables']],
    ['replicationSettings', 'notice', ['log_bin']],
    ['replicationSettings', 'error', ['log_bin_use_v1_row_events']],
    ['replicaOfAnother', 'error', ['127.0.0.1:1']],
    ['removedSysVars', 'warning', ['query_cache_type', 'log_bin_use_v1_row_events']],
    ['accountsPassingReadOnly', 'warning', ['dba@%']],
    ['authMethodUsage', 'error', ['app@10.0.%', 'mysql_router1_x@%', 'root@localhost']],
    ['deprecatedRouterAuthMethod', 'error', ['mysql_router1_x@%']],
    ['deprecatedDefaultAuth', 'warning', ['default_authentication_plugin']],
    ['defaultAuthenticationPlugin', 'warning', ['default_authentication_plugin']],
    ['reservedAccountNames', 'warning', ['rdsadmin@10.9.%']],
    ['sysvarAllowedValues', 'error', ['ssl_cipher']],
    ['enabledEvents', 'warning', ['worn.housekeeping']],
    ['nonTransactionalTables', 'warning', ['worn.counters', 'worn.mixed_up', 'worn.old_parent', 'worn.parts_myisam']],
    ['tablesWithoutPrimaryKey', 'warning', ['worn.no_key', 'worn.parts_prefix']],
    ['oldTemporal', 'error', ['worn.old_dates.at']],
    ['schemaInconsistency', 'error', ['worn.lost-caf@0p$']],
    ['engineMixup', 'error', ['worn.mixed_up']],
    ['orphanedObjects', 'error', ['ghost.orphan']],
    ['eventNullDefiner', 'error', ['worn.nobodys']],
    ['triggerNullDefiner', 'error', ['worn.nobodys']],
    ['duplicateTriggers', 'error', ['worn.twin']],
    ['reservedKeywords', 'warning', ['worn.rank', 'worn.rank.System', 'worn.window']],
    ['dollarSignName', 'warning', ['worn.$price', 'worn.cheap']],
    ['enumSetElementLength', 'error', ['worn.wide.e']],
    ['zeroDates', 'warning', ['sql_mode', 'worn.dates.d']],
    ['utf8mb3', 'warning', ['worn.words.w']],
    ['columnDefinition', 'error', ['worn.doubles.id']],
    ['foreignKeyLength', 'error', [`worn.${'f'.repeat(64)}.${'f'.repeat(64)}_ibfk_1`]],
    ['geometryPrefixIndex', 'error', ['worn.places.p']],
    ['mysqlSchema', 'error', ['mysql.Catalogs']],
    ['circularDirectory', 'error', ['roundabout']],
    ['invalid57Names', 'error', ['#mysql50#very-old']],
    ['nonNativePartitioning', 'error', ['worn.parts_myisam']],
    ['partitionedTablesInSharedTablespaces', 'error', ['worn.parts_shared']],
    ['partitionsWithPrefixKeys', 'error', ['worn.parts_prefix.a', 'worn.parts_primary.a']],
    ['viewColumnNameLength', 'error', ['worn.long_column']],
    ['maxdbSqlModeFlags', 'warning', ['worn.maxed', 'worn.raw_byte']],
    [
      'removedFunctions',
      'error',
      ['worn.calculated.e', 'worn.hashed', 'worn.measured', 'worn.raw_byte', 'worn.secrets'],
    ],
    ['groupbyAscSyntax', 'error', ['worn.sorted']],
    ['queryCacheSyntax', 'error', ['worn.cached']],
    ['emptyDotTableSyntax', 'error', ['worn.dotted']],
    ['routineSyntax', 'error', ['worn.analysing', 'worn.asking', 'worn.lateral_f', 'worn.ranked']],
    ['routineSyntax', 'warning', ['worn.watching']],
    ['specialCharactersInRoutines', 'error', ['worn.pasted', 'worn.raw_byte']],
    ['specialCharactersInRoutines', 'warning', ['worn.accented']],
    ['changedFunctionsInGeneratedColumns', 'warning', ['worn.casts.c']],
    ['indexTooLarge', 'error', ['worn.large_index.s']],
    ['invalidEngineForeignKey', 'error', ['worn.of_myisam.to_myisam']],
    ['invalidEngineForeignKey', 'warning', ['worn.of_nobody.to_nobody']],
    ['foreignKeyReferences', 'warning', ['worn.to_part.part_of_key', 'worn.to_plain_key.plain_key']],
    ['deprecatedTemporalDelimiter', 'error', ['worn.parts_dates.slashes', 'worn.parts_times.blanks']],
    ['ftsSpaceIdZero', 'error', ['worn.searched']],
    ['danglingFulltextIndex', 'error', ['worn.no-longer']],
    ['sysSchemaObjectMismatch', 'error', ['sys.waits_global_by_latency']],
    ['invalidUtf8mb3Metadata', 'error', ['worn.remarks', 'worn.remarks.id', 'worn.remarks.k', 'worn.secrets']],
    ['mismatchedMetadata', 'error', ['worn.two_minds']],
    ['duplicatedEnumValues', 'error', ['worn.twice.e']],
  ])('%s finds its offenders as %s', (check, level, expected) => {
    expect(objects(check, level).toSorted()).toEqual(expected.toSorted());
  });

  it.each([
    ['ftsInTablename', '8.0.17', ['worn.GIFTS']],
    ['internalUsers', '8.0.mysql_aurora.3.02.0', ['mysql.infoschema@localhost']],
    ['datafilePathInconsistency', '8.0.mysql_aurora.3.02.0', ['worn.elsewhere']],
  ])('%s finds its offenders on the way to %s', async (check, target, expected) => {
    const found = await precheck(server, { target, only: [check] });
    expect(found.findings.map(({ level, object }) => `${level} ${object}`)).toEqual(
      expected.map((object) => `error ${object}`),
    );
    expect((await precheck(server, { target: '8.0.mysql_aurora.3.08.2', only: [check] })).checked).toEqual([]);
  });

  it('obsoleteSqlModeFlags speaks of what was created under such a mode', () => {
    expect(objects('obsoleteSqlModeFlags', 'notice')).toEqual(expect.arrayContaining(['worn.twin', 'worn.cached']));
  });

  it('ddlRunning names the connection, offers to end it with care, and names what a crash left behind', () => {
    const found = report.findings.filter(({ check }) => check === 'ddlRunning');
    expect(found.map(({ object }) => object)).toEqual([
      expect.stringMatching(/^connection \d+$/),
      'mysql.ddl_log_table',
    ]);
    expect(found[0]?.cure).toMatch(/CALL mysql\.rds_kill\(\d+\);$/);
  });

  it('blockedPrechecks names the sessions that rdsadmin may be waiting for', () => {
    const [idle] = objects('longRunningTransactions');
    const stuck = report.findings.find(({ check }) => check === 'blockedPrechecks');
    expect(stuck?.description).toContain(`${idle ?? '?'} of root`);
    expect(stuck?.cure).toContain(`CALL mysql.rds_kill(${idle?.replace('connection ', '') ?? '?'});`);
  });

  it('sysVarsNewDefaults names what nobody has set, and nothing that somebody has', () => {
    const found = objects('sysVarsNewDefaults', 'warning');
    expect(found).toEqual(expect.arrayContaining(['max_allowed_packet', 'innodb_io_capacity', 'character_set_server']));
    expect(found).not.toContain('innodb_change_buffering');
  });

  it('CHECK TABLE runs on request only, and then tells what the server says', async () => {
    const only = ['checkTableCommand'];
    expect((await precheck(server, { only })).notChecked).toMatchObject([{ because: 'on-request' }]);
    // As the sessions of the tool have it: the table behind the ALTER must not keep the others waiting.
    await (await server.connect()).query('SET GLOBAL lock_wait_timeout = 1');
    const asked = await precheck(server, { only, checkTables: true });
    expect(asked.notChecked.map(({ object }) => object)).toEqual(['worn.busy']);
    expect(asked.findings.map(({ level, object }) => `${level} ${object}`)).toContain('warning worn.counters');
    expect(asked.findings.map(({ object }) => object)).not.toContain('worn.plain');
  });

  it('says what it needs when the account may not look', async () => {
    const connection = await server.connect();
    await connection.query("CREATE USER 'stranger'@'localhost'");
    const poor = await precheck(server, { user: 'stranger' });
    expect(
      poor.findings.filter(({ check, level }) => check === 'operatorPrivileges' && level === 'error'),
    ).toHaveLength(5);
    const gaps = new Map(poor.notChecked.map(({ check, needs }) => [check, needs]));
    expect(gaps.get('ddlRunning')).toBe('PROCESS; SELECT on performance_schema');
    expect(gaps.get('eventNullDefiner')).toBe('SELECT on mysql.event');
    expect(gaps.get('authMethodUsage')).toBe('SELECT on mysql.user');
    expect(poor.checked).toContain('xaPrepared');
    expect(poor.checked).toContain('zeroDates');
  });

  it('finds upper-case names once lower_case_table_names is 1', async () => {
    const connection = await server.connect();
    await connection.query('CREATE DATABASE Shop');
    await connection.query('CREATE TABLE worn.Orders (id INT PRIMARY KEY) ENGINE = InnoDB');
    await server.stop();
    await server.start({ lower_case_table_names: '1' });
    const findings = (await precheck(server, { only: ['lowerCaseTableNames'] })).findings;
    expect(findings.map(({ object, level }) => [object, level])).toEqual(
      expect.arrayContaining([
        ['Shop', 'error'],
        ['worn.Orders', 'error'],
      ]),
    );
  });
});

describe('a clean database', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await makeServer();
    await server.start({ binlog_format: 'ROW' });
    const connection = await server.connect();
    for (const sql of [
      RETENTION_PROCEDURE,
      "CREATE USER 'app'@'10.0.%' IDENTIFIED WITH sha256_password BY 'secret'",
      'CREATE DATABASE clean CHARACTER SET utf8mb4',
      'USE clean',
      "CREATE TABLE customers (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(80), at DATETIME(3), kind ENUM('a','b')) ENGINE = InnoDB",
      'CREATE TABLE orders (id BIGINT PRIMARY KEY, customer BIGINT, FOREIGN KEY (customer) REFERENCES customers (id)) ENGINE = InnoDB',
      'CREATE TABLE visits (id BIGINT PRIMARY KEY) ENGINE = InnoDB PARTITION BY HASH (id) PARTITIONS 2',
      'CREATE TABLE `articles-é日$#P#` (id INT PRIMARY KEY, body TEXT, FULLTEXT KEY (body)) ENGINE = InnoDB',
    ]) {
      await connection.query(sql);
    }
    await connection.query(
      "CREATE VIEW names AS SELECT name, 'ü encode(' AS note FROM customers GROUP BY name ORDER BY name DESC",
    );
    await connection.query('CREATE TRIGGER stamp BEFORE INSERT ON customers FOR EACH ROW SET NEW.at = NOW(3)');
    await connection.query(
      'CREATE PROCEDURE report() SELECT st_astext(NULL), `desc` FROM (SELECT 1 AS `desc`) q GROUP BY `desc`',
    );
    // root is the one account of a new 5.7 server that the target could not let in; rdsadmin is the platform's own.
    await connection.query("CREATE USER 'rdsadmin'@'localhost'");
    await connection.query("GRANT ALL ON *.* TO 'rdsadmin'@'localhost'");
    await connection.query("DROP USER 'root'@'localhost'");
  });
  afterAll(() => server.destroy());

  it('has no finding at error level, and all of it was looked at', async () => {
    const report = await precheck(server, { user: 'rdsadmin' });
    expect(report.findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(report.notChecked).toEqual([]);
    expect(isBlocked(report)).toBe(false);
  });
});

/** Creates the offenders, damages files while the server is down, and starts it with the settings that offend. */
async function wear(server: TestServer): Promise<void> {
  const connection = await server.connect();
  await connection.query('CREATE DATABASE worn CHARACTER SET latin1');
  await connection.query('USE worn');
  for (const [, sql] of OFFENDERS) await connection.query(sql);
  await connection.query('SET NAMES latin1');
  await connection.query({ sql: "CREATE PROCEDURE raw_byte() BEGIN SELECT '\u00a0'; SELECT decode('a', 'b'); END" });
  await server.stop();
  const file = (name: string): string => join(server.dataFolder, 'worn', name);
  makeTemporalOld(file('old_dates.frm'));
  mkdirSync(join(server.dataFolder, 'very-old'));
  rmSync(file('lost@002dcaf@0p@0024.frm'));
  rmSync(file('mixed_up.frm'));
  replaceInFile(file('two_minds.frm'), /other/g, 'othem');
  replaceInFile(file('counters.TRG'), /definers='[^']*'/, "definers=''");
  await server.start({
    log_bin_use_v1_row_events: '1',
    query_cache_type: '1',
    sql_mode: '',
    ssl_cipher: 'AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256',
    innodb_change_buffering: 'none',
  });
}

/** An idle transaction, DDL behind it, rdsadmin behind that; a prepared XA transaction; a running replication channel. */
async function holdUp(server: TestServer): Promise<void> {
  const admin = await server.connect();
  await admin.query(
    `CREATE TABLE worn.elsewhere (id INT PRIMARY KEY) ENGINE = InnoDB DATA DIRECTORY = '${join(server.dataFolder, '..')}'`,
  );
  // Here and not among the offenders: 5.7.29 straightens the path when it starts.
  await admin.query("CREATE TABLESPACE roundabout ADD DATAFILE './../data/roundabout.ibd' ENGINE = InnoDB");
  await admin.query('CREATE TABLE worn.mixed_up (id INT PRIMARY KEY) ENGINE = MyISAM');
  await admin.query("CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = 1, MASTER_USER = 'nobody'");
  await admin.query('START SLAVE');
  const xa = await server.connect();
  for (const verb of ['START', 'END', 'PREPARE']) {
    if (verb === 'END') await xa.query('INSERT INTO worn.xa_rows VALUES (1)');
    await xa.query(`XA ${verb} X'6774726964FF', 'bq', 7`);
  }
  xa.destroy();
  const idle = await server.connect();
  await idle.query('BEGIN');
  await idle.query('INSERT INTO worn.busy VALUES (1)');
  const ignore = (): undefined => undefined;
  void (await server.connect()).query('/* a comment first */ ALTER TABLE worn.busy ADD n INT').catch(ignore);
  await until(admin, "SELECT 1 FROM information_schema.processlist WHERE state LIKE 'Waiting for table metadata%'");
  void (await server.connect('rdsadmin')).query('SELECT * FROM worn.busy').catch(ignore);
  await until(admin, "SELECT 1 FROM information_schema.processlist WHERE user = 'rdsadmin' AND state LIKE 'Waiting%'");
  await until(admin, "SELECT 1 FROM information_schema.processlist WHERE command = 'Sleep' AND time >= 1 AND id = ?", [
    idle.threadId,
  ]);
}

async function until(
  connection: Awaited<ReturnType<TestServer['connect']>>,
  sql: string,
  values: readonly number[] = [],
): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const [rows] = await connection.query(sql, [...values]);
    if (Array.isArray(rows) && rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never true: ${sql}`);
}
