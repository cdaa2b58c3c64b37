import type { UpgradeCheck } from './check';
import { crosses, isFrom57 } from './crossing';
import { parseInnodbName } from './innodb-names';
import { AURORA_PRECHECKS } from './manuals';
import { select, text } from './queries';

/** Sees the system tablespace too, which information_schema.partitions does not name. */
const PARTITIONS = select(
  'partitions-in-shared-tablespaces',
  `SELECT name AS name, space_type AS space_type FROM information_schema.innodb_sys_tables
WHERE LOWER(name) LIKE '%#p#%' AND space_type <> 'Single' ORDER BY name`,
);

export const partitionedTablesInSharedTablespaces: UpgradeCheck = {
  id: 'partitionedTablesInSharedTablespaces',
  auroraId: 'partitionedTablesInSharedTablespaceCheck',
  title: 'Partitions in shared tablespaces',
  group: 'schema',
  severity: 'error',
  whyItMatters: 'From 8.0.13 on a partition needs a tablespace of its own; the upgrade refuses others.',
  documentation: AURORA_PRECHECKS,
  needs: 'PROCESS',
  queries: [PARTITIONS],
  appliesTo: (crossing) => isFrom57(crossing) && crosses(crossing, 8, 0, 13),
  async run(context) {
    const found = new Map<string, string>();
    for (const row of await context.read(PARTITIONS)) {
      const table = parseInnodbName(text(row, 'name'));
      if (table) found.set(`${table.schema.shown}.${table.table.shown}`, text(row, 'space_type').toLowerCase());
    }
    return [...found].map(([object, spaceType]) => ({
      level: 'error',
      object,
      description: `Partitions of this table lie in a ${spaceType} tablespace.`,
      cure: 'ALTER TABLE .. REORGANIZE PARTITION .. TABLESPACE = innodb_file_per_table for each of them.',
    }));
  },
};
