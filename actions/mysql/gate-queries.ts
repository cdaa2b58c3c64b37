/** What only the gates of a switch ask. */
import type { Query, Row } from '../ports/mysql-server';

export interface RunningSession {
  readonly id: number;
  readonly user: string;
  readonly command: string;
  readonly seconds: number;
  readonly state: string;
  /** The beginning of what it runs; empty while it runs nothing. */
  readonly statement: string;
}

/** All sessions with what they run; needs PROCESS, without which the server silently shows only the caller's own. */
export function runningSessions(): Query<readonly RunningSession[]> {
  return {
    name: 'running-sessions',
    sql:
      'SELECT ID AS id, USER AS session_user_name, COMMAND AS command, TIME AS seconds, STATE AS state, ' +
      'LEFT(INFO, 2000) AS statement FROM information_schema.processlist',
    values: [],
    args: {},
    parse: (rows) => rows.map(toSession),
  };
}

function toSession(row: Row): RunningSession {
  return {
    id: Number(row['id']),
    user: String(row['session_user_name'] ?? ''),
    command: String(row['command'] ?? ''),
    seconds: Number(row['seconds']),
    state: String(row['state'] ?? ''),
    statement: String(row['statement'] ?? ''),
  };
}
