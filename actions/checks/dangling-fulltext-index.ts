import type { UpgradeCheck } from './check';
import { crosses, isFrom57 } from './crossing';
import { parseInnodbName } from './innodb-names';
import { AURORA_PRECHECKS } from './manuals';
import { quoted, select, text } from './queries';

/** Type 32 is FULLTEXT. A plain DROP INDEX leaves this state on 5.7.29 (tried); a column that somebody declared is theirs. */
const TABLES = select(
  'fulltext-columns-without-an-index',
  `SELECT t.name AS name FROM information_schema.innodb_sys_columns c
STRAIGHT_JOIN information_schema.innodb_sys_tables t ON t.table_id = c.table_id
LEFT JOIN information_schema.innodb_sys_indexes i ON i.table_id = t.table_id AND i.type = 32
WHERE c.name = 'FTS_DOC_ID' AND i.index_id IS NULL AND t.name LIKE '%/%' ORDER BY t.name`,
);
const DECLARED = select(
  'declared-fulltext-columns',
  "SELECT table_schema AS schema_name, table_name AS table_name FROM information_schema.columns WHERE column_name = 'FTS_DOC_ID'",
);

export const danglingFulltextIndex: UpgradeCheck = {
  id: 'danglingFulltextIndex',
  auroraId: 'auroraGetDanglingFulltextIndex',
  alsoInLogAs: ['getDanglingFulltextIndex'],
  title: 'Remains of a dropped FULLTEXT index',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'The hidden column FTS_DOC_ID stays behind when the last FULLTEXT index of a table is dropped. The upgrade of Aurora refuses tables with such remains.',
  documentation: AURORA_PRECHECKS,
  needs: 'PROCESS; SELECT on the schemas',
  queries: [TABLES, DECLARED],
  appliesTo: (crossing) => isFrom57(crossing) && crosses(crossing, 8, 0, 0),
  async run(context) {
    const suspects = (await context.read(TABLES)).flatMap((row) => parseInnodbName(text(row, 'name')) ?? []);
    if (suspects.length === 0) return [];
    const declared = await context.read(DECLARED);
    return suspects
      .filter(
        ({ schema, table }) =>
          !declared.some((row) => schema.matches(text(row, 'schema_name')) && table.matches(text(row, 'table_name'))),
      )
      .map(({ schema, table }) => ({
        level: 'error',
        object: `${schema.shown}.${table.shown}`,
        description: 'It has the hidden column FTS_DOC_ID and no FULLTEXT index.',
        cure: `ALTER TABLE ${quoted(schema.shown, table.shown)} ENGINE = InnoDB; (it copies the whole table)`,
      }));
  },
};
