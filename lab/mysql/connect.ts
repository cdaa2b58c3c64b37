/** Connections of the lab's own: through the server's unix socket, so that no relay or security group is in the way. */
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';

export interface PlatformCredentials {
  readonly user: string;
  readonly password: string;
}

export type Row = Readonly<Record<string, unknown>>;

/**
 * A session which nothing is logged of in the general way: it does not write to the binary log, its times are UTC, its
 * big numbers and dates are strings. `sql_mode` is relaxed, so that whatever a server holds can be written again.
 */
export async function connectToServer(socketPath: string, credentials: PlatformCredentials): Promise<Connection> {
  const connection = await createConnection({
    socketPath,
    ...credentials,
    connectTimeout: 10_000,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    multipleStatements: true,
  });
  try {
    await connection.query(
      `SET SESSION sql_log_bin = 0, time_zone = '+00:00', sql_mode = 'NO_AUTO_VALUE_ON_ZERO', lock_wait_timeout = 60`,
    );
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** Runs `work` with a session and closes it whatever happens. */
export async function withServer<T>(
  socketPath: string,
  credentials: PlatformCredentials,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connectToServer(socketPath, credentials);
  try {
    return await work(connection);
  } finally {
    connection.destroy();
  }
}

/** Rows of one statement. */
export async function rowsOf(
  connection: Connection,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const [rows] = await connection.query<RowDataPacket[]>(sql, [...values]);
  return rows;
}

/** A column of the only row of a statement, as text; undefined when there is no row or the value is NULL. */
export async function valueOf(
  connection: Connection,
  sql: string,
  values: readonly unknown[] = [],
): Promise<string | undefined> {
  const row = (await rowsOf(connection, sql, values))[0];
  return row === undefined ? undefined : textOf(Object.values(row)[0]);
}

/** Columns of type TEXT in the dictionary arrive as text or bytes, depending on the series. */
export function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value);
}

/** A column that must be there. */
export function text(row: Row, column: string): string {
  const value = textOf(row[column]);
  if (value === undefined) throw new Error(`The server answered no ${column} in ${JSON.stringify(Object.keys(row))}.`);
  return value;
}

/** `name` as an identifier in backquotes. */
export function identifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\u001a': '\\Z',
  '\\': '\\\\',
  "'": "\\'",
};

/** `value` as a string literal; backslash escapes, so sql_mode must not have NO_BACKSLASH_ESCAPES. */
export function literal(value: string): string {
  return `'${[...value].map((character) => ESCAPES[character] ?? character).join('')}'`;
}

/** MySQL's error number, undefined for anything else. */
export function errorNumber(error: unknown): number | undefined {
  const number = error instanceof Error && 'errno' in error ? error.errno : undefined;
  return typeof number === 'number' ? number : undefined;
}
