import { connect as connectSocket } from 'node:net';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { ADD_CENT, BASELINE, clientName, FIND_ROW, INSERT_ROW } from './ledger-tables';
import type { Baseline, LedgerWrite, WriterSession } from './writer-session';

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
  const session = new MysqlSession(connection, target.address);
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

  constructor(
    private readonly connection: Connection,
    readonly address: string,
  ) {}

  async identify(): Promise<void> {
    const [row] = await this.query('SELECT @@server_uuid AS serverUuid');
    this.serverUuid = String(row?.['serverUuid']);
  }

  async prepare({ client, seq, payload }: LedgerWrite): Promise<void> {
    await this.query('START TRANSACTION');
    await this.query(INSERT_ROW, [clientName(client), seq, payload]);
    await this.query(ADD_CENT, [client]);
  }

  async commit(): Promise<void> {
    await this.query('COMMIT');
  }

  async rollback(): Promise<void> {
    await this.query('ROLLBACK');
  }

  async find(client: number, seq: number): Promise<{ payload: string; serverUuid: string } | undefined> {
    const [row] = await this.query(FIND_ROW, [clientName(client), seq]);
    return row === undefined ? undefined : { payload: String(row['payload']), serverUuid: String(row['serverUuid']) };
  }

  async baseline(client: number): Promise<Baseline> {
    const [row] = await this.query(BASELINE, [clientName(client), client]);
    return { lastSeq: Number(row?.['lastSeq']), cents: Number(row?.['cents']) };
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
