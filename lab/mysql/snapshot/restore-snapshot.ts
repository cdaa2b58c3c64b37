/** Fills a fresh server of the same or a newer series from a snapshot: what Aurora's restore with upgrade does. */
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import type { Series } from '../binaries';
import { grantMasterRights } from '../aurora-face/master-user';
import { connectToServer, errorNumber, identifier, literal, valueOf, type PlatformCredentials } from '../connect';
import { restoreAccounts, restoreGrants } from './accounts';
import { readColumn } from './columns';
import { readManifest, type SnapshotManifest, type StoredObject, type TableDump } from './manifest';

export interface RestoreTarget {
  readonly socketPath: string;
  readonly platform: PlatformCredentials;
  readonly series: Series;
}

const SESSIONS = 3;
const UPGRADE_SETTINGS = [
  'default_collation_for_utf8mb4 = utf8mb4_general_ci',
  'restrict_fk_on_non_standard_key = OFF',
];
const UNKNOWN_VARIABLE = 1193;
/** Flags of 5.7 that 8.0 does not know; its own upgrade drops them from stored programs, too. */
const REMOVED_SQL_MODES =
  /^(NO_AUTO_CREATE_USER|MAXDB|DB2|MSSQL|MYSQL323|MYSQL40|NO_FIELD_OPTIONS|NO_KEY_OPTIONS|NO_TABLE_OPTIONS|ORACLE|POSTGRESQL)$/;

/**
 * Restores everything, then starts the server's binary log afresh, so that nothing of the restore can be replicated.
 * Rejects with the object that the server refused; the server is then of no use.
 */
export async function restoreSnapshot(target: RestoreTarget, folder: string): Promise<SnapshotManifest> {
  const manifest = readManifest(folder);
  const main = await openSession(target);
  try {
    const version = (await valueOf(main, 'SELECT VERSION()')) ?? '';
    await restoreAccounts(main, manifest.accounts, version);
    for (const { name, characterSet, collation } of manifest.schemas) {
      await main.query(`CREATE DATABASE ${identifier(name)} CHARACTER SET ${characterSet} COLLATE ${collation}`);
    }
    await relaxDurability(main, true);
    await restoreTables(target, manifest.tables, folder);
    await relaxDurability(main, false);
    await restorePrograms(main, manifest);
    await grantMasterRights(main, target.series, manifest.masterUsername);
    for (const { name, value } of manifest.configuration) {
      await main.query('UPDATE mysql.rds_configuration SET value = ? WHERE name = ?', [value, name]);
    }
    await startBinlogAfresh(main, target.series);
    return manifest;
  } finally {
    main.destroy();
  }
}

/** Forgets all binary logs, if the server writes any. */
export async function startBinlogAfresh(connection: Connection, series: Series): Promise<void> {
  if ((await valueOf(connection, 'SELECT @@global.log_bin')) !== '1') return;
  await connection.query(series === '5.7' ? 'RESET MASTER' : 'RESET BINARY LOGS AND GTIDS');
}

/**
 * In 5.7 text `CHARSET=utf8mb4` means utf8mb4_general_ci, which newer servers must be told. A foreign key to a key that
 * is not unique survives an upgrade, although 8.4 lets nobody make one.
 */
async function openSession(target: RestoreTarget): Promise<Connection> {
  const session = await connectToServer(target.socketPath, target.platform);
  await session.query('SET SESSION foreign_key_checks = 0, unique_checks = 0');
  for (const setting of target.series === '5.7' ? [] : UPGRADE_SETTINGS) {
    await session.query(`SET SESSION ${setting}`).catch((error: unknown) => {
      if (errorNumber(error) !== UNKNOWN_VARIABLE) throw error;
    });
  }
  return session;
}

/** Nobody reads the server before the restore is complete, and a crash means to begin again. */
async function relaxDurability(connection: Connection, isRelaxed: boolean): Promise<void> {
  await connection.query(`SET GLOBAL innodb_flush_log_at_trx_commit = ${isRelaxed ? 2 : 1}`);
}

async function restoreTables(target: RestoreTarget, tables: readonly TableDump[], folder: string): Promise<void> {
  const waiting = [...tables];
  const worker = async (): Promise<void> => {
    const session = await openSession(target);
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        await restoreTable(session, next, folder);
    } finally {
      session.destroy();
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, worker));
}

async function restoreTable(session: Connection, table: TableDump, folder: string): Promise<void> {
  const name = `${identifier(table.schema)}.${identifier(table.name)}`;
  const read = table.columns.map(readColumn);
  const assignments = read.flatMap((column) => column.assignment ?? []);
  const load =
    `LOAD DATA INFILE ${literal(join(folder, table.file))} INTO TABLE ${name} CHARACTER SET binary ` +
    `(${read.map((column) => column.field).join(', ')})${assignments.length > 0 ? ` SET ${assignments.join(', ')}` : ''}`;
  await attempt(`table ${table.schema}.${table.name}`, async () => {
    await session.query(`USE ${identifier(table.schema)}`);
    await session.query(table.createStatement);
    await session.query(load);
  });
}

/** Views last but triggers and events: a view needs the functions it calls and the views it reads. */
async function restorePrograms(main: Connection, manifest: SnapshotManifest): Promise<void> {
  for (const routine of manifest.routines) await restoreObject(main, routine, 'routine');
  // A view over a view needs the rights of that view's definer; a grant on a view needs the view. Hence twice.
  await restoreGrants(main, manifest.accounts, 'as far as possible');
  await restoreViews(main, manifest.views);
  await restoreGrants(main, manifest.accounts, 'all');
  for (const trigger of manifest.triggers) await restoreObject(main, trigger, 'trigger');
  for (const event of manifest.events) await restoreObject(main, event, 'event');
}

/** Goes round until none is left, or a whole round brings nothing. */
async function restoreViews(main: Connection, views: readonly StoredObject[]): Promise<void> {
  let waiting = [...views];
  while (waiting.length > 0) {
    const failed: { view: StoredObject; error: unknown }[] = [];
    for (const view of waiting) {
      await restoreObject(main, view, 'view').catch((error: unknown) => failed.push({ view, error }));
    }
    if (failed.length === waiting.length) {
      throw new Error(failed.map(({ error }) => (error instanceof Error ? error.message : String(error))).join('\n'));
    }
    waiting = failed.map(({ view }) => view);
  }
}

async function restoreObject(main: Connection, object: StoredObject, kind: string): Promise<void> {
  await attempt(`${kind} ${object.schema}.${object.name}`, async () => {
    const modes = (object.sqlMode ?? '').split(',').filter((mode) => !REMOVED_SQL_MODES.test(mode));
    await main.query(`SET NAMES utf8mb4; USE ${identifier(object.schema)}`);
    await main.query('SET SESSION sql_mode = ?', [modes.join(',')]);
    // Our own bytes are UTF-8; only plain ASCII reads the same in the character set that the object was made under.
    if (isAscii(object.createStatement)) {
      await main.query(
        `SET SESSION character_set_client = ${object.characterSet}, collation_connection = ${object.collation}`,
      );
    }
    if (object.timeZone !== undefined) await main.query('SET SESSION time_zone = ?', [object.timeZone]);
    await main.query(object.createStatement);
  });
}

function isAscii(value: string): boolean {
  return Buffer.byteLength(value) === value.length;
}

async function attempt(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`The restore was refused at ${what}: ${message}`, { cause: error });
  }
}
