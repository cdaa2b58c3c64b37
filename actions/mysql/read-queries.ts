/** What is asked of a server to learn which reads its application makes. Tried on 5.7.29 and 9.7.4. */
import type { Query, Row } from '../ports/mysql-server';
import { isServerAtLeast } from './version';

/** Of the digest table; the costliest. */
const MOST_DIGESTS = 5_000;
const MOST_SLOW = 20_000;
/** Of the last statements of all sessions. */
const MOST_LAST = 20_000;

/** Newer versions count executions of a prepared statement under a digest of its own (tried on 9.7.4; 5.7.29 counts none). */
const PREPARED = 'EXECUTE ';
const IS_READ = ['SELECT%', 'WITH%', 'TABLE%', 'VALUES%', '(%']
  .flatMap((like) => [`DIGEST_TEXT LIKE '${like}'`, `DIGEST_TEXT LIKE '${PREPARED}${like}'`])
  .join(' OR ');

/** Picoseconds, as all timers of performance_schema are. */
const PER_MS = 1e9;

export interface DigestFacts {
  readonly schema: string | undefined;
  readonly digestText: string;
  readonly count: number;
  readonly ms: number;
  /** With its values; undefined where the version keeps none (before 8.0). */
  readonly sample: string | undefined;
}

/** Costliest first. */
export function readDigests(serverVersion: string): Query<readonly DigestFacts[]> {
  const sample = isServerAtLeast(serverVersion, 8, 0, 3) ? 'QUERY_SAMPLE_TEXT' : 'NULL';
  return query(
    'read-digests',
    `SELECT SCHEMA_NAME AS s, DIGEST_TEXT AS d, COUNT_STAR AS n, SUM_TIMER_WAIT AS w, ${sample} AS q ` +
      `FROM performance_schema.events_statements_summary_by_digest WHERE ${IS_READ} ` +
      `ORDER BY SUM_TIMER_WAIT DESC LIMIT ${MOST_DIGESTS}`,
    (rows) =>
      rows.map((row) => ({
        schema: optional(row, 's'),
        digestText: withoutPrefix(text(row, 'd')),
        count: Number(row['n'] ?? 0),
        ms: Number(row['w'] ?? 0) / PER_MS,
        sample: optional(row, 'q'),
      })),
  );
}

export interface Uncounted {
  /** Of statements of any kind that came when the digest table was full. */
  readonly withoutDigest: number;
  /** Executions of prepared statements that no digest counts; their values nobody keeps. */
  readonly prepared: number;
}

export function uncountedStatements(): Query<Uncounted> {
  return query(
    'uncounted-statements',
    'SELECT (SELECT COALESCE(SUM(COUNT_STAR), 0) FROM performance_schema.events_statements_summary_by_digest WHERE DIGEST IS NULL) AS f, ' +
      "(SELECT COALESCE(SUM(COUNT_STAR), 0) FROM performance_schema.events_statements_summary_global_by_event_name WHERE EVENT_NAME = 'statement/com/Execute') AS p, " +
      `(SELECT COALESCE(SUM(COUNT_STAR), 0) FROM performance_schema.events_statements_summary_by_digest WHERE DIGEST_TEXT LIKE '${PREPARED}%') AS e`,
    ([row]) => ({
      withoutDigest: Number(row?.['f'] ?? 0),
      prepared: Math.max(0, Number(row?.['p'] ?? 0) - Number(row?.['e'] ?? 0)),
    }),
  );
}

export interface SeenText {
  readonly schema: string | undefined;
  readonly text: string;
}

/** What sessions have run last and run now, as far as the consumers of performance_schema keep it. */
export function statementHistory(): Query<readonly SeenText[]> {
  const from = (table: string): string =>
    `SELECT CURRENT_SCHEMA AS s, SQL_TEXT AS q FROM performance_schema.${table} ` +
    "WHERE SQL_TEXT IS NOT NULL AND EVENT_NAME = 'statement/sql/select'";
  const tables = ['events_statements_history', 'events_statements_history_long', 'events_statements_current'];
  return query('statement-history', `${tables.map(from).join(' UNION ALL ')} LIMIT ${MOST_LAST}`, seenTexts);
}

/** Whole texts of what other sessions run at this moment. */
export function runningStatements(): Query<readonly SeenText[]> {
  return query(
    'running-statements',
    "SELECT DB AS s, INFO AS q FROM information_schema.processlist WHERE COMMAND IN ('Query', 'Execute') AND INFO IS NOT NULL AND ID <> CONNECTION_ID()",
    seenTexts,
  );
}

/** Of the slow query log, where the server keeps it as a table. */
export function slowStatements(): Query<readonly SeenText[]> {
  return query(
    'slow-statements',
    `SELECT db AS s, CONVERT(sql_text USING utf8mb4) AS q FROM mysql.slow_log ORDER BY start_time DESC LIMIT ${MOST_SLOW}`,
    seenTexts,
  );
}

/** Names of the functions that somebody has stored, in lower case. */
export function storedFunctions(): Query<readonly string[]> {
  return query(
    'stored-functions',
    "SELECT DISTINCT ROUTINE_NAME AS f FROM information_schema.ROUTINES WHERE ROUTINE_TYPE = 'FUNCTION' AND ROUTINE_SCHEMA NOT IN ('mysql', 'sys')",
    (rows) => rows.map((row) => text(row, 'f').toLowerCase()),
  );
}

/** Bytes that performance_schema keeps of a text, and where texts may come from. */
export const READ_SETTINGS: readonly string[] = [
  'performance_schema',
  'performance_schema_max_sql_text_length',
  'log_output',
  'slow_query_log',
  'sql_mode',
];

function seenTexts(rows: readonly Row[]): readonly SeenText[] {
  return rows.map((row) => ({ schema: optional(row, 's'), text: text(row, 'q') }));
}

function query<T>(name: string, sql: string, parse: (rows: readonly Row[]) => T): Query<T> {
  return { name, sql, values: [], args: {}, parse };
}

function withoutPrefix(digestText: string): string {
  return digestText.startsWith(PREPARED) ? digestText.slice(PREPARED.length) : digestText;
}

function optional(row: Row, column: string): string | undefined {
  return text(row, column) || undefined;
}

function text(row: Row, column: string): string {
  const value = row[column];
  return value === null || value === undefined ? '' : String(value);
}
