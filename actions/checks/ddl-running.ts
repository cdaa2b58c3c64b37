import { isServerAtLeast } from '../mysql/version';
import type { Row } from '../ports/mysql-server';
import type { CheckContext, Finding, UpgradeCheck } from './check';
import { AURORA_PRECHECKS } from './manuals';
import { isOwnConnection, killCommand, PROCESS_GUARD, requireProcessPrivilege } from './processes';
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
  AND e.event_name REGEXP '^statement/sql/(create|alter|drop|rename|truncate|optimize|repair|grant|revoke|set_password)'`,
);

/** Tables of Aurora MySQL 2 that hold what a DDL was doing when the server died. */
const RECOVERY_TABLES = select(
  'ddl-recovery-tables',
  `SELECT SUBSTRING_INDEX(name, '/', -1) AS name FROM information_schema.innodb_sys_tables
WHERE name IN ('mysql/ddl_log_md_table', 'mysql/ddl_log_table')`,
);
const RECOVERY_ROWS = (table: string) => select('ddl-recovery-rows', `SELECT COUNT(*) AS found FROM mysql.${table}`);

const DDL_WORDS: ReadonlySet<string> = new Set(
  'CREATE ALTER DROP RENAME TRUNCATE OPTIMIZE REPAIR GRANT REVOKE'.split(' '),
);

export const ddlRunning: UpgradeCheck = {
  id: 'ddlRunning',
  auroraId: 'auroraCheckDDLRecovery',
  title: 'DDL or DCL in progress',
  group: 'operational',
  severity: 'error',
  whyItMatters:
    'Aurora cancels an upgrade while a CREATE, DROP, ALTER, RENAME or TRUNCATE runs. It should not be interrupted: that can leave the data dictionary inconsistent for its table.',
  documentation: AURORA_PRECHECKS,
  needs: 'PROCESS; SELECT on performance_schema',
  queries: [PROCESS_GUARD, PROCESSES, STATEMENT_EVENTS, RECOVERY_TABLES],
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
    const running = [...found]
      .filter(([connectionId]) => !isOwnConnection(context, connectionId))
      .map(([connectionId, row]) => ({
        level: 'error' as const,
        object: `connection ${connectionId}`,
        description: `DDL of ${text(row, 'user_name')} has been running for ${number(row, 'time_seconds')} s (${text(row, 'state') || 'no state'}).`,
        cure: `Wait until it has finished; keep schema changes out of the time from the snapshot to the cutover. Only one that waits for a lock itself is safe to end: ${killCommand(context, connectionId)}`,
      }));
    return [...running, ...(await unfinished(context))];
  },
};

/** What a DDL left behind that a crash ended. */
async function unfinished(context: CheckContext): Promise<readonly Finding[]> {
  if (isServerAtLeast(context.server.version, 8, 0, 0)) return [];
  const findings: Finding[] = [];
  for (const row of await context.read(RECOVERY_TABLES)) {
    const table = text(row, 'name').toLowerCase();
    try {
      const rows = number((await context.read(RECOVERY_ROWS(table)))[0] ?? {}, 'found');
      if (rows === 0) continue;
      findings.push({
        level: 'error',
        object: `mysql.${table}`,
        description: `It has ${rows} rows of a DDL that was not finished.`,
        cure: 'Wait until running DDL has ended; when the rows stay, AWS Support has to remove them.',
      });
    } catch (error) {
      context.couldNotRead(`mysql.${table}`, error);
    }
  }
  return findings;
}

/** Looks behind leading comments. */
export function isDdl(statement: string): boolean {
  return DDL_WORDS.has(tokenise(statement)[0]?.word ?? '');
}
