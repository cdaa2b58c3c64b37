import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { objectName, quoted, select, text } from './queries';

const SCHEMAS = select(
  'schemas-of-5.0',
  "SELECT schema_name AS schema_name FROM information_schema.schemata WHERE schema_name LIKE '#mysql50#%'",
);
const TABLES = select(
  'tables-of-5.0',
  `SELECT table_schema AS schema_name, table_name AS table_name FROM information_schema.tables
WHERE table_name LIKE '#mysql50#%'`,
);

export const invalid57Names: UpgradeCheck = {
  id: 'invalid57Names',
  auroraId: 'mysqlInvalid57NamesCheck',
  title: 'Names in the encoding of MySQL 5.0',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'Files whose names were never converted show up under the prefix #mysql50#. The data dictionary of 8.0 has no place for them, and the upgrade stops.',
  documentation: AURORA_PRECHECKS,
  needs: 'SHOW DATABASES, SELECT on the schemas',
  queries: [SCHEMAS, TABLES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 0),
  async run(context) {
    const schemas = (await context.read(SCHEMAS)).map((row) => ({
      level: 'error' as const,
      object: objectName(row, 'schema_name'),
      description: 'The name of this schema is in the old encoding.',
      cure: `ALTER DATABASE ${quoted(text(row, 'schema_name'))} UPGRADE DATA DIRECTORY NAME;`,
    }));
    const tables = (await context.read(TABLES)).map((row) => ({
      level: 'error' as const,
      object: objectName(row, 'schema_name', 'table_name'),
      description: 'The name of this table is in the old encoding.',
      cure: `RENAME TABLE ${quoted(text(row, 'schema_name'), text(row, 'table_name'))} TO a name of its own;`,
    }));
    return [...schemas, ...tables];
  },
};
