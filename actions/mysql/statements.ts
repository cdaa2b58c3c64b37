/**
 * Every change that the tool makes on a MySQL server. Procedures by version: Aurora User Guide,
 * mysql-stored-proc-replicating, -configuring, -ending; v2 says master where v3 and later say source.
 */
import type { Statement, Value } from '../ports/mysql-server';
import type { BinlogPosition } from './position';
import type { Dialect } from './version';

/** Schema that belongs to the tool on both clusters; replicated like any other. */
export const TOOL_SCHEMA = 'aurora_cutover';

export interface Account {
  readonly user: string;
  readonly host: string;
}

export interface ChannelSource {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly position: BinlogPosition;
}

/**
 * Points the replica at a source. The ssl argument stays 0: it needs key material imported beforehand, and certificates are
 * not verified either way; `useTlsOnChannel` is the way of v3.06 and later.
 */
export function setExternalSource(dialect: Dialect, source: ChannelSource): Statement {
  const { host, port, user, password, position } = source;
  return {
    name: 'set-external-source',
    sql: `CALL mysql.rds_set_external_${dialect}(?, ?, ?, ?, ?, ?, 0)`,
    values: [host, port, user, password, position.file, position.position],
    secrets: [3],
    args: { host, port, user, file: position.file, position: position.position },
  };
}

export function resetExternalSource(dialect: Dialect): Statement {
  return plain('reset-external-source', `CALL mysql.rds_reset_external_${dialect}`);
}

/** TLS on the channel without imported key material; v3.06 and later. */
export function useTlsOnChannel(): Statement {
  return plain('use-tls-on-channel', 'CALL mysql.rds_set_binlog_source_ssl(1)');
}

export function startReplication(): Statement {
  return plain('start-replication', 'CALL mysql.rds_start_replication');
}

export function stopReplication(): Statement {
  return plain('stop-replication', 'CALL mysql.rds_stop_replication');
}

/** Null lets the server purge as soon as it likes, which is Aurora's default. */
export function setBinlogRetention(hours: number | null): Statement {
  return bound('set-binlog-retention', "CALL mysql.rds_set_configuration('binlog retention hours', ?)", { hours });
}

/** Aurora MySQL 3.06 and later; not kept over a reboot. */
export function setReadOnly(on: boolean): Statement {
  return bound('set-read-only', 'CALL mysql.rds_set_read_only(?)', { on: on ? 1 : 0 });
}

export function killSession(id: number): Statement {
  return bound('kill-session', 'CALL mysql.rds_kill(?)', { id });
}

export function createAccount(account: Account, plugin: string, password: string, requireTls: boolean): Statement {
  return {
    name: 'create-account',
    sql: `CREATE USER IF NOT EXISTS ?@? IDENTIFIED WITH '${plugin}' BY ? REQUIRE ${requireTls ? 'SSL' : 'NONE'}`,
    values: [account.user, account.host, password],
    secrets: [2],
    args: { user: account.user, host: account.host },
  };
}

export function setAccountPassword(account: Account, plugin: string, password: string, requireTls: boolean): Statement {
  return {
    name: 'set-account-password',
    sql: `ALTER USER ?@? IDENTIFIED WITH '${plugin}' BY ? REQUIRE ${requireTls ? 'SSL' : 'NONE'}`,
    values: [account.user, account.host, password],
    secrets: [2],
    args: { user: account.user, host: account.host },
  };
}

export function grantReplication(account: Account): Statement {
  return {
    name: 'grant-replication',
    sql: 'GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO ?@?',
    values: [account.user, account.host],
    secrets: [],
    args: { user: account.user, host: account.host },
  };
}

/** The right to write one row of the tool's own schema and nothing else: what the probe of the fence needs. */
export function grantProbe(account: Account): Statement {
  return {
    name: 'grant-probe',
    sql: `GRANT INSERT ON ${TOOL_SCHEMA}.probe TO ?@?`,
    values: [account.user, account.host],
    secrets: [],
    args: { user: account.user, host: account.host },
  };
}

export function dropAccount(account: Account): Statement {
  return {
    name: 'drop-account',
    sql: 'DROP USER IF EXISTS ?@?',
    values: [account.user, account.host],
    secrets: [],
    args: { user: account.user, host: account.host },
  };
}

/**
 * Collation named on purpose: without it green would choose utf8mb4_0900_ai_ci, which a 5.7 replica does not know (1273).
 * The statements are idempotent, so a crash between them needs no bookkeeping.
 */
export function createToolSchema(): readonly Statement[] {
  return [
    plain(
      'create-tool-schema',
      `CREATE DATABASE IF NOT EXISTS ${TOOL_SCHEMA} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`,
    ),
    plain(
      'create-marker-table',
      `CREATE TABLE IF NOT EXISTS ${TOOL_SCHEMA}.marker (id VARCHAR(64) NOT NULL, lineage VARCHAR(64) NOT NULL, ` +
        'direction VARCHAR(16) NOT NULL, final_position VARCHAR(120) NOT NULL, reverse_position VARCHAR(120) NOT NULL, ' +
        'written_at DATETIME(6) NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB',
    ),
    plain(
      'create-probe-table',
      `CREATE TABLE IF NOT EXISTS ${TOOL_SCHEMA}.probe (id BIGINT NOT NULL AUTO_INCREMENT, PRIMARY KEY (id)) ENGINE=InnoDB`,
    ),
  ];
}

export function dropToolSchema(): Statement {
  return plain('drop-tool-schema', `DROP DATABASE IF EXISTS ${TOOL_SCHEMA}`);
}

export interface Marker {
  readonly id: string;
  readonly lineage: string;
  readonly direction: string;
  readonly finalPosition: string;
  readonly reversePosition: string;
}

/** The commit as recorded on the side that was opened: a second machine reads it, and its arrival proves the way back. */
export function writeMarker(marker: Marker): Statement {
  const { id, lineage, direction, finalPosition, reversePosition } = marker;
  return {
    name: 'write-marker',
    sql:
      `INSERT INTO ${TOOL_SCHEMA}.marker (id, lineage, direction, final_position, reverse_position, written_at) ` +
      'VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE written_at = written_at',
    values: [id, lineage, direction, finalPosition, reversePosition],
    secrets: [],
    args: { id, lineage, direction },
  };
}

/** Must be refused by a fenced server with 1290 when sent by an ordinary account. */
export function probeWrite(): Statement {
  return plain('probe-write', `INSERT INTO ${TOOL_SCHEMA}.probe () VALUES ()`);
}

export function plain(name: string, sql: string): Statement {
  return { name, sql, values: [], secrets: [], args: {} };
}

export function bound(name: string, sql: string, args: Readonly<Record<string, Value>>): Statement {
  return { name, sql, values: Object.values(args), secrets: [], args };
}
