import type { Row } from '../ports/mysql-server';
import type { UpgradeCheck } from './check';
import { crosses, isFrom57 } from './crossing';
import { parseInnodbName, type InnodbTable } from './innodb-names';
import { AURORA_PRECHECKS } from './manuals';
import { number, select, text } from './queries';

/** Counts and sums of the names instead of the names: 200,000 columns would have to be held twice otherwise. */
const SUMMARY = 'COUNT(*) AS columns_found, SUM(CRC32(CONVERT(LOWER(%) USING utf8))) AS names_sum';

const INNODB_TABLES = select(
  'innodb-tables-by-id',
  "SELECT table_id AS table_id, name AS name FROM information_schema.innodb_sys_tables WHERE name LIKE '%/%'",
);
/** FTS_DOC_ID is hidden from the server unless somebody declared it. */
const INNODB_COLUMNS = select(
  'innodb-columns-by-table',
  `SELECT table_id AS table_id, ${SUMMARY.replace('%', 'name')} FROM information_schema.innodb_sys_columns
WHERE name <> 'FTS_DOC_ID' GROUP BY table_id`,
);
const SERVER_COLUMNS = select(
  'server-columns-by-table',
  `SELECT table_schema AS schema_name, table_name AS table_name, ${SUMMARY.replace('%', 'column_name')}
FROM information_schema.columns
WHERE column_name <> 'FTS_DOC_ID' AND table_schema NOT IN ('information_schema', 'performance_schema', 'sys', 'mysql')
GROUP BY table_schema, table_name`,
);

export const mismatchedMetadata: UpgradeCheck = {
  id: 'mismatchedMetadata',
  auroraId: 'getMismatchedMetadata',
  title: 'Columns that InnoDB and the server know differently',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'Before 8.0 the columns of an InnoDB table stand in two dictionaries. Where a broken ALTER or a copied file made them differ, the upgrade to the single dictionary stops.',
  documentation: AURORA_PRECHECKS,
  needs: 'PROCESS; SELECT on all schemas',
  queries: [INNODB_TABLES, INNODB_COLUMNS, SERVER_COLUMNS],
  appliesTo: (crossing) => isFrom57(crossing) && crosses(crossing, 8, 0, 0),
  async run(context) {
    const summaries = new Map((await context.read(INNODB_COLUMNS)).map((row) => [text(row, 'table_id'), row]));
    const server = serverTables(await context.read(SERVER_COLUMNS));
    const found = new Map<string, string>();
    for (const row of await context.read(INNODB_TABLES)) {
      const table = parseInnodbName(text(row, 'name'));
      const own = summaries.get(text(row, 'table_id'));
      const other = table && server(table);
      if (!table || !own || !other || isSame(own, other)) continue;
      const counts = `${number(own, 'columns_found')} columns in InnoDB, ${number(other, 'columns_found')} in the server`;
      found.set(`${table.schema.shown}.${table.table.shown}`, counts);
    }
    return [...found].map(([object, counts]) => ({
      level: 'error',
      object,
      description: `The two dictionaries name its columns differently: ${counts}.`,
      cure: 'Copy its rows to a new table and drop it; on Aurora AWS Support can mend the dictionary.',
    }));
  },
};

function isSame(a: Row, b: Row): boolean {
  return text(a, 'columns_found') === text(b, 'columns_found') && text(a, 'names_sum') === text(b, 'names_sum');
}

/** By exact name where there is one; names with letters beyond ASCII are matched one by one. */
function serverTables(rows: readonly Row[]): (table: InnodbTable) => Row | undefined {
  const byName = new Map(rows.map((row) => [`${text(row, 'schema_name')}/${text(row, 'table_name')}`, row]));
  return ({ schema, table }) =>
    byName.get(`${schema.shown}/${table.shown}`) ??
    (`${schema.shown}${table.shown}`.includes('@')
      ? rows.find((row) => schema.matches(text(row, 'schema_name')) && table.matches(text(row, 'table_name')))
      : undefined);
}
