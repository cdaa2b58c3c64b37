import { isServerAtLeast } from '../mysql/version';
import type { UpgradeCheck } from './check';
import { AURORA_MAJOR_UPGRADE } from './manuals';
import { number, select } from './queries';

/** InnoDB's own list: counting information_schema.tables opens every table on 5.7, which hurts where there are many. */
const COUNT_57 = select(
  'table-count-of-5.7',
  "SELECT COUNT(*) AS tables_found FROM information_schema.innodb_sys_tables WHERE name LIKE '%/%'",
);
const COUNT = select(
  'table-count',
  "SELECT COUNT(*) AS tables_found FROM information_schema.innodb_tables WHERE name LIKE '%/%'",
);

export const tableCount: UpgradeCheck = {
  id: 'tableCount',
  title: 'Number of tables',
  group: 'operational',
  severity: 'notice',
  whyItMatters:
    'The upgrade moves the definition of every table and partition into the new data dictionary and then checks every table. With very many of them it takes long and needs a large instance.',
  documentation: AURORA_MAJOR_UPGRADE,
  needs: 'PROCESS',
  queries: [COUNT_57, COUNT],
  appliesTo: () => true,
  async run(context) {
    const query = isServerAtLeast(context.server.version, 8, 0, 0) ? COUNT : COUNT_57;
    const tables = number((await context.read(query))[0] ?? {}, 'tables_found');
    if (tables <= context.thresholds.tables) return [];
    return [
      {
        level: 'notice',
        object: 'information_schema.tables',
        description: `${tables} tables and partitions.`,
        cure: 'Drop tables and partitions that nobody needs; upgrade on a large instance class, and try it on a clone to learn how long it takes.',
      },
    ];
  },
};
