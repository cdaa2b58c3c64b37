import type { UpgradeCheck } from './check';
import { crosses, isFrom57 } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { quoted, select, text } from './queries';
import { parseInnodbName } from './innodb-names';

const AUXILIARY_TABLES = select(
  'fulltext-tables-in-the-system-tablespace',
  `SELECT DISTINCT parent.name AS name FROM information_schema.innodb_sys_tables fts
STRAIGHT_JOIN information_schema.innodb_sys_tables parent
  ON parent.table_id = CONV(SUBSTRING(SUBSTRING_INDEX(fts.name, '/', -1), 5, 16), 16, 10)
WHERE fts.name LIKE '%/FTS\\_%' AND fts.space = 0 ORDER BY parent.name`,
);

export const ftsSpaceIdZero: UpgradeCheck = {
  id: 'ftsSpaceIdZero',
  auroraId: 'auroraUpgradeCheckForFtsSpaceIdZero',
  title: 'FULLTEXT indexes in the system tablespace',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'The tables behind a FULLTEXT index can lie in the system tablespace instead of files of their own, by a bug of old versions or because innodb_file_per_table was off. The upgrade refuses that.',
  documentation: AURORA_PRECHECKS,
  needs: 'PROCESS',
  queries: [AUXILIARY_TABLES],
  appliesTo: (crossing) => isFrom57(crossing) && crosses(crossing, 8, 0, 0),
  async run(context) {
    return (await context.read(AUXILIARY_TABLES)).flatMap((row) => {
      const table = parseInnodbName(text(row, 'name'));
      if (!table) return [];
      const { schema, table: name } = table;
      return [
        {
          level: 'error' as const,
          object: `${schema.shown}.${name.shown}`,
          description: 'Tables behind its FULLTEXT index lie in the system tablespace.',
          cure: `With innodb_file_per_table on: ALTER TABLE ${quoted(schema.shown, name.shown)} ENGINE = InnoDB; (it copies the whole table)`,
        },
      ];
    });
  },
};
