import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { MYSQL_84_CHANGES } from './manuals';
import { IN_USER_SCHEMA, objectName, select, text } from './queries';

/** By data_type: column_type can read `double(10,2) unsigned`, which 9.7.4 refuses just the same (1063, tried). */
const COLUMNS = select(
  'float-auto-increment',
  `SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name, column_type AS column_type
FROM information_schema.columns
WHERE data_type IN ('float', 'double') AND extra LIKE '%auto_increment%' AND table_schema ${IN_USER_SCHEMA}
ORDER BY table_schema, table_name`,
);

export const columnDefinition: UpgradeCheck = {
  id: 'columnDefinition',
  auroraId: 'columnDefinition',
  title: 'AUTO_INCREMENT on FLOAT or DOUBLE',
  group: 'schema',
  severity: 'error',
  whyItMatters: 'From 8.4 on an AUTO_INCREMENT column must be an integer; the upgrade refuses others.',
  documentation: MYSQL_84_CHANGES,
  needs: 'SELECT on the schemas',
  queries: [COLUMNS],
  appliesTo: (crossing) => crosses(crossing, 8, 4, 0),
  async run(context) {
    return (await context.read(COLUMNS)).map((row) => ({
      level: 'error',
      object: objectName(row, 'schema_name', 'table_name', 'column_name'),
      description: `An AUTO_INCREMENT column of type ${text(row, 'column_type')}.`,
      cure: 'Change it to BIGINT UNSIGNED, after a look for fractions in it.',
    }));
  },
};
