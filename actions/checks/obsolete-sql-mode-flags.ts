import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { MYSQL_UPGRADING_FROM_PREVIOUS } from './manuals';
import { findSqlModes } from './sql-modes';
import { EVENT_QUERIES, TRIGGER_QUERIES } from './stored-objects';

const MODES = [
  'DB2',
  'MSSQL',
  'MYSQL323',
  'MYSQL40',
  'NO_AUTO_CREATE_USER',
  'NO_FIELD_OPTIONS',
  'NO_KEY_OPTIONS',
  'NO_TABLE_OPTIONS',
  'ORACLE',
  'POSTGRESQL',
];

export const obsoleteSqlModeFlags: UpgradeCheck = {
  id: 'obsoleteSqlModeFlags',
  auroraId: 'sqlModeFlagCheck',
  title: 'Other removed SQL modes',
  group: 'text',
  severity: 'notice',
  whyItMatters:
    'Stored objects lose these modes silently on the new version, and a client that sets one of them gets an error. NO_AUTO_CREATE_USER is in the default of 5.7, so nearly every stored object has it; for that one nothing changes.',
  documentation: MYSQL_UPGRADING_FROM_PREVIOUS,
  needs: 'SELECT on mysql.proc and mysql.event (5.7); TRIGGER',
  queries: [...EVENT_QUERIES, ...TRIGGER_QUERIES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 11),
  run: (context) => findSqlModes(context, 'notice', MODES, 'The target does not know the mode.'),
};
