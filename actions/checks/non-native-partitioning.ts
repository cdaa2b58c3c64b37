import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { IN_USER_SCHEMA, objectName, quoted, select, text } from './queries';

const TABLES = select(
  'non-native-partitions',
  `SELECT table_schema AS schema_name, table_name AS table_name, engine AS engine FROM information_schema.tables
WHERE create_options LIKE '%partitioned%' AND engine NOT IN ('InnoDB', 'ndbcluster') AND table_schema ${IN_USER_SCHEMA}
ORDER BY table_schema, table_name`,
);

export const nonNativePartitioning: UpgradeCheck = {
  id: 'nonNativePartitioning',
  auroraId: 'nonNativePartitioningCheck',
  title: 'Partitioned tables outside of InnoDB',
  group: 'schema',
  severity: 'error',
  whyItMatters: 'From 8.0 on only engines that partition themselves can do it; on Aurora that is InnoDB.',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on the schemas',
  queries: [TABLES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 11),
  async run(context) {
    return (await context.read(TABLES)).map((row) => {
      const table = quoted(text(row, 'schema_name'), text(row, 'table_name'));
      return {
        level: 'error',
        object: objectName(row, 'schema_name', 'table_name'),
        description: `A partitioned table of engine ${text(row, 'engine')}.`,
        cure: `ALTER TABLE ${table} ENGINE = InnoDB; or: ALTER TABLE ${table} REMOVE PARTITIONING;`,
      };
    });
  },
};
