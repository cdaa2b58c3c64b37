/** What is asked for the way back only: of its source, before and while it is one, and of its replica. */
import type { Query } from '../ports/mysql-server';
import type { CollationUse } from './reverse-compatibility';
import { dialectOf } from './version';
import type { ChannelErrors } from './way-back-health';

const SYSTEM = "('mysql', 'sys', 'information_schema', 'performance_schema')";
/** From 255 on: the collations of UCA 9.0.0, which came with 8.0 and which 5.7 does not know. */
const NEW_COLLATIONS = '(SELECT COLLATION_NAME FROM information_schema.COLLATIONS WHERE ID >= 255)';

/** A part of the union: objects of one kind outside of the system schemas. */
function part(kind: CollationUse['kind'], table: string, schema: string, name: string, condition: string): string {
  return (
    `SELECT '${kind}' AS kind_of, COUNT(*) AS how_many, MIN(${name}) AS one_of FROM information_schema.${table} ` +
    `WHERE ${schema} NOT IN ${SYSTEM} AND ${condition}`
  );
}

/** Kinds of which there is at least one. For servers from 8.0 on, whose dictionary answers at once. */
export function newCollationUses(): Query<readonly CollationUse[]> {
  const isNew = (column: string): string => `${column} IN ${NEW_COLLATIONS}`;
  const named = (schema: string, name: string): string => `CONCAT(${schema}, '.', ${name})`;
  const column = "CONCAT(TABLE_SCHEMA, '.', TABLE_NAME, '.', COLUMN_NAME)";
  return {
    name: 'new-collation-uses',
    sql: [
      part(
        'routine',
        'ROUTINES',
        'ROUTINE_SCHEMA',
        named('ROUTINE_SCHEMA', 'ROUTINE_NAME'),
        isNew('COLLATION_CONNECTION'),
      ),
      part('event', 'EVENTS', 'EVENT_SCHEMA', named('EVENT_SCHEMA', 'EVENT_NAME'), isNew('COLLATION_CONNECTION')),
      part('database', 'SCHEMATA', 'SCHEMA_NAME', 'SCHEMA_NAME', isNew('DEFAULT_COLLATION_NAME')),
      part('table', 'TABLES', 'TABLE_SCHEMA', named('TABLE_SCHEMA', 'TABLE_NAME'), isNew('TABLE_COLLATION')),
      part('column', 'COLUMNS', 'TABLE_SCHEMA', column, isNew('COLLATION_NAME')),
      part('vector column', 'COLUMNS', 'TABLE_SCHEMA', column, "DATA_TYPE = 'vector'"),
    ].join(' UNION ALL '),
    values: [],
    args: {},
    parse: (rows) =>
      rows
        .filter((row) => Number(row['how_many']) > 0)
        .map((row) => ({
          kind: String(row['kind_of']) as CollationUse['kind'],
          count: Number(row['how_many']),
          example: String(row['one_of']),
        })),
  };
}

/** What `SET NAMES utf8mb4` gives the asking session, after init_connect. For servers from 8.0 on. */
export function sessionDefaultForUtf8mb4(): Query<string> {
  return {
    name: 'session-default-for-utf8mb4',
    sql: 'SELECT @@session.default_collation_for_utf8mb4 AS collation_of',
    values: [],
    args: {},
    parse: (rows) => String(rows[0]?.['collation_of'] ?? ''),
  };
}

/** Error numbers of both threads, which the text of an error does not always hold; 0 for none. */
export function channelErrors(serverVersion: string): Query<ChannelErrors> {
  return {
    name: 'channel-errors',
    sql: dialectOf(serverVersion) === 'source' ? 'SHOW REPLICA STATUS' : 'SHOW SLAVE STATUS',
    values: [],
    args: {},
    parse: (rows) => ({
      receiverErrno: Number(rows[0]?.['Last_IO_Errno'] ?? 0),
      applierErrno: Number(rows[0]?.['Last_SQL_Errno'] ?? 0),
      receiverFailedAt: instantOf(String(rows[0]?.['Last_IO_Error_Timestamp'] ?? '')),
    }),
  };
}

/** `261120 15:55:45`, in the time zone of the server. */
function instantOf(text: string): string | undefined {
  const match = /^(\d\d)(\d\d)(\d\d) +(\d{1,2}):(\d\d):(\d\d)$/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 1, ...rest] = match.slice(1).map(Number);
  const [day = 1, hour = 0, minute = 0, second = 0] = rest;
  return new Date(Date.UTC(2000 + year, month - 1, day, hour, minute, second)).toISOString();
}

export interface CollationSessions {
  readonly user: string;
  readonly collation: string;
  readonly count: number;
}

/**
 * Open sessions under a collation that 5.7 does not know; empty when the performance schema is off. For 8.0 and later. The
 * platform's own account is left out: what it does is not logged.
 */
export function sessionsUnderNewCollations(): Query<readonly CollationSessions[]> {
  return {
    name: 'sessions-under-new-collations',
    sql:
      'SELECT t.PROCESSLIST_USER AS session_user_name, v.VARIABLE_VALUE AS collation_of, COUNT(*) AS how_many ' +
      'FROM performance_schema.variables_by_thread v JOIN performance_schema.threads t USING (THREAD_ID) ' +
      "WHERE v.VARIABLE_NAME = 'collation_connection' AND v.VARIABLE_VALUE LIKE '%0900%' AND t.PROCESSLIST_USER NOT IN ('rdsadmin', 'system user', 'event_scheduler') " +
      'GROUP BY t.PROCESSLIST_USER, v.VARIABLE_VALUE ORDER BY how_many DESC LIMIT 5',
    values: [],
    args: {},
    parse: (rows) =>
      rows.map((row) => ({
        user: String(row['session_user_name']),
        collation: String(row['collation_of']),
        count: Number(row['how_many']),
      })),
  };
}

/** Rows inserted, updated and deleted since the server started, by clients and by the applier. */
export function rowsChanged(): Query<number> {
  return {
    name: 'rows-changed',
    sql: "SHOW GLOBAL STATUS WHERE Variable_name IN ('Innodb_rows_inserted', 'Innodb_rows_updated', 'Innodb_rows_deleted')",
    values: [],
    args: {},
    parse: (rows) => rows.reduce((sum, row) => sum + Number(row['Value'] ?? 0), 0),
  };
}
