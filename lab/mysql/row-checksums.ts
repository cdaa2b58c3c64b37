/** Compares whole databases by value, independent of how the tool under test does it. */
import type { Connection } from 'mysql2/promise';
import { identifier, rowsOf, text, textOf } from './connect';
import { SYSTEM_SCHEMAS } from './snapshot/dump-objects';

const STRING_TYPES = /char|text|blob|binary|^enum$|^set$|geometry|geomcollection|point|linestring|polygon|^bit$/;

/** `schema.table` to `rows:sum of row checksums`, generated columns included; equal on equal data of any two series. */
export async function rowChecksums(connection: Connection): Promise<ReadonlyMap<string, string>> {
  await connection.query(`SET SESSION time_zone = '+00:00'`);
  const columns = await rowsOf(
    connection,
    `SELECT c.TABLE_SCHEMA AS s, c.TABLE_NAME AS t, c.COLUMN_NAME AS n, c.DATA_TYPE AS d FROM information_schema.COLUMNS c
      JOIN information_schema.TABLES b ON b.TABLE_SCHEMA = c.TABLE_SCHEMA AND b.TABLE_NAME = c.TABLE_NAME
      WHERE b.TABLE_TYPE = 'BASE TABLE' AND c.TABLE_SCHEMA NOT IN ${SYSTEM_SCHEMAS} ORDER BY 1, 2, c.ORDINAL_POSITION`,
  );
  const expressions = new Map<string, string[]>();
  for (const column of columns) {
    const table = `${identifier(text(column, 's'))}.${identifier(text(column, 't'))}`;
    const name = identifier(text(column, 'n'));
    const isString = STRING_TYPES.test(text(column, 'd').toLowerCase());
    expressions.set(table, [
      ...(expressions.get(table) ?? []),
      `COALESCE(${isString ? `HEX(${name})` : `CAST(${name} AS CHAR)`}, '~')`,
    ]);
  }
  const sums = new Map<string, string>();
  for (const [table, parts] of expressions) {
    const sql = `SELECT COUNT(*) AS n, COALESCE(SUM(CRC32(CONCAT_WS('|', ${parts.join(', ')}))), 0) AS s FROM ${table}`;
    const row = (await rowsOf(connection, sql))[0] ?? {};
    sums.set(table.replaceAll('`', ''), `${textOf(row.n)}:${textOf(row.s)}`);
  }
  return sums;
}
