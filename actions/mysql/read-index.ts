/**
 * Walks an index in pieces by its own order, so that a scan of a large one can be slowed down and stopped. Each question for
 * the end of the next piece reads that piece: nothing else is needed to have its pages in the buffer pool.
 */
import type { Query, Row } from '../ports/mysql-server';
import { keyLiteral, keyText, type ColumnFacts } from './verify-columns';
import { quoted } from './verify-names';

export interface WalkedIndex {
  readonly schema: string;
  readonly table: string;
  readonly index: string;
  /** Columns in the order of the index, those of the primary key at the end, each once. */
  readonly columns: readonly ColumnFacts[];
}

/** A place in the index: a text for each column as `keyText` has it, null for NULL. */
export type IndexPlace = readonly (string | null)[];

/** Where the first `size` entries behind a place end; undefined when there are fewer, which have then been read. */
export function nextPlace(
  { schema, table, index, columns }: WalkedIndex,
  after: IndexPlace | undefined,
  size: number,
  limitMs: number,
): Query<IndexPlace | undefined> {
  const keys = columns.map((column, at) => `${keyText(column)} AS k${at}`).join(', ');
  const order = columns.map(({ name }) => quoted(name)).join(', ');
  return query(
    'next-place',
    `SELECT /*+ MAX_EXECUTION_TIME(${Math.round(limitMs)}) */ ${keys} FROM ${quoted(schema, table)} FORCE INDEX (${quoted(index)}) ` +
      `WHERE ${after ? behind(columns, after) : '1 = 1'} ORDER BY ${order} LIMIT 1 OFFSET ${size - 1}`,
    ([row]) => row && columns.map((_, at) => textOf(row[`k${at}`])),
  );
}

/** Rows of an index that cannot be walked, read in one piece. Without an index: of the table itself. */
export function wholeIndex(
  { schema, table }: Pick<WalkedIndex, 'schema' | 'table'>,
  index: string | undefined,
  limitMs: number,
): Query<number> {
  const how = index === undefined ? 'USE INDEX ()' : `FORCE INDEX (${quoted(index)})`;
  return query(
    'whole-index',
    `SELECT /*+ MAX_EXECUTION_TIME(${Math.round(limitMs)}) */ COUNT(*) AS n FROM ${quoted(schema, table)} ${how}`,
    ([row]) => Number(row?.['n'] ?? 0),
  );
}

/** (a, b) behind (x, y) written out, because 5.7 uses no index for a comparison of rows; NULL comes first in an index. */
function behind(columns: readonly ColumnFacts[], place: IndexPlace): string {
  const alternatives = columns.map((_, last) => {
    const equal = columns.slice(0, last).map((column, at) => same(column, place[at] ?? null));
    return [...equal, larger(columns[last], place[last] ?? null)].join(' AND ');
  });
  const [first] = columns;
  // Says to the optimizer where the range begins.
  const begin =
    first && place[0] !== null && place[0] !== undefined
      ? `${quoted(first.name)} >= ${keyLiteral(first, place[0])} AND `
      : '';
  return `${begin}(${alternatives.map((one) => `(${one})`).join(' OR ')})`;
}

function same(column: ColumnFacts, text: string | null): string {
  return text === null ? `${quoted(column.name)} IS NULL` : `${quoted(column.name)} = ${keyLiteral(column, text)}`;
}

function larger(column: ColumnFacts | undefined, text: string | null): string {
  if (!column) throw new RangeError('an index has columns');
  return text === null ? `${quoted(column.name)} IS NOT NULL` : `${quoted(column.name)} > ${keyLiteral(column, text)}`;
}

/** A column of an index. */
export interface IndexPart {
  readonly index: string;
  /** BTREE, FULLTEXT, SPATIAL. */
  readonly type: string;
  /** Lower case; undefined for an expression. */
  readonly column: string | undefined;
  /** Of the beginning of its column, or in descending order. */
  readonly isOdd: boolean;
}

export function indexParts(schema: string, table: string): Query<readonly IndexPart[]> {
  return {
    name: 'index-parts',
    sql:
      'SELECT INDEX_NAME AS i, INDEX_TYPE AS y, COLUMN_NAME AS c, SUB_PART AS p, COLLATION AS o FROM information_schema.STATISTICS ' +
      'WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY INDEX_NAME, SEQ_IN_INDEX',
    values: [schema, table],
    args: {},
    parse: (rows) =>
      rows.map((row) => ({
        index: String(row['i']),
        type: String(row['y']),
        column: textOf(row['c'])?.toLowerCase(),
        isOdd: textOf(row['p']) !== null || row['o'] === 'D',
      })),
  };
}

function query<T>(name: string, sql: string, parse: (rows: readonly Row[]) => T): Query<T> {
  return { name, sql, values: [], args: {}, parse };
}

function textOf(value: Row[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
