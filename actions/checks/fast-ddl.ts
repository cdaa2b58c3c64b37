import type { UpgradeCheck } from './check';
import { isFrom57 } from './crossing';
import { AURORA_PRECHECKS } from './manuals';

export const fastDdl: UpgradeCheck = {
  id: 'fastDdl',
  auroraId: 'auroraFODUpgradeCheck',
  title: 'Fast DDL of Aurora MySQL 2',
  group: 'platform',
  severity: 'warning',
  whyItMatters:
    'In lab mode Aurora MySQL 2 could add a column without rebuilding the table. The upgrade refuses a table with such a change that is still pending. No statement shows which tables have one, so lab mode itself is the sign.',
  notTriedBecause: 'lab mode is of Aurora alone; community MySQL has no such variable',
  documentation: AURORA_PRECHECKS,
  needs: 'nothing',
  queries: [],
  appliesTo: isFrom57,
  async run(context) {
    const mode = (await context.variables()).get('aurora_lab_mode')?.toUpperCase();
    if (mode !== 'ON' && mode !== '1') return [];
    return [
      {
        level: 'warning',
        object: 'aurora_lab_mode',
        description: 'Lab mode is on: ALTER TABLE .. ADD COLUMN may be pending in some tables.',
        cure: 'Set aurora_lab_mode to 0, and rebuild (OPTIMIZE TABLE) the tables to which columns were added while it was on.',
      },
    ];
  },
};
