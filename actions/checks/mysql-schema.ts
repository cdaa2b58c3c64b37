import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { select, text } from './queries';

/** Tables of the data dictionary and system tables that 8.0 brings (MySQL 8.0 manual, "Upgrade Prerequisites"). */
const NEW_TABLES =
  'catalogs character_sets collations column_type_elements columns dd_properties events foreign_keys foreign_key_column_usage ' +
  'index_column_usage index_partitions index_stats indexes parameter_type_elements parameters routines schemata ' +
  'st_spatial_reference_systems table_partition_values table_partitions table_stats tables tablespace_files tablespaces triggers ' +
  'view_routine_usage view_table_usage component default_roles global_grants innodb_ddl_log innodb_dynamic_metadata ' +
  'password_history role_edges';

const TABLES = select(
  'tables-in-mysql',
  `SELECT table_name AS table_name FROM information_schema.tables
WHERE table_schema = 'mysql' AND LOWER(table_name) IN (${NEW_TABLES.split(' ')
    .map((name) => `'${name}'`)
    .join(', ')})`,
);

export const mysqlSchema: UpgradeCheck = {
  id: 'mysqlSchema',
  auroraId: 'mysqlSchemaCheck',
  title: 'Tables of your own in the schema mysql',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'The data dictionary of 8.0 lives in the schema mysql. A table there under one of its names stops the upgrade.',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on mysql',
  queries: [TABLES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 11),
  async run(context) {
    return (await context.read(TABLES)).map((row) => ({
      level: 'error',
      object: `mysql.${text(row, 'table_name')}`,
      description: '8.0 has a table of this name of its own.',
      cure: 'Move the table to another schema (RENAME TABLE).',
    }));
  },
};
