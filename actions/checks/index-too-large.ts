import type { Row } from '../ports/mysql-server';
import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { IN_USER_SCHEMA, number, objectName, quoted, select, text } from './queries';

/** Bytes that COMPACT and REDUNDANT rows let an index have of one column. */
const LIMIT = 767;

/** The three are joined here and not by SQL: 5.7 joins views of information_schema row by row. */
const TABLES = select(
  'compact-tables',
  `SELECT table_schema AS schema_name, table_name AS table_name, row_format AS row_format FROM information_schema.tables
WHERE engine = 'InnoDB' AND row_format IN ('Compact', 'Redundant') AND table_schema ${IN_USER_SCHEMA}`,
);
const COLUMNS = select(
  'long-columns',
  `SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name,
  character_octet_length AS octets, character_maximum_length AS characters
FROM information_schema.columns WHERE character_octet_length > ${LIMIT} AND table_schema ${IN_USER_SCHEMA}`,
);
const INDEXES = select(
  'long-index-parts',
  `SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name, index_name AS index_name,
  sub_part AS sub_part
FROM information_schema.statistics
WHERE index_type = 'BTREE' AND (sub_part IS NULL OR sub_part > ${Math.floor(LIMIT / 4)}) AND table_schema ${IN_USER_SCHEMA}
ORDER BY table_schema, table_name, index_name`,
);

export const indexTooLarge: UpgradeCheck = {
  id: 'indexTooLarge',
  auroraId: 'mysqlIndexTooLargeCheck',
  alsoInLogAs: ['auroraUpgradeCheckIndexLengthLimit'],
  title: 'Indexes above 767 bytes in COMPACT and REDUNDANT tables',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'An ALTER TABLE could leave an index of more than 767 bytes of a column in a table of row format COMPACT or REDUNDANT. The new version cannot open such a table.',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on the schemas',
  queries: [TABLES, COLUMNS, INDEXES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 0),
  async run(context) {
    const tableOf = (row: Row): string => objectName(row, 'schema_name', 'table_name');
    const columnOf = (row: Row): string => objectName(row, 'schema_name', 'table_name', 'column_name');
    const formats = new Map((await context.read(TABLES)).map((row) => [tableOf(row), text(row, 'row_format')]));
    if (formats.size === 0) return [];
    const columns = new Map((await context.read(COLUMNS)).map((row) => [columnOf(row), row]));
    return (await context.read(INDEXES))
      .filter((row) => formats.has(tableOf(row)) && indexedBytes(row, columns.get(columnOf(row))) > LIMIT)
      .map((row) => ({
        level: 'error',
        object: columnOf(row),
        description: `The index ${text(row, 'index_name')} has more than ${LIMIT} bytes of this column; the row format is ${formats.get(tableOf(row)) ?? ''}.`,
        cure: `ALTER TABLE ${quoted(text(row, 'schema_name'), text(row, 'table_name'))} ROW_FORMAT = DYNAMIC; (it copies the whole table)`,
      }));
  },
};

/** sub_part counts characters; without one the whole column is indexed. */
function indexedBytes(index: Row, column: Row | undefined): number {
  if (!column) return 0;
  const octets = number(column, 'octets');
  if (index['sub_part'] === null) return octets;
  return number(index, 'sub_part') * Math.max(1, Math.floor(octets / Math.max(1, number(column, 'characters'))));
}
