import { isServerAtLeast } from '../mysql/version';
import type { UpgradeCheck } from './check';
import { IN_USER_SCHEMA, objectName, select, text } from './queries';
import { ALL_NEW_RESERVED_WORDS, newReservedWords } from './reserved-words';
import { readNames } from './read-names';

const WORDS = `IN (${ALL_NEW_RESERVED_WORDS.map((word) => `'${word}'`).join(', ')})`;

const SCHEMAS = select(
  'reserved-schema-names',
  `SELECT 'schema' AS kind, schema_name AS name FROM information_schema.schemata WHERE UPPER(schema_name) ${WORDS}`,
);
const TABLES = select(
  'reserved-table-names',
  `SELECT IF(table_type = 'VIEW', 'view', 'table') AS kind, table_schema AS schema_name, table_name AS name
FROM information_schema.tables WHERE UPPER(table_name) ${WORDS} AND table_schema ${IN_USER_SCHEMA}`,
);
const COLUMNS = select(
  'reserved-column-names',
  `SELECT 'column' AS kind, table_schema AS schema_name, table_name AS table_name, column_name AS name
FROM information_schema.columns WHERE UPPER(column_name) ${WORDS} AND table_schema ${IN_USER_SCHEMA}`,
);
const TRIGGERS = select(
  'reserved-trigger-names',
  `SELECT 'trigger' AS kind, trigger_schema AS schema_name, trigger_name AS name
FROM information_schema.triggers WHERE UPPER(trigger_name) ${WORDS} AND trigger_schema ${IN_USER_SCHEMA}`,
);
const ROUTINES = select(
  'reserved-routine-names',
  `SELECT LOWER(routine_type) AS kind, routine_schema AS schema_name, routine_name AS name
FROM information_schema.routines WHERE UPPER(routine_name) ${WORDS} AND routine_schema ${IN_USER_SCHEMA}`,
);
const EVENTS_57 = select(
  'reserved-event-names-of-5.7',
  `SELECT 'event' AS kind, db AS schema_name, name AS name FROM mysql.event WHERE UPPER(name) ${WORDS} AND db ${IN_USER_SCHEMA}`,
);
const EVENTS = select(
  'reserved-event-names',
  `SELECT 'event' AS kind, event_schema AS schema_name, event_name AS name
FROM information_schema.events WHERE UPPER(event_name) ${WORDS} AND event_schema ${IN_USER_SCHEMA}`,
);

export const reservedKeywords: UpgradeCheck = {
  id: 'reservedKeywords',
  auroraId: 'reservedKeywordsCheck',
  title: 'Names that become reserved words',
  group: 'schema',
  severity: 'warning',
  whyItMatters:
    'The upgrade itself carries such names, but statements that use them without quotes fail on the new version: those of applications, of routines, and DDL that is replicated from blue.',
  documentation: 'https://dev.mysql.com/doc/refman/8.0/en/keywords.html',
  needs: 'SELECT on the schemas; SELECT on mysql.event (5.7) or EVENT (8.0 and later)',
  queries: [SCHEMAS, TABLES, COLUMNS, TRIGGERS, ROUTINES, EVENTS_57, EVENTS],
  appliesTo: (crossing) => newReservedWords(crossing).size > 0,
  async run(context) {
    const words = newReservedWords(context.crossing);
    const events = isServerAtLeast(context.server.version, 8, 0, 0) ? EVENTS : EVENTS_57;
    const rows = await readNames(context, [SCHEMAS, TABLES, COLUMNS, TRIGGERS, ROUTINES, events]);
    return rows
      .filter((row) => words.has(text(row, 'name').toUpperCase()))
      .map((row) => ({
        level: 'warning',
        object: objectName(row, 'schema_name', 'table_name', 'name'),
        description: `The name of this ${text(row, 'kind')} is a reserved word in the target version.`,
        cure: `Write it as \`${text(row, 'name')}\` everywhere it stands without a schema or table before it, or rename it.`,
      }));
  },
};
