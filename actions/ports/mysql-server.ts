/**
 * A MySQL server as steps see it. What can be asked and what can be changed is data (`actions/mysql/`), so a plan can
 * print it, a dry run can record it and a simulated server can act on it by name.
 */
export type Side = 'blue' | 'green';

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/** A change. `name` and `args` are for those who act without SQL (simulations); `sql` is what a real server is sent. */
export interface Statement {
  readonly name: string;
  readonly sql: string;
  /** Bound to the `?` of `sql`, in order. */
  readonly values: readonly Value[];
  /** Indices of `values` that never appear in a plan, a log or an error. */
  readonly secrets: readonly number[];
  readonly args: Readonly<Record<string, Value>>;
}

/** A question. `parse` never throws for rows that a supported server can answer. */
export interface Query<T> {
  readonly name: string;
  readonly sql: string;
  readonly values: readonly Value[];
  readonly args: Readonly<Record<string, Value>>;
  parse(rows: readonly Row[]): T;
}

/** Time that one call may take. When it passes, the statement is killed on the server and the outcome is unknown. */
export interface CallLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface MysqlSession {
  /** Id of this connection on the server, as in the process list. */
  connectionId(): Promise<number>;
  read<T>(query: Query<T>, limits: CallLimits): Promise<T>;
  run(statement: Statement, limits: CallLimits): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}

export interface MysqlServer extends MysqlSession {
  readonly side: Side;
  /** `VERSION()` of the server, e.g. `5.7.29-log`. */
  readonly version: string;
  /** A connection of its own: for locks, which live as long as their connection, and for undo. */
  openSession(): Promise<MysqlSession>;
  /** Ids of every connection that this process holds on the server; they must survive a kill of sessions. */
  ownConnectionIds(): readonly number[];
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export type LoginOutcome = 'accepted' | 'refused' | 'unreachable';

export interface MysqlConnector {
  /** Opens (once) the connections to the writer of a side. Throws `UpgradeError` with source `mysql`. */
  connect(side: Side): Promise<MysqlServer>;
  /** Credentials of the master user of a side; read from the environment or a secret, kept in memory only. */
  masterCredentials(side: Side): Promise<Credentials>;
  /** Whether this account can log in over the network; opens and closes one connection. */
  tryLogin(side: Side, credentials: Credentials): Promise<LoginOutcome>;
  /** A single connection to the writer of a side as another account; the caller closes it. */
  openSessionAs(side: Side, credentials: Credentials): Promise<MysqlSession>;
  close(): Promise<void>;
}
