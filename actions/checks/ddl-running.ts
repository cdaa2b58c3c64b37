import type { Row } from '../ports/mysql-server';
import type { UpgradeCheck } from './check';
import { AURORA_PRECHECKS } from './manuals';
import { isOwnConnection, PROCESS_GUARD, requireProcessPrivilege } from './processes';
import { number, select, text } from './queries';
import { tokenise } from './sql-text';

const PROCESSES = select(
  'running-statements',
  `SELECT id AS pid, user AS user_name, time AS time_seconds, state AS state, LEFT(info, 2000) AS statement
FROM information_schema.processlist WHERE command = 'Query' AND info IS NOT NULL`,
);
/** Knows the kind of a statement, however it was sent; empty while performance_schema is off. */
const STATEMENT_EVENTS = select(
  'running-ddl-events',
  `SELECT t.processlist_id AS pid, t.processlist_user AS user_name, t.processlist_time AS time_seconds,
  t.processlist_state AS state, LEFT(e.sql_text, 2000) AS statement
FROM performance_schema.events_statements_current e JOIN performance_schema.threads t ON t.thread_id = e.thread_id
WHERE e.end_event_id IS NULL AND t.processlist_id IS NOT NULL
  AND e.event_name REGEXP '^statement/sql/(create|alter|drop|rename|truncate|optimize|repair)'`,
);

const DDL_WORDS: ReadonlySet<string> = new Set(['CREATE', 'ALTER', 'DROP', 'RENAME', 'TRUNCATE', 'OPTIMIZE', 'REPAIR']);

export const ddlRunning: UpgradeCheck = {
  id: 'ddlRunning',
  auroraId: 'auroraCheckDDLRecovery',
  title: 'DDL in progress',
  group: 'operational',
  severity: 'error',
  whyItMatters:
    'Aurora cancels an upgrade while a CREATE, DROP, ALTER, RENAME or TRUNCATE runs. It should not be interrupted: that can leave the data dictionary inconsistent for its table.',
  documentation: AURORA_PRECHECKS,
  needs: 'PROCESS; SELECT on performance_schema',
  queries: [PROCESS_GUARD, PROCESSES, STATEMENT_EVENTS],
  appliesTo: () => true,
  async run(context) {
    await requireProcessPrivilege(context);
    const found = new Map<number, Row>();
    for (const row of await context.read(PROCESSES)) {
      if (isDdl(text(row, 'statement'))) found.set(number(row, 'pid'), row);
    }
    try {
      for (const row of await context.read(STATEMENT_EVENTS)) found.set(number(row, 'pid'), row);
    } catch (error) {
      context.couldNotRead('performance_schema.events_statements_current', error);
    }
    return [...found]
      .filter(([connectionId]) => !isOwnConnection(context, connectionId))
      .map(([connectionId, row]) => ({
        level: 'error',
        object: `connection ${connectionId}`,
        description: `DDL of ${text(row, 'user_name')} has been running for ${number(row, 'time_seconds')} s (${text(row, 'state') || 'no state'}).`,
        cure: 'Wait until it has finished; keep schema changes out of the time from the snapshot to the cutover.',
      }));
  },
};

/** Looks behind leading comments. */
export function isDdl(statement: string): boolean {
  return DDL_WORDS.has(tokenise(statement)[0]?.word ?? '');
}
