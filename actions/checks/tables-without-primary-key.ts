import type { UpgradeCheck } from './check';
import { AURORA_BINLOG_REPLICATION } from './manuals';
import { IN_USER_SCHEMA, objectName, select } from './queries';

const TABLES = select(
  'base-tables',
  `SELECT table_schema AS schema_name, table_name AS table_name FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema ${IN_USER_SCHEMA} ORDER BY table_schema, table_name`,
);
const KEYED_TABLES = select(
  'tables-with-a-unique-key',
  `SELECT table_schema AS schema_name, table_name AS table_name, index_name AS index_name FROM information_schema.statistics
WHERE non_unique = 0 AND table_schema ${IN_USER_SCHEMA}
GROUP BY table_schema, table_name, index_name HAVING SUM(nullable = 'YES' OR column_name IS NULL) = 0`,
);

export const tablesWithoutPrimaryKey: UpgradeCheck = {
  id: 'tablesWithoutPrimaryKey',
  title: 'Tables without a primary key',
  group: 'replication',
  severity: 'warning',
  whyItMatters:
    'Row-based replication finds a changed row by its key. Without a primary key, or a unique key over columns that are never NULL, green scans the whole table for every changed row and falls behind; rows that are equal cannot be told apart.',
  documentation: AURORA_BINLOG_REPLICATION,
  needs: 'SELECT on the schemas',
  queries: [TABLES, KEYED_TABLES],
  appliesTo: () => true,
  async run(context) {
    const nameOf = (row: Parameters<typeof objectName>[0]): string => objectName(row, 'schema_name', 'table_name');
    const keyed = new Set((await context.read(KEYED_TABLES)).map(nameOf));
    return (await context.read(TABLES))
      .map(nameOf)
      .filter((table) => !keyed.has(table))
      .map((table) => ({
        level: 'warning',
        object: table,
        description: 'Has neither a primary key nor a unique key over NOT NULL columns.',
        cure: 'Add a primary key before the snapshot is taken.',
      }));
  },
};
