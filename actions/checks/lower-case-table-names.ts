import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { IN_USER_SCHEMA, objectName, select } from './queries';

const SCHEMAS = select(
  'upper-case-schemas',
  `SELECT schema_name AS schema_name FROM information_schema.schemata
WHERE BINARY schema_name <> BINARY LOWER(schema_name) AND schema_name ${IN_USER_SCHEMA}`,
);
const TABLES = select(
  'upper-case-tables',
  `SELECT table_schema AS schema_name, table_name AS table_name FROM information_schema.tables
WHERE BINARY table_name <> BINARY LOWER(table_name) AND table_schema ${IN_USER_SCHEMA}`,
);

export const lowerCaseTableNames: UpgradeCheck = {
  id: 'lowerCaseTableNames',
  auroraId: 'getValueOfVariablelower_case_table_names',
  title: 'Upper-case names with lower_case_table_names = 1',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'With lower_case_table_names = 1 the server looks for lower-case names only. Names from before the setting was made stop the upgrade.',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on the schemas',
  queries: [SCHEMAS, TABLES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 11),
  async run(context) {
    if ((await context.variables()).get('lower_case_table_names') !== '1') return [];
    return [...(await context.read(SCHEMAS)), ...(await context.read(TABLES))].map((row) => ({
      level: 'error',
      object: objectName(row, 'schema_name', 'table_name'),
      description: 'The name has upper-case letters while lower_case_table_names is 1.',
      cure: 'Set lower_case_table_names to 0, reboot, rename it to lower case, and set 1 again.',
    }));
  },
};
