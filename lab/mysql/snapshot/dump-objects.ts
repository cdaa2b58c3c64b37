/** Reads schemas, views, routines, triggers and events with the settings that their text depends on. */
import type { Connection } from 'mysql2/promise';
import { identifier, rowsOf, text, textOf, type Row } from '../connect';
import type { SnapshotManifest, StoredObject } from './manifest';

/** Schemas of the server itself; everything else is a customer's. */
export const SYSTEM_SCHEMAS = `('mysql', 'information_schema', 'performance_schema', 'sys')`;

export async function dumpSchemas(connection: Connection): Promise<SnapshotManifest['schemas']> {
  const rows = await rowsOf(
    connection,
    `SELECT SCHEMA_NAME AS name, DEFAULT_CHARACTER_SET_NAME AS characterSet, DEFAULT_COLLATION_NAME AS collation
      FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN ${SYSTEM_SCHEMAS} ORDER BY 1`,
  );
  return rows.map((row) => ({
    name: text(row, 'name'),
    characterSet: text(row, 'characterSet'),
    collation: text(row, 'collation'),
  }));
}

/** All views, in no particular order: who depends on whom is found out when they are made again. */
export async function dumpViews(connection: Connection): Promise<StoredObject[]> {
  const rows = await rowsOf(
    connection,
    `SELECT TABLE_SCHEMA AS s, TABLE_NAME AS n FROM information_schema.VIEWS WHERE TABLE_SCHEMA NOT IN ${SYSTEM_SCHEMAS} ORDER BY 1, 2`,
  );
  return describeAll(connection, rows, () => 'VIEW', 'Create View');
}

export async function dumpRoutines(connection: Connection): Promise<StoredObject[]> {
  const rows = await rowsOf(
    connection,
    `SELECT ROUTINE_SCHEMA AS s, ROUTINE_NAME AS n, ROUTINE_TYPE AS t FROM information_schema.ROUTINES
      WHERE ROUTINE_SCHEMA NOT IN ${SYSTEM_SCHEMAS} ORDER BY 1, 2`,
  );
  const label = (row: Row): string => (text(row, 't') === 'FUNCTION' ? 'Create Function' : 'Create Procedure');
  return describeAll(connection, rows, (row) => text(row, 't'), label);
}

/** In the order in which triggers of one table and moment act. */
export async function dumpTriggers(connection: Connection): Promise<StoredObject[]> {
  const rows = await rowsOf(
    connection,
    `SELECT TRIGGER_SCHEMA AS s, TRIGGER_NAME AS n FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA NOT IN ${SYSTEM_SCHEMAS}
      ORDER BY EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER`,
  );
  return describeAll(connection, rows, () => 'TRIGGER', 'SQL Original Statement');
}

export async function dumpEvents(connection: Connection): Promise<StoredObject[]> {
  const rows = await rowsOf(
    connection,
    `SELECT EVENT_SCHEMA AS s, EVENT_NAME AS n FROM information_schema.EVENTS WHERE EVENT_SCHEMA NOT IN ${SYSTEM_SCHEMAS} ORDER BY 1, 2`,
  );
  return describeAll(connection, rows, () => 'EVENT', 'Create Event');
}

async function describeAll(
  connection: Connection,
  rows: readonly Row[],
  kind: (row: Row) => string,
  label: string | ((row: Row) => string),
): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  for (const row of rows) {
    const schema = text(row, 's');
    const name = text(row, 'n');
    const shown =
      (await rowsOf(connection, `SHOW CREATE ${kind(row)} ${identifier(schema)}.${identifier(name)}`))[0] ?? {};
    const sqlMode = textOf(shown.sql_mode);
    const timeZone = textOf(shown.time_zone);
    objects.push({
      schema,
      name,
      createStatement: text(shown, typeof label === 'string' ? label : label(row)),
      characterSet: text(shown, 'character_set_client'),
      collation: text(shown, 'collation_connection'),
      ...(sqlMode === undefined ? {} : { sqlMode }),
      ...(timeZone === undefined ? {} : { timeZone }),
    });
  }
  return objects;
}
