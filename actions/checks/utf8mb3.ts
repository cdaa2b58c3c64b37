import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { IN_USER_SCHEMA, objectName, select } from './queries';

const SCHEMAS = select(
  'utf8mb3-schemas',
  `SELECT schema_name AS schema_name FROM information_schema.schemata
WHERE default_character_set_name IN ('utf8', 'utf8mb3') AND schema_name ${IN_USER_SCHEMA} ORDER BY schema_name`,
);
const COLUMNS = select(
  'utf8mb3-columns',
  `SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name FROM information_schema.columns
WHERE character_set_name IN ('utf8', 'utf8mb3') AND table_schema ${IN_USER_SCHEMA} ORDER BY table_schema, table_name`,
);

export const utf8mb3: UpgradeCheck = {
  id: 'utf8mb3',
  auroraId: 'utf8mb3Check',
  title: 'The 3-byte character set utf8mb3',
  group: 'schema',
  severity: 'warning',
  whyItMatters:
    'utf8mb3 is deprecated and cannot hold characters of four bytes. Convert it before or well after the upgrade: while replication runs, a table whose character set differs between the sides can lose text without an error.',
  documentation: 'https://dev.mysql.com/doc/refman/8.0/en/charset-unicode-utf8mb3.html',
  needs: 'SELECT on the schemas',
  queries: [SCHEMAS, COLUMNS],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 11),
  async run(context) {
    return [...(await context.read(SCHEMAS)), ...(await context.read(COLUMNS))].map((row) => ({
      level: 'warning',
      object: objectName(row, 'schema_name', 'table_name', 'column_name'),
      description:
        row['column_name'] === undefined ? 'utf8mb3 is the default of this schema.' : 'This column is utf8mb3.',
    }));
  },
};
