import type { UpgradeCheck } from './check';
import { crosses, isFrom57, reaches } from './crossing';
import { MYSQL_UPGRADE_PREREQUISITES } from './manuals';
import { IN_USER_SCHEMA, objectName, quoted, select, text } from './queries';

const TABLES = select(
  'tables-with-fts-in-their-name',
  `SELECT table_schema AS schema_name, table_name AS table_name FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND INSTR(CAST(table_name AS BINARY), 'FTS') > 0 AND table_schema ${IN_USER_SCHEMA}`,
);

export const ftsInTablename: UpgradeCheck = {
  id: 'ftsInTablename',
  title: 'Tables with FTS in their name',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'Before 8.0.18 the upgrade took a table with FTS (in upper case) in its name for a part of a FULLTEXT index and failed.',
  documentation: MYSQL_UPGRADE_PREREQUISITES,
  needs: 'SELECT on the schemas',
  queries: [TABLES],
  appliesTo: (crossing) => isFrom57(crossing) && crosses(crossing, 8, 0, 11) && !reaches(crossing, 8, 0, 18),
  async run(context) {
    return (await context.read(TABLES)).map((row) => {
      const table = quoted(text(row, 'schema_name'), text(row, 'table_name'));
      const renamed = quoted(text(row, 'schema_name'), text(row, 'table_name').replaceAll('FTS', 'fts'));
      return {
        level: 'error',
        object: objectName(row, 'schema_name', 'table_name'),
        description: 'The name of this table contains FTS.',
        cure: `RENAME TABLE ${table} TO ${renamed}; or choose a target from 8.0.18 on.`,
      };
    });
  },
};
