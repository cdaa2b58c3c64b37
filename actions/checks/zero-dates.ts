import type { Finding, UpgradeCheck } from './check';
import { crosses } from './crossing';
import { MYSQL_UPGRADING_FROM_PREVIOUS } from './manuals';
import { IN_USER_SCHEMA, objectName, select, text } from './queries';

const COLUMNS = select(
  'zero-date-defaults',
  `SELECT c.table_schema AS schema_name, c.table_name AS table_name, c.column_name AS column_name, c.column_default AS default_value
FROM information_schema.columns c JOIN information_schema.tables t
  ON t.table_schema = c.table_schema AND t.table_name = c.table_name
WHERE c.data_type IN ('date', 'datetime', 'timestamp') AND t.table_type = 'BASE TABLE' AND c.table_schema ${IN_USER_SCHEMA}
  AND (c.column_default LIKE '0000-00-00%' OR c.column_default LIKE '____-00-%' OR c.column_default LIKE '____-__-00%')
ORDER BY c.table_schema, c.table_name`,
);

export const zeroDates: UpgradeCheck = {
  id: 'zeroDates',
  auroraId: 'zeroDatesCheck',
  title: 'Zero dates',
  group: 'schema',
  severity: 'warning',
  whyItMatters:
    'With NO_ZERO_DATE and NO_ZERO_IN_DATE, in the default sql_mode since 5.7, statements that write zero dates fail. A green with the default sql_mode can refuse what blue accepts.',
  documentation: MYSQL_UPGRADING_FROM_PREVIOUS,
  needs: 'SELECT on the schemas',
  queries: [COLUMNS],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 11),
  async run(context) {
    const modes = ((await context.variables()).get('sql_mode') ?? '').split(',');
    const missing = ['NO_ZERO_DATE', 'NO_ZERO_IN_DATE'].filter((mode) => !modes.includes(mode));
    const findings: Finding[] = [];
    if (missing.length > 0) {
      findings.push({
        level: 'warning',
        object: 'sql_mode',
        description: `Blue accepts zero dates: sql_mode lacks ${missing.join(' and ')}.`,
        cure: 'Carry the same sql_mode to green, or remove zero dates before.',
      });
    }
    for (const row of await context.read(COLUMNS)) {
      findings.push({
        level: 'warning',
        object: objectName(row, 'schema_name', 'table_name', 'column_name'),
        description: `Its default is ${text(row, 'default_value')}.`,
        cure: 'Give it NULL or a real date as default.',
      });
    }
    return findings;
  },
};
