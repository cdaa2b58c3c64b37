import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { select, text } from './queries';

/** 5.7.29 straightens such a path when it starts (tried): only a tablespace made since then shows it. */
const DATA_FILES = select(
  'circular-data-files',
  `SELECT tablespace_name AS tablespace_name, file_name AS file_name FROM information_schema.files
WHERE file_type = 'TABLESPACE' AND file_name LIKE '%/../%'`,
);

export const circularDirectory: UpgradeCheck = {
  id: 'circularDirectory',
  auroraId: 'circularDirectoryCheck',
  title: 'Data files whose path goes up',
  group: 'schema',
  severity: 'error',
  whyItMatters: 'From 8.0.17 on the path of a tablespace may not contain /../; the upgrade refuses such a tablespace.',
  documentation: AURORA_PRECHECKS,
  needs: 'nothing on 5.7; PROCESS from 8.0 on',
  queries: [DATA_FILES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 17),
  async run(context) {
    return (await context.read(DATA_FILES)).map((row) => ({
      level: 'error',
      object: text(row, 'tablespace_name'),
      description: `Its data file is ${text(row, 'file_name')}.`,
      cure: 'Move its tables to another tablespace (ALTER TABLE .. TABLESPACE) and drop this one.',
    }));
  },
};
