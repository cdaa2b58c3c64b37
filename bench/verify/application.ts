/**
 * The application of the bench, as a process of its own, so that the tool's work is not in its clocks: connections that each read
 * rows by key, insert one and change one in a transaction, with a pause between. It answers with the times that transactions took.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type Connection } from 'mysql2/promise';
import { SCHEMA, WRITTEN } from './data';

export interface ApplicationOptions {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly connections: number;
  readonly pauseMs: number;
  /** Ids below this are in every table. */
  readonly rows: number;
  readonly tables: number;
}

export type ApplicationRequest =
  | { readonly type: 'start'; readonly options: ApplicationOptions }
  /** Asks for the times since the last mark, in ms. */
  | { readonly type: 'mark' };

let times: number[] = [];

async function work(options: ApplicationOptions, writer: number): Promise<never> {
  const { port, user, password, pauseMs, rows, tables } = options;
  const connection = await createConnection({ host: '127.0.0.1', port, user, password });
  for (let n = 0; ; n++) {
    const start = performance.now();
    await transact(connection, writer, n, (writer * 7919 + n * 104_729) % rows, n % tables);
    times.push(performance.now() - start);
    await sleep(pauseMs);
  }
}

async function transact(connection: Connection, writer: number, n: number, id: number, table: number): Promise<void> {
  await connection.query('START TRANSACTION');
  await connection.query(`SELECT * FROM ${SCHEMA}.t${table} WHERE id BETWEEN ? AND ?`, [id, id + 10]);
  await connection.query(`INSERT INTO ${WRITTEN} (writer, n, note) VALUES (?, ?, ?)`, [writer, n, `write ${n}`]);
  await connection.query(`UPDATE ${SCHEMA}.t${table} SET amount = amount + 1 WHERE id = ?`, [id]);
  await connection.query('COMMIT');
}

process.on('message', (request: ApplicationRequest) => {
  if (request.type === 'mark') {
    process.send?.(times);
    times = [];
    return;
  }
  for (let writer = 0; writer < request.options.connections; writer++) {
    work(request.options, writer).catch((error: unknown) => {
      process.stderr.write(`the application of the bench: ${String(error)}\n`);
      process.exit(1);
    });
  }
  process.send?.([]);
});
process.on('disconnect', () => process.exit(0));
