/** A large schema on a throw-away server: many tables, many columns, many routines, nothing in them. */
import { copyFileSync, linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { connectToServer } from '../lab/mysql/connect';
import { serverFiles } from '../lab/mysql/server-options';
import type { ThrowAwayServer } from '../lab/mysql/throw-away';

export interface SchemaSize {
  readonly tables: number;
  readonly columns: number;
  readonly routines: number;
}

const TABLES_PER_SCHEMA = 1_000;
/** More would take half an hour and 30 GB, so beyond these all but a few are names of one definition file. */
const MOST_REAL_TABLES = 20_000;
const REAL_BESIDE_NAMES = 2_000;
/** ext4 allows 65,000 names of one file. */
const NAMES_PER_FILE = 60_000;
const WORKERS = 2;
const ROOT = { user: 'root', password: '' };

/** How many tables are made by CREATE TABLE. */
export function realTables({ tables }: SchemaSize): number {
  return tables > MOST_REAL_TABLES ? REAL_BESIDE_NAMES : tables;
}

export async function fillServer(
  server: ThrowAwayServer,
  size: SchemaSize,
  say: (line: string) => void,
): Promise<void> {
  const real = realTables(size);
  const perTable = Math.max(1, Math.round(size.columns / Math.max(1, size.tables)));
  const connections = await Promise.all(Array.from({ length: WORKERS }, () => connectToServer(server.socket, ROOT)));
  try {
    const [first] = connections;
    if (first === undefined) return;
    const schemas = Math.ceil(real / TABLES_PER_SCHEMA);
    for (let schema = 0; schema < Math.max(1, schemas); schema++)
      await first.query(`CREATE DATABASE ${nameOf(schema)}`);
    await inParallel(connections, real, (connection, table) => {
      const columns = Array.from({ length: perTable - 1 }, (_, index) => columnOf(index));
      const list = ['id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY', ...columns].join(', ');
      const where = `${nameOf(Math.floor(table / TABLES_PER_SCHEMA))}.t${table}`;
      if (table > 0 && table % 2_000 === 0) say(`${table} of ${real} tables`);
      return connection.query(`CREATE TABLE ${where} (${list}) ENGINE = InnoDB`);
    });
    await inParallel(connections, size.routines, (connection, routine) =>
      connection.query(`CREATE PROCEDURE ${nameOf(0)}.p${routine} (IN a INT, OUT b INT) ${BODY}`),
    );
    if (size.tables > real) await nameMore(server, first, size.tables - real, say);
  } finally {
    for (const connection of connections) connection.destroy();
  }
}

/** About 1.5 kB, with strings and comments as real ones have. */
const BODY = `BEGIN
  DECLARE total DECIMAL(12, 2) DEFAULT 0; -- what the customer owes
  ${Array.from(
    { length: 12 },
    (_, line) =>
      `SELECT COALESCE(SUM(id), 0) + ${line} INTO total FROM t${line} WHERE id > a AND 'it''s' <> "x" /* ${line} */;`,
  ).join('\n  ')}
  SET b = total;
END`;

const TYPES = [
  'INT NOT NULL',
  'VARCHAR(80) DEFAULT NULL',
  'DATETIME DEFAULT NULL',
  "ENUM('new', 'paid', 'sent') NOT NULL",
  'DECIMAL(10, 2)',
];

function columnOf(index: number): string {
  return `c${index} ${TYPES[index % TYPES.length] ?? 'INT'}`;
}

function nameOf(schema: number): string {
  return `bench_${String(schema).padStart(3, '0')}`;
}

async function inParallel(
  connections: readonly Connection[],
  count: number,
  work: (connection: Connection, index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    connections.map(async (connection) => {
      for (let index = next++; index < count; index = next++) await work(connection, index);
    }),
  );
}

/** Tables of the engine MEMORY are their definition files and nothing else. */
async function nameMore(
  server: ThrowAwayServer,
  connection: Connection,
  count: number,
  say: (line: string) => void,
): Promise<void> {
  await connection.query('CREATE DATABASE bench_names');
  await connection.query('CREATE TABLE bench_names.t (id INT NOT NULL PRIMARY KEY, c INT) ENGINE = MEMORY');
  const folder = join(serverFiles(server.folder).data, 'bench_names');
  mkdirSync(folder, { recursive: true });
  let source = join(folder, 't.frm');
  for (let name = 0; name < count - 1; name++) {
    const file = join(folder, `n${name}.frm`);
    if (name % NAMES_PER_FILE === NAMES_PER_FILE - 1) {
      copyFileSync(source, file);
      source = file;
    } else linkSync(source, file);
  }
  say(`${count} more tables by name`);
}
