/** Statements and questions of the fences that are not one of Aurora's procedures. Each was tried on 5.7.29 and 9.7.4. */
import type { Query, Statement } from '../ports/mysql-server';
import { bound, plain, TOOL_SCHEMA, type Account } from './statements';

export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** Every base table that an application can write. Order is fixed, so that two sessions never wait for each other. */
export function applicationTables(limit: number): Query<readonly TableName[]> {
  return {
    name: 'application-tables',
    sql:
      'SELECT TABLE_SCHEMA AS schema_of, TABLE_NAME AS table_of FROM information_schema.tables ' +
      "WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema', ?) " +
      'ORDER BY 1, 2 LIMIT ?',
    values: [TOOL_SCHEMA, limit],
    args: { limit },
    parse: (rows) => rows.map((row) => ({ schema: String(row['schema_of']), table: String(row['table_of']) })),
  };
}

/**
 * Waits for the transactions that have written to a table, lets nobody write meanwhile, and ends with its session: writers
 * wait (`Waiting for table metadata lock`) instead of being refused.
 */
export function lockTables(tables: readonly TableName[]): Statement {
  const names = tables.map(({ schema, table }) => `${quoted(schema)}.${quoted(table)} READ`);
  return {
    name: 'lock-tables',
    sql: `LOCK TABLES ${names.join(', ')}`,
    values: [],
    secrets: [],
    args: { tables: tables.length },
  };
}

/** What the fence would lock is not known before its tables are: for plans and for the proof that it may be locked at all. */
export function lockProbeTable(): Statement {
  return plain('lock-probe-table', `LOCK TABLES ${TOOL_SCHEMA}.probe READ`);
}

export function unlockTables(): Statement {
  return plain('unlock-tables', 'UNLOCK TABLES');
}

/** How long this session waits for a lock; and after which silence the server ends it, and with it what it holds. */
export function limitSession(lockWaitSeconds: number, silenceSeconds: number): Statement {
  return bound('limit-session', 'SET SESSION lock_wait_timeout = ?, SESSION wait_timeout = ?', {
    lockWaitSeconds,
    silenceSeconds,
  });
}

/** On a server of one's own; needs SUPER, from 8.0 on SYSTEM_VARIABLES_ADMIN. super_read_only ON includes read_only. */
export function setGlobalReadOnly(on: boolean, alsoSuper: boolean): Statement {
  const value = on ? 'ON' : 'OFF';
  const sql =
    on && alsoSuper
      ? 'SET GLOBAL super_read_only = ON'
      : `SET GLOBAL ${alsoSuper ? 'super_read_only = OFF, GLOBAL ' : ''}read_only = ${value}`;
  return { name: 'set-global-read-only', sql, values: [], secrets: [], args: { on: on ? 1 : 0 } };
}

/** Logged word for word, so the replica locks the account too. Sessions of the account live on: end them afterwards. */
export function lockAccount({ user, host }: Account, locked: boolean): Statement {
  return {
    name: 'lock-account',
    sql: `ALTER USER ?@? ACCOUNT ${locked ? 'LOCK' : 'UNLOCK'}`,
    values: [user, host],
    secrets: [],
    args: { user, host, locked: locked ? 1 : 0 },
  };
}

/** For a session that may end its own user's sessions and nobody else's. */
export function killOwn(id: number): Statement {
  return bound('kill-own', 'KILL ?', { id });
}

/** Accounts of the list that exist, and whether each is locked. */
export function accountLocks(accounts: readonly Account[]): Query<ReadonlyMap<string, boolean>> {
  return {
    name: 'account-locks',
    sql:
      'SELECT User AS account_user, Host AS account_host, account_locked AS account_lock FROM mysql.user ' +
      `WHERE ${accounts.map(() => '(User = ? AND Host = ?)').join(' OR ')}`,
    values: accounts.flatMap(({ user, host }) => [user, host]),
    args: { accounts: accounts.map(({ user, host }) => `${user}@${host}`).join(',') },
    parse: (rows) =>
      new Map(
        rows.map((row) => [
          `${String(row['account_user'])}@${String(row['account_host'])}`,
          String(row['account_lock']) === 'Y',
        ]),
      ),
  };
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
