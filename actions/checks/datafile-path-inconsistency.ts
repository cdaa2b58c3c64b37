import type { UpgradeCheck } from './check';
import { parseInnodbName } from './innodb-names';
import { AURORA_PRECHECKS } from './manuals';
import { goesToAuroraBefore304 } from './old-aurora-target';
import { select, text } from './queries';

const DATA_FILES = select(
  'data-files-in-odd-places',
  `SELECT s.name AS name, f.path AS path FROM information_schema.innodb_sys_tablespaces s
JOIN information_schema.innodb_sys_datafiles f ON f.space = s.space
WHERE s.space_type = 'Single' AND s.name LIKE '%/%' AND f.path <> CONCAT('./', s.name, '.ibd') ORDER BY s.name`,
);

export const datafilePathInconsistency: UpgradeCheck = {
  id: 'datafilePathInconsistency',
  auroraId: 'auroraUpgradeCheckForDatafilePathInconsistency',
  title: 'Data files whose path differs from the name of their table',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'Aurora MySQL before 3.04 could not be upgraded to while the dictionary gave a data file another path than its table has.',
  documentation: AURORA_PRECHECKS,
  needs: 'PROCESS',
  queries: [DATA_FILES],
  appliesTo: goesToAuroraBefore304,
  async run(context) {
    return (await context.read(DATA_FILES)).flatMap((row) => {
      const table = parseInnodbName(text(row, 'name'));
      if (!table) return [];
      return [
        {
          level: 'error' as const,
          object: `${table.schema.shown}.${table.table.shown}`,
          description: `Its data file is ${text(row, 'path')}.`,
          cure: 'Choose Aurora MySQL 3.04 or later as the target, or rebuild the table (ALTER TABLE .. ENGINE = InnoDB).',
        },
      ];
    });
  },
};
