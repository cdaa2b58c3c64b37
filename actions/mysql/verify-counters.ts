/**
 * AUTO_INCREMENT: what a table would give its next row. Read by SHOW CREATE TABLE, which answers the counter itself on every
 * version (tried on 5.7.29 and 9.7.4), while information_schema.TABLES of 8.0 and later answers what it has cached for up to
 * information_schema_stats_expiry (a day).
 */
import type { Query } from '../ports/mysql-server';
import { OF_THE_APPLICATION } from './verify-catalogue';
import { quoted } from './verify-names';
import { text } from './verify-objects';

export interface CountedTable {
  readonly schema: string;
  readonly table: string;
  /** The column that is counted. */
  readonly column: string;
}

/** By `schema.table`. Only columns that an index begins with: elsewhere (MyISAM) each group of rows has a count of its own. */
export function countedTables(): Query<ReadonlyMap<string, CountedTable>> {
  return {
    name: 'counted-tables',
    sql:
      'SELECT c.TABLE_SCHEMA AS s, c.TABLE_NAME AS t, c.COLUMN_NAME AS c FROM information_schema.COLUMNS c ' +
      `WHERE c.EXTRA LIKE '%auto_increment%' AND c.TABLE_SCHEMA ${OF_THE_APPLICATION} AND EXISTS (` +
      'SELECT 1 FROM information_schema.STATISTICS i WHERE i.TABLE_SCHEMA = c.TABLE_SCHEMA AND i.TABLE_NAME = c.TABLE_NAME ' +
      'AND i.COLUMN_NAME = c.COLUMN_NAME AND i.SEQ_IN_INDEX = 1)',
    values: [],
    args: {},
    parse: (rows) =>
      new Map(
        rows.map((row) => {
          const one = { schema: text(row, 's'), table: text(row, 't'), column: text(row, 'c') };
          return [`${one.schema}.${one.table}`, one];
        }),
      ),
  };
}

/** A table that never had a row says nothing of it: 1. */
export function nextNumber({ schema, table }: CountedTable): Query<bigint> {
  return {
    name: 'next-number',
    sql: `SHOW CREATE TABLE ${quoted(schema, table)}`,
    values: [],
    args: {},
    // Columns are indented, so the options are the line that begins with the bracket; comments have no line breaks there.
    parse: (rows) => BigInt(/^\).*?\sAUTO_INCREMENT=(\d+)/m.exec(text(rows[0] ?? {}, 'Create Table'))?.[1] ?? 1),
  };
}

/** 0 for a table without rows, or with negative numbers only. The index answers without reading rows. */
export function largestNumber({ schema, table, column }: CountedTable): Query<bigint> {
  return {
    name: 'largest-number',
    sql: `SELECT CAST(GREATEST(COALESCE(MAX(${quoted(column)}), 0), 0) AS UNSIGNED) AS m FROM ${quoted(schema, table)}`,
    values: [],
    args: {},
    parse: (rows) => BigInt(text(rows[0] ?? {}, 'm') || 0),
  };
}
