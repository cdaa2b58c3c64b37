/** How checks put their questions: every column under an alias of its own, every SELECT bounded on the server. */
import type { Row, Value } from '../ports/mysql-server';
import type { RowsQuery } from './check';

/** The server ends a SELECT of a check after this; the client's own deadline is a little longer. */
export const QUERY_LIMIT_MS = 60_000;
export const CALL_LIMIT_MS = QUERY_LIMIT_MS + 5_000;

/** Filter on a column that holds a schema's name. */
export const IN_USER_SCHEMA = "NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')";

/**
 * `sql` starts with SELECT. Its columns need aliases: 8.0 answers the columns of information_schema in upper case, 5.7 as
 * they were written (tried on both).
 */
export function select(name: string, sql: string, values: readonly Value[] = []): RowsQuery {
  const bounded = sql.trim().replace(/^SELECT\b/, `SELECT /*+ MAX_EXECUTION_TIME(${QUERY_LIMIT_MS}) */`);
  return { name, sql: bounded, values, args: {}, parse: (rows) => rows };
}

/** SHOW and XA statements, which take no optimizer hint. */
export function show(name: string, sql: string): RowsQuery {
  return { name, sql, values: [], args: {}, parse: (rows) => rows };
}

/** Empty for NULL and for a column that is not there. */
export function text(row: Row, column: string): string {
  const value = row[column];
  return value === null || value === undefined ? '' : String(value);
}

/** 64-bit and DECIMAL values arrive as text. 0 for NULL. */
export function number(row: Row, column: string): number {
  return Number(row[column] ?? 0);
}

/** `a.b.c` of the columns that are not empty. */
export function objectName(row: Row, ...columns: readonly string[]): string {
  return columns
    .map((column) => text(row, column))
    .filter((part) => part !== '')
    .join('.');
}

export function quoted(...names: readonly string[]): string {
  return names.map((name) => `\`${name.replaceAll('`', '``')}\``).join('.');
}
