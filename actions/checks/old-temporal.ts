import type { Statement } from '../ports/mysql-server';
import type { UpgradeCheck } from './check';
import { crosses, isFrom57 } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { CALL_LIMIT_MS, IN_USER_SCHEMA, objectName, quoted, select, text } from './queries';

/**
 * Changes what this one connection is shown and nothing else. CHECK TABLE .. FOR UPGRADE does not see such columns in InnoDB
 * tables (tried on 5.7.29), and InnoDB's dictionary knows only its own tables.
 */
const SHOW_OLD_TEMPORALS: Statement = {
  name: 'show-old-temporals',
  sql: 'SET SESSION show_old_temporals = ON',
  values: [],
  secrets: [],
  args: {},
};
const COLUMNS = select(
  'old-temporal-columns',
  `SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name, column_type AS column_type
FROM information_schema.columns
WHERE data_type IN ('time', 'datetime', 'timestamp') AND column_type LIKE '%5.5 binary format%' AND table_schema ${IN_USER_SCHEMA}
ORDER BY table_schema, table_name`,
);

export const oldTemporal: UpgradeCheck = {
  id: 'oldTemporal',
  auroraId: 'oldTemporalCheck',
  title: 'Temporal columns in the format of MySQL 5.5',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'TIME, DATETIME and TIMESTAMP columns made before 5.6.4 are stored in another format, which 8.0 cannot read. It is the most frequent obstacle in old databases.',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on the schemas',
  queries: [COLUMNS],
  appliesTo: (crossing) => isFrom57(crossing) && crosses(crossing, 8, 0, 11),
  async run(context) {
    const session = await context.server.openSession();
    try {
      await session.run(SHOW_OLD_TEMPORALS, { timeoutMs: CALL_LIMIT_MS });
      const rows = await session.read(COLUMNS, { timeoutMs: CALL_LIMIT_MS });
      return rows.map((row) => ({
        level: 'error',
        object: objectName(row, 'schema_name', 'table_name', 'column_name'),
        description: `Stored in the old format: ${text(row, 'column_type')}.`,
        cure: `ALTER TABLE ${quoted(text(row, 'schema_name'), text(row, 'table_name'))} FORCE; (it copies the whole table)`,
      }));
    } finally {
      await session.close();
    }
  },
};
