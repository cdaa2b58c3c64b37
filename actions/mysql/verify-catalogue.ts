/** What `verify` asks of a server's catalogue: the application's tables, their columns and their unique keys. */
import type { Query, Row } from '../ports/mysql-server';
import { TOOL_SCHEMA } from './statements';
import type { ColumnFacts } from './verify-columns';

export interface TableFacts {
  readonly schema: string;
  readonly table: string;
  readonly engine: string;
  /** As the server estimates. */
  readonly rows: number;
  readonly bytes: number;
}

/** A unique key: its columns in order. */
export interface KeyFacts {
  readonly schema: string;
  readonly table: string;
  readonly index: string;
  /** Lower case. Undefined: of an expression, or of the beginning of a column only, so that values are not told apart by it. */
  readonly columns: readonly (string | undefined)[];
}

/** Schemas that belong to the server, to the platform or to this tool. */
const NOT_THE_APPLICATION = ['information_schema', 'mysql', 'performance_schema', 'sys', 'rdsadmin', TOOL_SCHEMA];
export const OF_THE_APPLICATION = `NOT IN (${NOT_THE_APPLICATION.map((name) => `'${name}'`).join(', ')})`;

export function applicationTables(): Query<readonly TableFacts[]> {
  return {
    name: 'verify-tables',
    sql:
      'SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, ENGINE AS e, TABLE_ROWS AS n, DATA_LENGTH AS b FROM information_schema.TABLES ' +
      `WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA ${OF_THE_APPLICATION} ORDER BY 1, 2`,
    values: [],
    args: {},
    parse: (rows) =>
      rows.map((row) => ({
        schema: text(row, 's'),
        table: text(row, 't'),
        engine: text(row, 'e'),
        rows: Number(row['n'] ?? 0),
        bytes: Number(row['b'] ?? 0),
      })),
  };
}

/** By `tableId`. */
export function applicationColumns(): Query<ReadonlyMap<string, readonly ColumnFacts[]>> {
  return {
    name: 'verify-columns',
    sql:
      'SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, COLUMN_NAME AS c, DATA_TYPE AS d, COLUMN_TYPE AS f, CHARACTER_SET_NAME AS cs, ' +
      'COLLATION_NAME AS co, IS_NULLABLE AS n, NUMERIC_SCALE AS sc, DATETIME_PRECISION AS p FROM information_schema.COLUMNS ' +
      `WHERE TABLE_SCHEMA ${OF_THE_APPLICATION} ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION`,
    values: [],
    args: {},
    parse: (rows) => grouped(rows, toColumn),
  };
}

export function applicationKeys(): Query<ReadonlyMap<string, readonly KeyFacts[]>> {
  return {
    name: 'verify-keys',
    // EXPRESSION is a column of 8.0.13 and later; COLUMN_NAME is NULL for it.
    sql:
      'SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, INDEX_NAME AS i, COLUMN_NAME AS c, SUB_PART AS p FROM information_schema.STATISTICS ' +
      `WHERE NON_UNIQUE = 0 AND TABLE_SCHEMA ${OF_THE_APPLICATION} ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`,
    values: [],
    args: {},
    parse: (rows) => {
      const parts = grouped(rows, (row) => ({
        index: text(row, 'i'),
        column: row['c'] === null || row['p'] !== null ? undefined : text(row, 'c').toLowerCase(),
      }));
      return new Map(
        [...parts].map(([id, list]) => {
          const [schema = '', table = ''] = id.split('\0');
          const indexes = [...new Set(list.map(({ index }) => index))];
          return [
            id,
            indexes.map((index) => ({
              schema,
              table,
              index,
              columns: list.filter((part) => part.index === index).map(({ column }) => column),
            })),
          ];
        }),
      );
    },
  };
}

/**
 * How many rows of each table, as `schema.table`, were written since the server started. Empty where performance_schema is off
 * or its table instruments are (both are on by default but on small instances of Aurora).
 */
export function tableWrites(): Query<ReadonlyMap<string, string>> {
  return {
    name: 'table-writes',
    sql:
      'SELECT OBJECT_SCHEMA AS s, OBJECT_NAME AS t, COUNT_WRITE AS n FROM performance_schema.table_io_waits_summary_by_table ' +
      `WHERE OBJECT_TYPE = 'TABLE' AND OBJECT_SCHEMA ${OF_THE_APPLICATION} ` +
      // Without its instrument every table is there with 0, as if nobody wrote.
      'AND EXISTS (SELECT 1 FROM performance_schema.setup_instruments ' +
      "WHERE NAME = 'wait/io/table/sql/handler' AND ENABLED = 'YES')",
    values: [],
    args: {},
    parse: (rows) => new Map(rows.map((row) => [`${text(row, 's')}.${text(row, 't')}`, text(row, 'n')])),
  };
}

export function tableId({ schema, table }: Pick<TableFacts, 'schema' | 'table'>): string {
  return `${schema}\0${table}`;
}

function grouped<T>(rows: readonly Row[], map: (row: Row) => T): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const id = tableId({ schema: text(row, 's'), table: text(row, 't') });
    const list = groups.get(id);
    if (list) list.push(map(row));
    else groups.set(id, [map(row)]);
  }
  return groups;
}

function toColumn(row: Row): ColumnFacts {
  return {
    name: text(row, 'c'),
    type: text(row, 'd').toLowerCase(),
    fullType: text(row, 'f'),
    charset: optional(row, 'cs'),
    collation: optional(row, 'co'),
    isNullable: text(row, 'n') === 'YES',
    scale: row['sc'] === null || row['sc'] === undefined ? undefined : Number(row['sc']),
    precision: row['p'] === null || row['p'] === undefined ? undefined : Number(row['p']),
  };
}

function optional(row: Row, column: string): string | undefined {
  const value = text(row, column);
  return value === '' ? undefined : value;
}

function text(row: Row, column: string): string {
  const value = row[column];
  return value === null || value === undefined ? '' : String(value);
}
