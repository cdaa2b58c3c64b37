import type { UpgradeCheck } from './check';
import { AURORA_BINLOG_REPLICATION } from './manuals';
import { IN_USER_SCHEMA, objectName, quoted, select, text } from './queries';

const TABLES = select(
  'non-transactional-tables',
  `SELECT table_schema AS schema_name, table_name AS table_name, engine AS engine FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND engine <> 'InnoDB' AND table_schema ${IN_USER_SCHEMA} ORDER BY table_schema, table_name`,
);

export const nonTransactionalTables: UpgradeCheck = {
  id: 'nonTransactionalTables',
  title: 'Tables outside of InnoDB',
  group: 'replication',
  severity: 'warning',
  whyItMatters:
    'A snapshot is consistent with a position of the binary log only for InnoDB. Changes of other tables are neither rolled back nor crash-safe, so blue and green can come to differ.',
  documentation: AURORA_BINLOG_REPLICATION,
  needs: 'SELECT on the schemas',
  queries: [TABLES],
  appliesTo: () => true,
  async run(context) {
    return (await context.read(TABLES)).map((row) => ({
      level: 'warning',
      object: objectName(row, 'schema_name', 'table_name'),
      description: `Its engine is ${text(row, 'engine')}.`,
      cure: `ALTER TABLE ${quoted(text(row, 'schema_name'), text(row, 'table_name'))} ENGINE = InnoDB;`,
    }));
  },
};
