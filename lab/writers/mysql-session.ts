import { connect as connectSocket } from 'node:net';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { LedgerWrite, WriterSession } from './writer-session';

export interface SessionTarget {
  /** The name the application uses; the address it led to just now. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** Source address, so that the security groups know whose client this is. */
  readonly localAddress: string;
  readonly user: string;
  readonly password: string;
  /** PEM of the CA. Only the chain is verified: a CNAME never matches the names in Aurora's certificates. */
  readonly ca: string;
}

const CONNECT_TIMEOUT_MS = 2000;
/** A client that hears nothing for this long takes the connection for dead. */
const STATEMENT_DEADLINE_MS = 3000;

/** Connects over TLS and learns which server answered. */
export async function openMysqlSession(target: SessionTarget): Promise<WriterSession> {
  const connection = await createConnection({
    host: target.host,
    user: target.user,
    password: target.password,
    database: 'shop',
    ssl: { ca: target.ca, rejectUnauthorized: true },
    connectTimeout: CONNECT_TIMEOUT_MS,
    supportBigNumbers: true,
    stream: () =>
      connectSocket({
        host: target.address,
        port: target.port,
        localAddress: target.localAddress,
        noDelay: true,
      }),
  });
  connection.on('error', () => undefined);
  const session = new MysqlSession(connection);
  try {
    await session.identify();
  } catch (error) {
    session.close();
    throw error;
  }
  return session;
}

class MysqlSession implements WriterSession {
  serverUuid = '';

  constructor(private readonly connection: Connection) {}

  async identify(): Promise<void> {
    const [row] = await this.query('SELECT @@server_uuid AS serverUuid');
    this.serverUuid = String(row?.['serverUuid']);
  }

  async prepare({ client, seq, payload }: LedgerWrite): Promise<void> {
    await this.query('START TRANSACTION');
    await this.query('INSERT INTO ledger_write (client, seq, payload, server_uuid) VALUES (?, ?, ?, @@server_uuid)', [
      client,
      seq,
      payload,
    ]);
    await this.query(
      'INSERT INTO ledger_total (client, writes) VALUES (?, 1) ON DUPLICATE KEY UPDATE writes = writes + 1',
      [client],
    );
  }

  async commit(): Promise<void> {
    await this.query('COMMIT');
  }

  async find(client: number, seq: number): Promise<{ payload: string; serverUuid: string } | undefined> {
    const [row] = await this.query('SELECT payload, server_uuid FROM ledger_write WHERE client = ? AND seq = ?', [
      client,
      seq,
    ]);
    return row === undefined ? undefined : { payload: String(row['payload']), serverUuid: String(row['server_uuid']) };
  }

  async lastSeq(client: number): Promise<number> {
    const [row] = await this.query('SELECT COALESCE(MAX(seq), 0) AS seq FROM ledger_write WHERE client = ?', [client]);
    return Number(row?.['seq']);
  }

  close(): void {
    this.connection.destroy();
  }

  /** The deadline destroys the connection: mysql2's own `timeout` would leave it in an unknown state. */
  private async query(sql: string, values: readonly (string | number)[] = []): Promise<readonly RowDataPacket[]> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(
          Object.assign(new Error(`No answer within ${String(STATEMENT_DEADLINE_MS)} ms to: ${sql}`), {
            code: 'DEADLINE',
          }),
        );
        this.connection.destroy();
      }, STATEMENT_DEADLINE_MS);
    });
    try {
      const [rows] = await Promise.race([this.connection.query<RowDataPacket[]>(sql, [...values]), deadline]);
      return rows;
    } finally {
      clearTimeout(timer);
    }
  }
}
