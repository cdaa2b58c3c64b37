/** Every question that the tool asks a MySQL server. Columns are aliased: 8.0 answers upper-case labels, 5.7 as written. */
import type { Query, Row, Value } from '../ports/mysql-server';
import type { BinlogPosition } from './position';
import { parseReplicaStatus, type ReplicaStatus } from './replica-status';
import { TOOL_SCHEMA, type Account } from './statements';
import { dialectOf, hasBinaryLogStatus } from './version';

/** Values as SHOW GLOBAL VARIABLES prints them: `ON`, `ROW`, `1`. Unknown names are absent. */
export function globalVariables(names: readonly string[]): Query<ReadonlyMap<string, string>> {
  return {
    name: 'global-variables',
    sql: `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names.map(() => '?').join(', ')})`,
    values: names,
    args: { names: names.join(',') },
    parse: (rows) => new Map(rows.map((row) => [text(row['Variable_name']), text(row['Value'])])),
  };
}

export interface ServerIdentity {
  readonly serverUuid: string;
  readonly isReadOnly: boolean;
  /** A reader of an Aurora cluster; every write must go to the writer. */
  readonly isReader: boolean;
}

export function serverIdentity(): Query<ServerIdentity> {
  return query(
    'server-identity',
    'SELECT @@global.server_uuid AS uuid, @@global.read_only AS ro, @@global.innodb_read_only AS reader',
    (rows) => ({
      serverUuid: text(rows[0]?.['uuid']),
      isReadOnly: Number(rows[0]?.['ro']) === 1,
      isReader: Number(rows[0]?.['reader']) === 1,
    }),
  );
}

/** Where the server's own binary log ends. Undefined when binary logging is off. */
export function binlogPosition(serverVersion: string): Query<BinlogPosition | undefined> {
  return query(
    'binlog-position',
    hasBinaryLogStatus(serverVersion) ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS',
    (rows) => {
      const row = rows[0];
      return row ? { file: text(row['File']), position: Number(row['Position']) } : undefined;
    },
  );
}

export interface BinaryLog {
  readonly file: string;
  readonly bytes: number;
}

/** Oldest first, the one being written last. */
export function binaryLogs(): Query<readonly BinaryLog[]> {
  return query('binary-logs', 'SHOW BINARY LOGS', (rows) =>
    rows.map((row) => ({ file: text(row['Log_name']), bytes: Number(row['File_size']) })),
  );
}

export function replicaStatus(serverVersion: string): Query<ReplicaStatus | undefined> {
  return query(
    'replica-status',
    dialectOf(serverVersion) === 'source' ? 'SHOW REPLICA STATUS' : 'SHOW SLAVE STATUS',
    parseReplicaStatus,
  );
}

export type WaitOutcome = 'reached' | 'timed-out' | 'not-applying';

/**
 * Waits on the server until the applier has passed `position`. The functions answer the number of events waited for, -1 for
 * a timeout, NULL when the applier does not run (MySQL manual, SOURCE_POS_WAIT). With a parallel applier the position moves
 * at checkpoints only, hence the short replica_checkpoint_period on green.
 */
export function waitForPosition(
  serverVersion: string,
  position: BinlogPosition,
  timeoutSeconds: number,
): Query<WaitOutcome> {
  const { file, position: offset } = position;
  return {
    name: 'wait-for-position',
    sql: `SELECT ${dialectOf(serverVersion).toUpperCase()}_POS_WAIT(?, ?, ?) AS waited`,
    values: [file, offset, timeoutSeconds],
    args: { file, position: offset, timeoutSeconds },
    parse: (rows) => {
      const waited = rows[0]?.['waited'];
      if (waited === null || waited === undefined) return 'not-applying';
      return Number(waited) < 0 ? 'timed-out' : 'reached';
    },
  };
}

/** Hours; null when not set. */
export function binlogRetention(): Query<number | null> {
  return query('binlog-retention', 'CALL mysql.rds_show_configuration', (rows) => {
    const row = rows.find((candidate) => candidate['name'] === 'binlog retention hours');
    return row?.['value'] === null || row?.['value'] === undefined ? null : Number(row['value']);
  });
}

export interface AccountFacts extends Account {
  readonly plugin: string;
  readonly requiresTls: boolean;
  readonly isReplicationSource: boolean;
  readonly isReplicationClient: boolean;
}

/** Every account of this user name, whatever the host. */
export function accountsNamed(user: string): Query<readonly AccountFacts[]> {
  return {
    name: 'accounts-named',
    sql:
      'SELECT u.User AS account_user, u.Host AS account_host, u.plugin AS account_plugin, u.ssl_type AS account_tls, ' +
      'u.Repl_slave_priv AS repl_slave, u.Repl_client_priv AS repl_client FROM mysql.user u WHERE u.User = ?',
    values: [user],
    args: { user },
    parse: (rows) =>
      rows.map((row) => ({
        user: text(row['account_user']),
        host: text(row['account_host']),
        plugin: text(row['account_plugin']),
        requiresTls: text(row['account_tls']) !== '',
        isReplicationSource: text(row['repl_slave']) === 'Y',
        isReplicationClient: text(row['repl_client']) === 'Y',
      })),
  };
}

export interface SessionFacts {
  readonly id: number;
  readonly user: string;
  readonly host: string;
  readonly command: string;
  readonly seconds: number;
  readonly state: string;
}

/** All sessions; needs PROCESS, without which the server silently shows only the caller's own. */
export function sessions(): Query<readonly SessionFacts[]> {
  return query(
    'sessions',
    'SELECT ID AS id, USER AS session_user_name, HOST AS session_host, COMMAND AS command, TIME AS seconds, STATE AS state ' +
      'FROM information_schema.processlist',
    (rows) =>
      rows.map((row) => ({
        id: Number(row['id']),
        user: text(row['session_user_name']),
        host: text(row['session_host']),
        command: text(row['command']),
        seconds: Number(row['seconds']),
        state: text(row['state']),
      })),
  );
}

/** Other sessions that are setting read_only right now: one that timed out for its caller may still be waiting for a lock. */
export function pendingReadOnlyChanges(): Query<number> {
  return query(
    'pending-read-only-changes',
    "SELECT COUNT(*) AS pending FROM information_schema.processlist WHERE INFO LIKE '%read_only%' AND COMMAND = 'Query' " +
      'AND ID <> CONNECTION_ID()',
    (rows) => Number(rows[0]?.['pending'] ?? 0),
  );
}

export interface OpenTransaction {
  readonly sessionId: number;
  readonly ageSeconds: number;
  readonly rowsModified: number;
}

/** Oldest first. Session id 0: a prepared XA transaction whose session has gone. */
export function openTransactions(): Query<readonly OpenTransaction[]> {
  return query(
    'open-transactions',
    'SELECT trx_mysql_thread_id AS session_id, TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS age_seconds, ' +
      'trx_rows_modified AS rows_modified FROM information_schema.innodb_trx ORDER BY trx_started',
    (rows) =>
      rows.map((row) => ({
        sessionId: Number(row['session_id']),
        ageSeconds: Number(row['age_seconds']),
        rowsModified: Number(row['rows_modified']),
      })),
  );
}

/**
 * Accounts that read_only does not bind: SUPER everywhere, CONNECTION_ADMIN from 8.0 on, directly or through one level of
 * roles (MySQL manual, read_only).
 */
export function accountsPassingReadOnly(serverVersion: string): Query<readonly Account[]> {
  const direct = "SELECT User AS account_user, Host AS account_host FROM mysql.user WHERE Super_priv = 'Y'";
  const sql =
    dialectOf(serverVersion) === 'master'
      ? direct
      : `${direct} UNION SELECT USER, HOST FROM mysql.global_grants WHERE PRIV = 'CONNECTION_ADMIN' ` +
        'UNION SELECT e.TO_USER, e.TO_HOST FROM mysql.role_edges e JOIN mysql.global_grants g ' +
        "ON g.USER = e.FROM_USER AND g.HOST = e.FROM_HOST WHERE g.PRIV = 'CONNECTION_ADMIN'";
  return query('accounts-passing-read-only', sql, (rows) =>
    rows.map((row) => ({
      user: text(row['account_user'] ?? row['ACCOUNT_USER']),
      host: text(row['account_host'] ?? row['ACCOUNT_HOST']),
    })),
  );
}

export function lockedAccounts(): Query<readonly Account[]> {
  return query(
    'locked-accounts',
    "SELECT User AS account_user, Host AS account_host FROM mysql.user WHERE account_locked = 'Y'",
    (rows) => rows.map((row) => ({ user: text(row['account_user']), host: text(row['account_host']) })),
  );
}

/** Takes a named lock for this session without waiting. */
export function takeAdvisoryLock(name: string): Query<boolean> {
  return {
    name: 'take-advisory-lock',
    sql: 'SELECT GET_LOCK(?, 0) AS taken',
    values: [name],
    args: { name },
    parse: (rows) => Number(rows[0]?.['taken']) === 1,
  };
}

/** Whether the asking session holds the lock; false also when it lost it with its connection. */
export function holdsAdvisoryLock(name: string): Query<boolean> {
  return {
    name: 'holds-advisory-lock',
    sql: 'SELECT IS_USED_LOCK(?) = CONNECTION_ID() AS held',
    values: [name],
    args: { name },
    parse: (rows) => Number(rows[0]?.['held']) === 1,
  };
}

export interface MarkerRow {
  readonly id: string;
  readonly lineage: string;
  readonly direction: string;
}

/** Markers of ended and running switches on this server, newest first; needs the tool's schema. */
export function markers(): Query<readonly MarkerRow[]> {
  return query(
    'markers',
    `SELECT id AS marker_id, lineage AS lineage, direction AS direction FROM ${TOOL_SCHEMA}.marker ORDER BY written_at DESC`,
    (rows) =>
      rows.map((row) => ({
        id: text(row['marker_id']),
        lineage: text(row['lineage']),
        direction: text(row['direction']),
      })),
  );
}

export function toolTables(): Query<readonly string[]> {
  return {
    name: 'tool-tables',
    sql: 'SELECT TABLE_NAME AS table_name_of FROM information_schema.tables WHERE TABLE_SCHEMA = ?',
    values: [TOOL_SCHEMA],
    args: {},
    parse: (rows) => rows.map((row) => text(row['table_name_of'])),
  };
}

/** Whether the account may insert the probe row; asked by grants so that nothing is written. */
export function tablePrivileges(account: Account): Query<readonly string[]> {
  return {
    name: 'table-privileges',
    sql: 'SELECT Table_priv AS privileges FROM mysql.tables_priv WHERE User = ? AND Host = ? AND Db = ? AND Table_name = ?',
    values: [account.user, account.host, TOOL_SCHEMA, 'probe'],
    args: { user: account.user, host: account.host },
    parse: (rows) => text(rows[0]?.['privileges']).split(',').filter(Boolean),
  };
}

function query<T>(name: string, sql: string, parse: (rows: readonly Row[]) => T): Query<T> {
  return { name, sql, values: [], args: {}, parse };
}

function text(value: Value | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
