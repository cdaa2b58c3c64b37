import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { MYSQL_UPGRADING_FROM_PREVIOUS } from './manuals';
import { findSqlModes } from './sql-modes';
import { EVENT_QUERIES, TRIGGER_QUERIES } from './stored-objects';

export const maxdbSqlModeFlags: UpgradeCheck = {
  id: 'maxdbSqlModeFlags',
  auroraId: 'maxdbFlagCheck',
  title: 'The removed SQL mode MAXDB',
  group: 'text',
  severity: 'warning',
  whyItMatters:
    'Under MAXDB a TIMESTAMP column was made as DATETIME. The mode is gone in 8.0, so the same DDL means something else.',
  documentation: MYSQL_UPGRADING_FROM_PREVIOUS,
  needs: 'SELECT on mysql.proc and mysql.event (5.7); TRIGGER',
  queries: [...EVENT_QUERIES, ...TRIGGER_QUERIES],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 11),
  run: (context) =>
    findSqlModes(context, 'warning', ['MAXDB'], 'TIMESTAMP columns that it creates keep their type from 8.0 on.'),
};
