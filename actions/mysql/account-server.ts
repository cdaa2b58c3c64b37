/** What a server is able to do for accounts: plugins, privileges, and how its clients are connected. */
import type { Query } from '../ports/mysql-server';

/** Authentication plugins that accounts can log in with here. */
export function authenticationPlugins(): Query<ReadonlySet<string>> {
  return {
    name: 'authentication-plugins',
    sql:
      'SELECT PLUGIN_NAME AS plugin_of FROM information_schema.PLUGINS ' +
      "WHERE PLUGIN_TYPE = 'AUTHENTICATION' AND PLUGIN_STATUS = 'ACTIVE'",
    values: [],
    args: {},
    parse: (rows) => new Set(rows.map((row) => String(row['plugin_of']))),
  };
}

/** Privileges that the server knows, upper case. */
export function knownPrivileges(): Query<ReadonlySet<string>> {
  return {
    name: 'known-privileges',
    sql: 'SHOW PRIVILEGES',
    values: [],
    args: {},
    parse: (rows) => new Set(rows.map((row) => String(row['Privilege']).toUpperCase())),
  };
}

/** Network clients that are connected now, counted by user and kind. */
export interface ClientKind {
  readonly user: string;
  /** As `Ssl_version` answers, e.g. `TLSv1.2`; empty: without TLS. */
  readonly tlsVersion: string;
  readonly sessions: number;
}

/**
 * Empty where performance_schema is off. 5.7 has no index on status_by_thread, so a join would read the status of all sessions
 * once for each buffer of sessions: DISTINCT makes every version keep the one variable in a table of its own, read once.
 */
export function clientKinds(): Query<readonly ClientKind[]> {
  return {
    name: 'client-kinds',
    sql:
      "SELECT t.PROCESSLIST_USER AS user_of, IF(t.CONNECTION_TYPE = 'TCP/IP', '', IFNULL(s.VARIABLE_VALUE, 'unknown')) AS " +
      'tls_version_of, COUNT(*) AS sessions ' +
      'FROM performance_schema.threads t LEFT JOIN (' +
      "SELECT DISTINCT THREAD_ID, VARIABLE_VALUE FROM performance_schema.status_by_thread WHERE VARIABLE_NAME = 'Ssl_version') s " +
      'ON s.THREAD_ID = t.THREAD_ID ' +
      "WHERE t.PROCESSLIST_USER IS NOT NULL AND t.CONNECTION_TYPE IN ('TCP/IP', 'SSL/TLS') GROUP BY 1, 2",
    values: [],
    args: {},
    parse: (rows) =>
      rows.map((row) => ({
        user: String(row['user_of']),
        tlsVersion: String(row['tls_version_of'] ?? ''),
        sessions: Number(row['sessions']),
      })),
  };
}
