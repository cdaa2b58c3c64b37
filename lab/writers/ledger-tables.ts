import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { LedgerSide } from './ledger';

/**
 * The tables of the seed that the writers use. A transaction inserts the row and adds a cent to the customer whose id is
 * the client's number, so that rows and cents count the same thing in two ways.
 */
export const INSERT_ROW = `INSERT INTO shop.ledger_write (client, seq, payload, server_uuid) VALUES (?, ?, ?, @@server_uuid)`;
export const ADD_CENT = `UPDATE shop.customers SET credit_limit = credit_limit + 0.01 WHERE id = ?`;
export const FIND_ROW = `SELECT payload, server_uuid AS serverUuid FROM shop.ledger_write WHERE client = ? AND seq = ?`;
export const BASELINE = `SELECT
    (SELECT COALESCE(MAX(seq), 0) FROM shop.ledger_write WHERE client = ?) AS lastSeq,
    (SELECT ROUND(credit_limit * 100) FROM shop.customers WHERE id = ?) AS cents`;

/** The column `client` is text; a number would make MySQL convert every row instead of using the index. */
export function clientName(client: number): string {
  return String(client);
}

/** All that a server holds of the ledger, read at one moment. */
export async function readLedgerSide(connection: Connection): Promise<LedgerSide> {
  await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
  try {
    const [rows] = await connection.query<RowDataPacket[]>(
      'SELECT client, seq, payload, server_uuid AS serverUuid FROM shop.ledger_write',
    );
    const [cents] = await connection.query<RowDataPacket[]>(
      'SELECT id, ROUND(credit_limit * 100) AS cents FROM shop.customers WHERE id IN (SELECT DISTINCT client + 0 FROM shop.ledger_write)',
    );
    return {
      rows: rows.map((row) => ({
        client: Number(row['client']),
        seq: Number(row['seq']),
        payload: String(row['payload']),
        serverUuid: String(row['serverUuid']),
      })),
      cents: new Map(cents.map((row) => [Number(row['id']), Number(row['cents'])])),
    };
  } finally {
    await connection.query('ROLLBACK');
  }
}
