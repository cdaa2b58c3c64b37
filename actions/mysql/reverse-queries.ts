/** What is asked of the side that will serve, before it becomes the source of the way back. */
import type { Query } from '../ports/mysql-server';
import type { CollationUse } from './reverse-compatibility';

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
