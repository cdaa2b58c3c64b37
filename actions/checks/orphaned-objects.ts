import { isServerAtLeast } from '../mysql/version';
import type { UpgradeCheck } from './check';
import { crosses } from './crossing';
import { AURORA_PRECHECKS } from './manuals';
import { objectName, select, text } from './queries';

const ROUTINES = select(
  'orphaned-routines',
  `SELECT p.db AS schema_name, p.name AS name, LOWER(p.type) AS kind FROM mysql.proc p
LEFT JOIN information_schema.schemata s ON s.schema_name = p.db WHERE s.schema_name IS NULL ORDER BY p.db, p.name`,
);
const EVENTS = select(
  'orphaned-events',
  `SELECT e.db AS schema_name, e.name AS name, 'event' AS kind FROM mysql.event e
LEFT JOIN information_schema.schemata s ON s.schema_name = e.db WHERE s.schema_name IS NULL ORDER BY e.db, e.name`,
);

export const orphanedObjects: UpgradeCheck = {
  id: 'orphanedObjects',
  auroraId: 'mysqlOrphanedRoutinesCheck',
  title: 'Routines and events of schemas that do not exist',
  group: 'schema',
  severity: 'error',
  whyItMatters:
    'The new data dictionary cannot hold a routine or an event without its schema; the upgrade stops there.',
  documentation: AURORA_PRECHECKS,
  needs: 'SELECT on mysql.proc and mysql.event; SHOW DATABASES',
  queries: [ROUTINES, EVENTS],
  appliesTo: (crossing) => crosses(crossing, 8, 0, 0),
  async run(context) {
    if (isServerAtLeast(context.server.version, 8, 0, 0)) return [];
    return [...(await context.read(ROUTINES)), ...(await context.read(EVENTS))].map((row) => ({
      level: 'error',
      object: objectName(row, 'schema_name', 'name'),
      description: `This ${text(row, 'kind')} belongs to the schema ${text(row, 'schema_name')}, which does not exist.`,
      cure: `CREATE DATABASE \`${text(row, 'schema_name')}\`; and then DROP DATABASE it, which removes what it left behind.`,
    }));
  },
};
