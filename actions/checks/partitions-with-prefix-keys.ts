import type { Row } from '../ports/mysql-server';
import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { MYSQL_84_CHANGES } from './manuals';
import { IN_USER_SCHEMA, objectName, select, text } from './queries';

const KEY_PARTITIONS = select(
  'tables-partitioned-by-key',
  `SELECT DISTINCT table_schema AS schema_name, table_name AS table_name,
  IF(partition_method LIKE '%KEY', partition_expression, subpartition_expression) AS expression
FROM information_schema.partitions
WHERE (partition_method LIKE '%KEY' OR subpartition_method LIKE '%KEY') AND table_schema ${IN_USER_SCHEMA}
ORDER BY table_schema, table_name`,
);
/** SPATIAL indexes always have a sub_part. */
const PREFIXES = select(
  'prefix-key-parts',
  `SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name, index_name AS index_name
FROM information_schema.statistics
WHERE sub_part IS NOT NULL AND index_type = 'BTREE' AND table_schema ${IN_USER_SCHEMA}`,
);

export const partitionsWithPrefixKeys: UpgradeCheck = {
  id: 'partitionsWithPrefixKeys',
  auroraId: 'partitionsWithPrefixKeys',
  title: 'PARTITION BY KEY over columns with a prefix index',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'Before 8.4 a column that is indexed by its beginning was silently left out of PARTITION BY KEY; now the definition is refused (error 6123), also when replication brings it.',
  documentation: MYSQL_84_CHANGES,
  needs: 'SELECT on the schemas',
  queries: [KEY_PARTITIONS, PREFIXES],
  appliesTo: (crossing) => crosses(crossing, 8, 4, 0),
  async run(context) {
    const tableOf = (row: Row): string => objectName(row, 'schema_name', 'table_name');
    const prefixes = await context.read(PREFIXES);
    return (await context.read(KEY_PARTITIONS)).flatMap((partitioned) => {
      const columns = text(partitioned, 'expression').toLowerCase().split(',').map(unquote).filter(Boolean);
      const offenders = prefixes.filter(
        (prefix) =>
          tableOf(prefix) === tableOf(partitioned) &&
          // Without columns it is the primary key that partitions.
          (columns.length === 0
            ? text(prefix, 'index_name') === 'PRIMARY'
            : columns.includes(text(prefix, 'column_name').toLowerCase())),
      );
      return [...new Set(offenders.map((row) => text(row, 'column_name')))].map((column) => ({
        level: 'error' as const,
        object: `${tableOf(partitioned)}.${column}`,
        description: 'The table is partitioned by this column, and an index has only its beginning.',
        cure: 'Index the whole column, or partition by other columns.',
      }));
    });
  },
};

function unquote(name: string): string {
  return name
    .trim()
    .replace(/^`(.*)`$/, '$1')
    .replaceAll('``', '`');
}
