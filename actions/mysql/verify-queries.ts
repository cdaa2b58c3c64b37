/** What `verify` asks of a table on either server. Nothing of it takes a lock on rows: plain reads outside a transaction. */
import type { Query, Row } from '../ports/mysql-server';
import { columnText, type ColumnFacts, type ColumnPair } from './verify-columns';
import { quoted } from './verify-names';
import { keyExpression, rangeCondition, type KeyRange, type KeyTexts } from './verify-ranges';

/** A table of one side, as it is read. */
export interface TableText {
  readonly schema: string;
  readonly table: string;
  /** Checksum of a row: a number below 2^32, NULL for a row that is too long to be read. The same on both sides. */
  readonly rowChecksum: string;
  /** Key columns of this side with the index to go along; undefined for a table without a key. */
  readonly key: { readonly index: string; readonly columns: readonly ColumnFacts[] } | undefined;
}

export interface Sum {
  readonly rows: number;
  /** Sum of the checksums of the rows; undefined when one of them is too long to be read in one piece. */
  readonly checksum: string | undefined;
}

/** Larger than the sum of the checksums of as many rows as a chunk can have, so that it shows in the sum. */
const TOO_LONG = 10n ** 18n;

/**
 * CRC32 of CRC32: the first is linear, so that two rows which had exchanged their values could have the same sum, and the
 * decimal text between the two is not. A difference escapes with a probability of about 1 in 4,000,000,000. Added up and
 * not XORed, so that a row which is there twice counts.
 */
export function rowChecksum(pairs: readonly ColumnPair[], isSameSeries: boolean): string {
  return `CRC32(CRC32(CONCAT_WS('#', ${pairs.map((pair) => columnText(pair, isSameSeries)).join(', ')})))`;
}

export function rangeSum(text: TableText, range: KeyRange, limitMs: number): Query<Sum> {
  const sql =
    `${select(limitMs)} COUNT(*) AS n, COALESCE(SUM(IFNULL(${text.rowChecksum}, ${TOO_LONG})), 0) AS s ` +
    `FROM ${from(text)} WHERE ${condition(text, range)}`;
  return query('verify-sum', sql, (rows) => {
    const checksum = String(rows[0]?.['s'] ?? '0');
    return { rows: Number(rows[0]?.['n'] ?? 0), checksum: BigInt(checksum) < TOO_LONG ? checksum : undefined };
  });
}

/** Key of the last of the first `size` rows of a range; undefined when it has fewer. */
export function nextBound(
  text: TableText,
  range: KeyRange,
  size: number,
  limitMs: number,
): Query<KeyTexts | undefined> {
  const { columns } = keyOf(text);
  const sql =
    `${select(limitMs)} ${keyExpression(columns)} AS k FROM ${from(text)} ` +
    `WHERE ${rangeCondition(columns, range)} ` +
    `ORDER BY ${columns.map(({ name }) => quoted(name)).join(', ')} LIMIT 1 OFFSET ${size - 1}`;
  return query('verify-bound', sql, (rows) => {
    const key = rows[0]?.['k'];
    return key === undefined || key === null ? undefined : String(key).split(',');
  });
}

/** Key of the row before the last `size` ones; undefined when there are no more than these. */
export function newestBound(text: TableText, size: number, limitMs: number): Query<KeyTexts | undefined> {
  const { columns } = keyOf(text);
  const sql =
    `${select(limitMs)} ${keyExpression(columns)} AS k FROM ${from(text)} ` +
    `ORDER BY ${columns.map(({ name }) => `${quoted(name)} DESC`).join(', ')} LIMIT 1 OFFSET ${size}`;
  return query('verify-newest', sql, (rows) => {
    const key = rows[0]?.['k'];
    return key === undefined || key === null ? undefined : String(key).split(',');
  });
}

/** Checksum of each row of a condition, by its key as one text. */
export function rowsWhere(text: TableText, where: string, limitMs: number): Query<ReadonlyMap<string, string>> {
  const sql = `${select(limitMs)} ${keyExpression(keyOf(text).columns)} AS k, ${text.rowChecksum} AS h FROM ${from(text)} WHERE ${where}`;
  return query('verify-rows', sql, asMap);
}

/** For a table without a key: how often each checksum is there; of these only, when some are named. */
export function checksumCounts(
  text: TableText,
  only: readonly string[] | undefined,
  limitMs: number,
): Query<ReadonlyMap<string, string>> {
  const having = only ? ` HAVING k IN (${only.map(digits).join(', ')})` : '';
  const sql = `${select(limitMs)} ${text.rowChecksum} AS k, COUNT(*) AS h FROM ${from(text)} GROUP BY k${having}`;
  return query('verify-counts', sql, asMap);
}

/** The values of rows, for people: text and numbers as they are, bytes in hexadecimal. */
export function rowValues(
  text: TableText,
  columns: readonly ColumnFacts[],
  where: string,
  limitMs: number,
): Query<readonly Row[]> {
  const list = columns.map(({ name, type }) => {
    const isBytes = /binary|blob|geom|point|linestring|polygon|bit|vector/.test(type);
    return `${isBytes ? `HEX(${quoted(name)})` : `CAST(${quoted(name)} AS CHAR)`} AS ${quoted(name)}`;
  });
  return query(
    'verify-values',
    `${select(limitMs)} ${list.join(', ')} FROM ${from(text)} WHERE ${where} LIMIT 1`,
    (rows) => rows,
  );
}

export interface Activity {
  /** Statements that the server runs at this moment, this question and the sending of the binary log included. */
  readonly running: number;
  /** Statements of clients since it started. */
  readonly questions: number;
}

export function serverActivity(): Query<Activity> {
  return query(
    'server-activity',
    "SHOW GLOBAL STATUS WHERE Variable_name IN ('Threads_running', 'Questions')",
    (rows) => {
      const values = new Map(rows.map((row) => [String(row['Variable_name']).toLowerCase(), Number(row['Value'])]));
      return { running: values.get('threads_running') ?? 0, questions: values.get('questions') ?? 0 };
    },
  );
}

function condition(text: TableText, range: KeyRange): string {
  return text.key === undefined ? '1 = 1' : rangeCondition(text.key.columns, range);
}

/** The server ends it by itself should this process be gone. */
function select(limitMs: number): string {
  return `SELECT /*+ MAX_EXECUTION_TIME(${Math.round(limitMs)}) */`;
}

function from({ schema, table, key }: TableText): string {
  return quoted(schema, table) + (key ? ` FORCE INDEX (${quoted(key.index)})` : '');
}

function keyOf({ key }: TableText): NonNullable<TableText['key']> {
  if (key === undefined) throw new RangeError('a table without a key has no ranges');
  return key;
}

function asMap(rows: readonly Row[]): ReadonlyMap<string, string> {
  return new Map(rows.map((row) => [String(row['k']), String(row['h'])]));
}

function digits(text: string): string {
  if (!/^\d+$/.test(text)) throw new RangeError(`not a checksum: ${text}`);
  return text;
}

function query<T>(name: string, sql: string, parse: (rows: readonly Row[]) => T): Query<T> {
  return { name, sql, values: [], args: {}, parse };
}
