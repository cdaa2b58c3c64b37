/** Throw-away MySQL servers, and one offender for every check, some of which need files to be damaged. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type Connection } from 'mysql2/promise';
import { openMysql2Server } from '../../actions/adapters/mysql-server';
import { systemClock } from '../../actions/adapters/system-clock';
import type { MysqlServer } from '../../actions/ports/mysql-server';
import { findServer, type Series, type ServerBinary } from '../../lab/mysql/binaries';
import { issueServerCertificate } from '../../lab/mysql/certificates';
import { serverFiles, type ServerSettings } from '../../lab/mysql/server-options';
import { startServer, stopServer } from '../../lab/mysql/server';
import { copyTemplate } from '../../lab/mysql/template';

export interface TestServer {
  readonly dataFolder: string;
  /** Through the socket, as an account without a password. */
  connect(user?: string): Promise<Connection>;
  /** As the tool sees it. */
  open(user?: string): Promise<MysqlServer>;
  start(parameters?: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
  /** Stops it and removes its folder. */
  destroy(): Promise<void>;
}

export async function makeServer(series: Series = '5.7'): Promise<TestServer> {
  const binary: ServerBinary = await findServer(series);
  const folder = mkdtempSync(join(tmpdir(), 'checks-'));
  const files = serverFiles(folder);
  const settings: ServerSettings = {
    folder,
    series,
    address: '127.0.0.1',
    port: await freePort(),
    serverId: 57,
    parameters: {},
    certificate: issueServerCertificate(folder, 'checks', ['localhost']),
    dumpFolder: folder,
    hostsFile: join(folder, 'hosts'),
  };
  writeFileSync(settings.hostsFile, '');
  await copyTemplate(binary, files.data, '0');
  const connections: Connection[] = [];
  const connect = async (user = 'root'): Promise<Connection> => {
    const connection = await createConnection({
      socketPath: files.socket,
      user,
      charset: 'utf8mb4_general_ci',
      dateStrings: true,
      supportBigNumbers: true,
    });
    connection.on('error', () => undefined);
    connections.push(connection);
    return connection;
  };
  const stop = async (): Promise<void> => {
    for (const connection of connections.splice(0)) connection.destroy();
    await stopServer(folder);
  };
  return {
    dataFolder: files.data,
    connect,
    open: (user) => {
      const ids: number[] = [];
      return openMysql2Server({
        side: 'blue',
        clock: systemClock,
        openIds: () => ids,
        dial: async () => {
          const connection = await connect(user);
          const [rows] = await connection.query('SELECT CONNECTION_ID() AS id, VERSION() AS version');
          const { id, version } = (rows as { id: number; version: string }[])[0] ?? { id: 0, version: '' };
          ids.push(id);
          return { connection, id, version, destroy: () => connection.destroy() };
        },
      });
    },
    start: (parameters = {}) => startServer(binary, { ...settings, parameters }),
    stop,
    destroy: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/**
 * Gives the last column of a table the type it had before 5.6.4, by its byte in the .frm file (5.7 source, `open_binary_frm`):
 * TIME2 to TIME, DATETIME2 to DATETIME.
 */
export function makeTemporalOld(frmFile: string): void {
  const frm = readFileSync(frmFile);
  const form = frm.readUInt32LE(64 + frm.readUInt16LE(4));
  const fields = frm.readUInt16LE(form + 258);
  const type = form + 288 + frm.readUInt16LE(form + 260) + 17 * (fields - 1) + 13;
  const old = { 0x12: 0x0c, 0x13: 0x0b, 0x11: 0x07 }[frm[type] ?? 0];
  if (old === undefined) throw new Error(`the last column of ${frmFile} has type ${frm[type]}, which is not temporal`);
  frm[type] = old;
  writeFileSync(frmFile, frm);
}

export function replaceInFile(file: string, pattern: RegExp, by: string): void {
  const before = readFileSync(file, 'latin1');
  const after = before.replace(pattern, by);
  if (after === before) throw new Error(`${file} has nothing like ${pattern.source}`);
  writeFileSync(file, after, 'latin1');
}

/** As on Aurora: the retention of the binary log is asked through it. */
export const RETENTION_PROCEDURE =
  "CREATE PROCEDURE mysql.rds_show_configuration() SQL SECURITY INVOKER SELECT 'binlog retention hours' AS name, NULL AS value, '' AS description";

const LONG_NAME = 'c'.repeat(70);

/** Run in schema `worn`, in this order; each line belongs to the check that it is named after. */
export const OFFENDERS: readonly (readonly [check: string, sql: string])[] = [
  ['', "SET SESSION sql_mode = 'NO_AUTO_CREATE_USER'"],
  ['', RETENTION_PROCEDURE],
  ['', 'CREATE TABLE plain (id INT PRIMARY KEY, n INT, note VARCHAR(40)) ENGINE = InnoDB'],
  ['xaPrepared', 'CREATE TABLE xa_rows (id INT PRIMARY KEY) ENGINE = InnoDB'],
  ['ddlRunning', 'CREATE TABLE busy (id INT PRIMARY KEY) ENGINE = InnoDB'],
  ['blockedPrechecks', "CREATE USER 'rdsadmin'@'localhost'"],
  ['blockedPrechecks', "GRANT SELECT ON *.* TO 'rdsadmin'@'localhost'"],
  ['enabledEvents', 'CREATE EVENT housekeeping ON SCHEDULE EVERY 1 DAY DO SELECT 1'],
  ['authMethodUsage', "CREATE USER 'app'@'10.0.%' IDENTIFIED WITH mysql_native_password BY 'secret'"],
  ['deprecatedRouterAuthMethod', "CREATE USER 'mysql_router1_x'@'%' IDENTIFIED WITH mysql_native_password BY 'secret'"],
  ['reservedAccountNames', "CREATE USER 'rdsadmin'@'10.9.%' IDENTIFIED WITH sha256_password BY 'secret'"],
  ['ddlRunning', 'CREATE TABLE mysql.ddl_log_table (id INT PRIMARY KEY) ENGINE = InnoDB'],
  ['ddlRunning', 'INSERT INTO mysql.ddl_log_table VALUES (1)'],
  ['internalUsers', "CREATE USER 'mysql.infoschema'@'localhost' IDENTIFIED WITH sha256_password BY 'secret'"],
  ['accountsPassingReadOnly', "CREATE USER 'dba'@'%' IDENTIFIED WITH sha256_password BY 'secret'"],
  ['accountsPassingReadOnly', "GRANT SUPER ON *.* TO 'dba'@'%'"],
  ['tablesWithoutPrimaryKey', 'CREATE TABLE no_key (a INT NOT NULL, b INT, UNIQUE KEY (a, b)) ENGINE = InnoDB'],
  ['nonTransactionalTables', 'CREATE TABLE counters (id INT PRIMARY KEY) ENGINE = MyISAM'],
  ['oldTemporal', 'CREATE TABLE old_dates (id INT PRIMARY KEY, at DATETIME) ENGINE = InnoDB'],
  ['schemaInconsistency', 'CREATE TABLE `lost-café$` (id INT PRIMARY KEY) ENGINE = InnoDB'],
  ['schemaInconsistency', 'CREATE TABLE `kept-日本é$` (id INT PRIMARY KEY) ENGINE = InnoDB'],
  ['engineMixup', 'CREATE TABLE mixed_up (id INT PRIMARY KEY) ENGINE = InnoDB'],
  ['orphanedObjects', 'CREATE PROCEDURE orphan() SELECT 1'],
  ['orphanedObjects', "UPDATE mysql.proc SET db = 'ghost' WHERE name = 'orphan'"],
  ['eventNullDefiner', 'CREATE EVENT nobodys ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1'],
  ['eventNullDefiner', "UPDATE mysql.event SET definer = '' WHERE name = 'nobodys'"],
  ['triggerNullDefiner', 'CREATE TRIGGER nobodys BEFORE DELETE ON counters FOR EACH ROW SET @x = 1'],
  ['duplicateTriggers', 'CREATE TRIGGER twin BEFORE INSERT ON plain FOR EACH ROW SET NEW.n = 1'],
  ['duplicateTriggers', 'CREATE TRIGGER TWIN BEFORE UPDATE ON plain FOR EACH ROW SET NEW.n = 2'],
  ['reservedKeywords', 'CREATE TABLE rank (id INT PRIMARY KEY, System INT, admin INT) ENGINE = InnoDB'],
  ['reservedKeywords', 'CREATE EVENT window ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1'],
  ['dollarSignName', 'CREATE TABLE $price (id INT PRIMARY KEY, `$both$` INT) ENGINE = InnoDB'],
  ['dollarSignName', 'CREATE PROCEDURE cheap() SELECT id FROM $price'],
  [
    'enumSetElementLength',
    `CREATE TABLE wide (id INT PRIMARY KEY, e ENUM('it''s', '${'ü'.repeat(256)}'), s SET('${'a'.repeat(200)}', '${'b'.repeat(200)}')) ENGINE = InnoDB CHARSET = utf8mb4`,
  ],
  ['zeroDates', "CREATE TABLE dates (id INT PRIMARY KEY, d DATE NOT NULL DEFAULT '0000-00-00') ENGINE = InnoDB"],
  ['utf8mb3', 'CREATE TABLE words (id INT PRIMARY KEY, w VARCHAR(9) CHARACTER SET utf8) ENGINE = InnoDB'],
  ['columnDefinition', 'CREATE TABLE doubles (id DOUBLE(10,2) UNSIGNED AUTO_INCREMENT PRIMARY KEY) ENGINE = InnoDB'],
  [
    'foreignKeyLength',
    `CREATE TABLE ${'f'.repeat(56)} (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES plain (id)) ENGINE = InnoDB`,
  ],
  ['foreignKeyLength', `RENAME TABLE ${'f'.repeat(56)} TO ${'f'.repeat(64)}`],
  [
    'foreignKeyLength',
    `CREATE TABLE legal_key (id INT PRIMARY KEY, p INT, CONSTRAINT ${'日'.repeat(64)} FOREIGN KEY (p) REFERENCES plain (id)) ENGINE = InnoDB`,
  ],
  [
    'geometryPrefixIndex',
    'CREATE TABLE places (id INT PRIMARY KEY, p POINT NOT NULL, SPATIAL KEY (p), KEY front (p(9))) ENGINE = InnoDB',
  ],
  ['mysqlSchema', 'CREATE TABLE mysql.Catalogs (id INT PRIMARY KEY) ENGINE = InnoDB'],
  [
    'nonNativePartitioning',
    'CREATE TABLE parts_myisam (id INT PRIMARY KEY) ENGINE = MyISAM PARTITION BY HASH (id) PARTITIONS 2',
  ],
  ['partitionedTablesInSharedTablespaces', "CREATE TABLESPACE shared ADD DATAFILE 'shared.ibd' ENGINE = InnoDB"],
  [
    'partitionedTablesInSharedTablespaces',
    'CREATE TABLE parts_shared (id INT PRIMARY KEY) ENGINE = InnoDB PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (9) TABLESPACE = shared)',
  ],
  [
    'partitionsWithPrefixKeys',
    'CREATE TABLE parts_prefix (a VARCHAR(99), KEY (a(9))) ENGINE = InnoDB PARTITION BY KEY (a)',
  ],
  [
    'partitionsWithPrefixKeys',
    'CREATE TABLE parts_primary (a VARCHAR(99), b INT, PRIMARY KEY (a(9), b)) ENGINE = InnoDB PARTITION BY KEY ()',
  ],
  ['viewColumnNameLength', `CREATE VIEW long_column (\`${LONG_NAME}\`) AS SELECT 1`],
  ['removedFunctions', "CREATE VIEW secrets AS SELECT '😀' AS smile, encode(note, 'k') AS e FROM plain"],
  [
    'removedFunctions',
    "CREATE TRIGGER hashed BEFORE INSERT ON words FOR EACH ROW BEGIN /* 😀 */ SET NEW.w = PASSWORD('x'); END",
  ],
  ['removedFunctions', 'CREATE EVENT measured ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT glength(NULL)'],
  ['removedFunctions', "CREATE TABLE calculated (id INT PRIMARY KEY, e BLOB AS (des_encrypt('x'))) ENGINE = InnoDB"],
  [
    'removedFunctions',
    "CREATE PROCEDURE innocent() SELECT 'encode(', `encode` FROM (SELECT 1 AS `encode`) q -- decode(x)\n WHERE st_x(NULL)",
  ],
  ['groupbyAscSyntax', 'CREATE VIEW sorted AS SELECT n FROM plain GROUP BY n DESC'],
  ['queryCacheSyntax', 'CREATE PROCEDURE cached() SELECT SQL_CACHE n FROM plain'],
  ['emptyDotTableSyntax', 'CREATE PROCEDURE dotted() SELECT n FROM .plain'],
  ['routineSyntax', 'CREATE PROCEDURE ranked(IN groups INT) SELECT groups, plain.rank FROM plain'],
  [
    'routineSyntax',
    'CREATE FUNCTION lateral_f() RETURNS INT BEGIN DECLARE lateral INT; SET lateral = 1; RETURN lateral; END',
  ],
  [
    'routineSyntax',
    "CREATE PROCEDURE quoted() SELECT `rank`, q.rank, 'over' AS `of` FROM (SELECT 1 AS `rank`) q /* rank */",
  ],
  ['routineSyntax', 'CREATE TRIGGER asking BEFORE UPDATE ON words FOR EACH ROW SET @a = @@tx_isolation'],
  [
    'routineSyntax',
    'CREATE EVENT analysing ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT n FROM plain PROCEDURE ANALYSE()',
  ],
  ['routineSyntax', 'CREATE PROCEDURE watching() SHOW SLAVE STATUS'],
  ['specialCharactersInRoutines', 'CREATE PROCEDURE pasted() SELECT 1'],
  [
    'specialCharactersInRoutines',
    "UPDATE mysql.proc SET body = CONCAT('SELECT', UNHEX('A0'), '1') WHERE name = 'pasted'",
  ],
  ['specialCharactersInRoutines', 'CREATE PROCEDURE accented() SELECT 1'],
  [
    'specialCharactersInRoutines',
    "UPDATE mysql.proc SET body = CONCAT('SELECT ''', UNHEX('E9'), ''''), character_set_client = 'latin1' WHERE name = 'accented'",
  ],
  [
    'changedFunctionsInGeneratedColumns',
    'CREATE TABLE casts (id INT PRIMARY KEY, a VARCHAR(9), c INT AS (CAST(a AS SIGNED)), d INT AS (CAST(a AS SIGNED)), KEY (c)) ENGINE = InnoDB',
  ],
  ['indexTooLarge', 'SET GLOBAL innodb_default_row_format = COMPACT'],
  ['indexTooLarge', 'CREATE TABLE large_index (id INT PRIMARY KEY, s VARCHAR(767), KEY (s)) ENGINE = InnoDB'],
  ['indexTooLarge', 'ALTER TABLE large_index MODIFY s VARCHAR(1000)'],
  ['indexTooLarge', 'CREATE TABLE small_index (id INT PRIMARY KEY, s VARCHAR(1000), KEY (s(767))) ENGINE = InnoDB'],
  ['indexTooLarge', 'SET GLOBAL innodb_default_row_format = DYNAMIC'],
  ['invalidEngineForeignKey', 'SET foreign_key_checks = 0'],
  ['invalidEngineForeignKey', 'CREATE TABLE old_parent (id INT PRIMARY KEY) ENGINE = InnoDB'],
  [
    'invalidEngineForeignKey',
    'CREATE TABLE of_myisam (id INT PRIMARY KEY, p INT, CONSTRAINT to_myisam FOREIGN KEY (p) REFERENCES old_parent (id)) ENGINE = InnoDB',
  ],
  ['invalidEngineForeignKey', 'DROP TABLE old_parent'],
  ['invalidEngineForeignKey', 'CREATE TABLE old_parent (id INT PRIMARY KEY) ENGINE = MyISAM'],
  [
    'invalidEngineForeignKey',
    'CREATE TABLE of_nobody (id INT PRIMARY KEY, p INT, CONSTRAINT to_nobody FOREIGN KEY (p) REFERENCES nobody (id)) ENGINE = InnoDB',
  ],
  ['invalidEngineForeignKey', 'SET foreign_key_checks = 1'],
  [
    'foreignKeyReferences',
    'CREATE TABLE parents (id INT PRIMARY KEY, a INT, b INT, KEY (a), UNIQUE KEY ba (b, a)) ENGINE = InnoDB',
  ],
  [
    'foreignKeyReferences',
    'CREATE TABLE to_plain_key (id INT PRIMARY KEY, a INT, CONSTRAINT plain_key FOREIGN KEY (a) REFERENCES parents (a)) ENGINE = InnoDB',
  ],
  [
    'foreignKeyReferences',
    'CREATE TABLE to_part (id INT PRIMARY KEY, b INT, CONSTRAINT part_of_key FOREIGN KEY (b) REFERENCES parents (b)) ENGINE = InnoDB',
  ],
  [
    'foreignKeyReferences',
    'CREATE TABLE to_unique (id INT PRIMARY KEY, a INT, b INT, CONSTRAINT whole_key FOREIGN KEY (b, a) REFERENCES parents (b, a)) ENGINE = InnoDB',
  ],
  [
    'deprecatedTemporalDelimiter',
    "CREATE TABLE parts_dates (d DATE NOT NULL PRIMARY KEY) ENGINE = InnoDB PARTITION BY RANGE COLUMNS (d) (PARTITION plain VALUES LESS THAN ('2020-01-01'), PARTITION slashes VALUES LESS THAN ('2021/01/01'), PARTITION digits VALUES LESS THAN ('20220101'))",
  ],
  [
    'deprecatedTemporalDelimiter',
    "CREATE TABLE parts_times (n INT, t DATETIME, PRIMARY KEY (n, t)) ENGINE = InnoDB PARTITION BY LIST COLUMNS (n, t) (PARTITION good VALUES IN ((1, '2020-01-01 10:00:00')), PARTITION blanks VALUES IN ((1, '2020-01-02  10:00:00')))",
  ],
  [
    'deprecatedTemporalDelimiter',
    "CREATE TABLE parts_text (s VARCHAR(20) PRIMARY KEY) ENGINE = InnoDB PARTITION BY LIST COLUMNS (s) (PARTITION p VALUES IN ('2020/01/01'))",
  ],
  ['ftsInTablename', 'CREATE TABLE GIFTS (id INT PRIMARY KEY) ENGINE = InnoDB'],
  ['ftsSpaceIdZero', 'SET GLOBAL innodb_file_per_table = 0'],
  ['ftsSpaceIdZero', 'CREATE TABLE searched (id INT PRIMARY KEY, body TEXT, FULLTEXT KEY (body)) ENGINE = InnoDB'],
  ['ftsSpaceIdZero', 'SET GLOBAL innodb_file_per_table = 1'],
  [
    'danglingFulltextIndex',
    'CREATE TABLE `no-longer` (id INT PRIMARY KEY, body TEXT, FULLTEXT KEY words (body)) ENGINE = InnoDB',
  ],
  ['danglingFulltextIndex', 'ALTER TABLE `no-longer` DROP KEY words'],
  [
    'danglingFulltextIndex',
    'CREATE TABLE own_ids (FTS_DOC_ID BIGINT UNSIGNED NOT NULL PRIMARY KEY, body TEXT) ENGINE = InnoDB',
  ],
  ['sysSchemaObjectMismatch', 'DROP VIEW sys.waits_global_by_latency'],
  ['sysSchemaObjectMismatch', 'CREATE TABLE sys.waits_global_by_latency (id INT PRIMARY KEY) ENGINE = InnoDB'],
  ['sysSchemaObjectMismatch', 'CREATE TABLE sys.notes_of_my_own (id INT PRIMARY KEY) ENGINE = InnoDB'],
  ['invalidUtf8mb3Metadata', 'SET character_set_client = utf8, character_set_connection = utf8'],
  [
    'invalidUtf8mb3Metadata',
    "CREATE TABLE remarks (id INT PRIMARY KEY COMMENT 'a 😀', n INT COMMENT 'größer', KEY k (n) COMMENT 'b 😀') ENGINE = InnoDB COMMENT = 'c 😀'",
  ],
  ['invalidUtf8mb3Metadata', 'SET NAMES utf8mb4'],
  [
    'mismatchedMetadata',
    'CREATE TABLE two_minds (id INT PRIMARY KEY, other INT, late INT AS (id + 1) VIRTUAL) ENGINE = InnoDB PARTITION BY HASH (id) PARTITIONS 2',
  ],
  [
    'duplicatedEnumValues',
    "CREATE TABLE twice (id INT PRIMARY KEY, e ENUM('a', 'b', 'A') CHARACTER SET latin1, f ENUM('a', 'A') COLLATE latin1_bin) ENGINE = InnoDB",
  ],
  ['', "SET SESSION sql_mode = 'MAXDB'"],
  ['maxdbSqlModeFlags', 'CREATE PROCEDURE maxed() SELECT 1'],
];
