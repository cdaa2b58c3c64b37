import type { Row } from '../ports/mysql-server';
import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { IN_USER_SCHEMA, objectName, quoted, select, text } from './queries';

/** 5.7.29 never shows a default of a BLOB or TEXT column and cannot make one of the others (1101, tried): old tables can have it. */
const COLUMNS = select(
  'literal-defaults',
  `SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name, data_type AS data_type
FROM information_schema.columns
WHERE column_default IS NOT NULL AND table_schema ${IN_USER_SCHEMA}
  AND data_type IN ('tinyblob', 'blob', 'mediumblob', 'longblob', 'tinytext', 'text', 'mediumtext', 'longtext', 'json',
    'geometry', 'point', 'linestring', 'polygon', 'multipoint', 'multilinestring', 'multipolygon', 'geometrycollection')
ORDER BY table_schema, table_name`,
);
/** Asked apart: 5.7 joins views of information_schema row by row. */
const VIEWS = select(
  'names-of-views',
  "SELECT table_schema AS schema_name, table_name AS table_name FROM information_schema.tables WHERE table_type = 'VIEW'",
);

export const columnsWhichCannotHaveDefaults: UpgradeCheck = {
  id: 'columnsWhichCannotHaveDefaults',
  auroraId: 'columnsWhichCannotHaveDefaultsCheck',
  title: 'Literal defaults of BLOB, TEXT, GEOMETRY and JSON columns',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'Columns of these types cannot have a literal as their default. Very old servers let it pass; the upgrade refuses such a table.',
  notTriedBecause: 'MySQL 5.7.29 drops such a default when the table is made, and no SQL brings one about',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on the schemas',
  queries: [COLUMNS, VIEWS],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 12),
  async run(context) {
    const columns = await context.read(COLUMNS);
    if (columns.length === 0) return [];
    const tableOf = (row: Row): string => objectName(row, 'schema_name', 'table_name');
    const views = new Set((await context.read(VIEWS)).map(tableOf));
    return columns
      .filter((row) => !views.has(tableOf(row)))
      .map((row) => ({
        level: 'error',
        object: objectName(row, 'schema_name', 'table_name', 'column_name'),
        description: `This ${text(row, 'data_type')} column has a literal default.`,
        cure: `ALTER TABLE ${quoted(text(row, 'schema_name'), text(row, 'table_name'))} ALTER COLUMN ${quoted(text(row, 'column_name'))} DROP DEFAULT;`,
      }));
  },
};
