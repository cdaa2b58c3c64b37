/** A consistent logical copy of a running server, with the binary-log position which it corresponds to. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import type { LabCoordinates } from '../../contract';
import type { Series } from '../binaries';
import { connectToServer, identifier, literal, rowsOf, text, textOf, type PlatformCredentials } from '../connect';
import { dumpAccounts } from './accounts';
import { transferColumns, writtenExpression } from './columns';
import { dumpEvents, dumpRoutines, dumpSchemas, dumpTriggers, dumpViews, SYSTEM_SCHEMAS } from './dump-objects';
import { MANIFEST_FILE, type SnapshotManifest, type TableDump } from './manifest';

export interface SnapshotSource {
  readonly socketPath: string;
  readonly platform: PlatformCredentials;
  readonly series: Series;
  readonly engineVersion: string;
  readonly masterUsername: string;
}

/** Tables are written by several sessions that share one point in time. */
const SESSIONS = 3;

/**
 * Copies all customer data, programs and accounts into `folder`, which must lie where the server may write and must not
 * exist. Writers are held up only while the sessions start their snapshots. DDL during the copy makes it fail. Only a
 * complete snapshot is ever seen under the folder's name.
 */
export async function takeSnapshot(source: SnapshotSource, folder: string): Promise<void> {
  const temporary = `${folder}.partial`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  const sessions: Connection[] = [];
  try {
    for (let index = 0; index < SESSIONS; index += 1) {
      sessions.push(await connectToServer(source.socketPath, source.platform));
    }
    const coordinates = await startTogether(source, sessions);
    const main = sessions[0];
    if (main === undefined) throw new Error('No session to copy with.');
    const manifest: SnapshotManifest = {
      series: source.series,
      engineVersion: source.engineVersion,
      masterUsername: source.masterUsername,
      ...(coordinates === undefined ? {} : { coordinates }),
      schemas: await dumpSchemas(main),
      tables: await dumpTables(sessions, temporary),
      views: await dumpViews(main),
      routines: await dumpRoutines(main),
      triggers: await dumpTriggers(main),
      events: await dumpEvents(main),
      accounts: await dumpAccounts(main),
      configuration: await dumpConfiguration(main),
    };
    writeFileSync(join(temporary, MANIFEST_FILE), JSON.stringify(manifest), { mode: 0o600 });
    renameSync(temporary, folder);
  } finally {
    for (const session of sessions) session.destroy();
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Under one global read lock every session sees the same data, and the position is the one of that data. */
async function startTogether(
  source: SnapshotSource,
  sessions: readonly Connection[],
): Promise<LabCoordinates | undefined> {
  const locker = await connectToServer(source.socketPath, source.platform);
  try {
    await locker.query('FLUSH TABLES WITH READ LOCK');
    for (const session of sessions) {
      await session.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await session.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
    }
    const status = await rowsOf(locker, source.series === '5.7' ? 'SHOW MASTER STATUS' : 'SHOW BINARY LOG STATUS');
    await locker.query('UNLOCK TABLES');
    const row = status[0];
    return row === undefined ? undefined : { file: text(row, 'File'), position: Number(text(row, 'Position')) };
  } finally {
    locker.destroy();
  }
}

/** Biggest tables first, so that no session is left alone with one at the end. */
async function dumpTables(sessions: readonly Connection[], folder: string): Promise<TableDump[]> {
  const first = sessions[0];
  if (first === undefined) return [];
  const rows = await rowsOf(
    first,
    `SELECT TABLE_SCHEMA AS s, TABLE_NAME AS n FROM information_schema.TABLES
      WHERE TABLE_SCHEMA NOT IN ${SYSTEM_SCHEMAS} AND TABLE_TYPE = 'BASE TABLE' ORDER BY DATA_LENGTH DESC, 1, 2`,
  );
  const waiting = rows.map((row, index) => ({ schema: text(row, 's'), name: text(row, 'n'), index }));
  const dumps: TableDump[] = [];
  const worker = async (session: Connection): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      dumps.push(await dumpTable(session, next.schema, next.name, join(folder, `table-${next.index}`)));
    }
  };
  await Promise.all(sessions.map(worker));
  return dumps;
}

async function dumpTable(session: Connection, schema: string, name: string, path: string): Promise<TableDump> {
  const table = `${identifier(schema)}.${identifier(name)}`;
  const columns = await transferColumns(session, schema, name);
  const created = (await rowsOf(session, `SHOW CREATE TABLE ${table}`))[0] ?? {};
  const expressions = columns.map(writtenExpression).join(', ');
  await session.query(`SELECT ${expressions} FROM ${table} INTO OUTFILE ${literal(path)} CHARACTER SET binary`);
  return {
    schema,
    name,
    createStatement: text(created, 'Create Table'),
    columns,
    file: path.slice(path.lastIndexOf('/') + 1),
  };
}

async function dumpConfiguration(connection: Connection): Promise<SnapshotManifest['configuration']> {
  const rows = await rowsOf(connection, 'SELECT name, value FROM mysql.rds_configuration');
  return rows.map((row) => ({ name: text(row, 'name'), value: textOf(row.value) ?? null }));
}
