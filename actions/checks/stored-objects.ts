/**
 * Text of what blue stores as SQL, complete: information_schema of 5.7 cuts it at bytes it cannot convert (a raw 0xA0, a
 * character of four bytes; tried on 5.7.29), so routines and events of 5.7 come from mysql.proc and mysql.event as bytes,
 * triggers and views from SHOW CREATE. mysql.event also answers when an event without a definer makes every read of
 * information_schema.events fail with 1728.
 */
import { isServerAtLeast } from '../mysql/version';
import type { Query, Row } from '../ports/mysql-server';
import { IN_USER_SCHEMA, objectName, quoted, select, show, text } from './queries';
import { tokenise, type LexicalModes, type Token } from './sql-text';

export type StoredKind = 'procedure' | 'function' | 'trigger' | 'event' | 'view' | 'generated column';

export interface StoredObject {
  readonly kind: StoredKind;
  /** `schema.name`, for a generated column `schema.table.column`. */
  readonly object: string;
  readonly schema: string;
  readonly name: string;
  /** `user@host`; empty when there is none, or for kinds without one. */
  readonly definer: string;
  /** Modes it was created under; empty for views and columns. */
  readonly sqlModes: readonly string[];
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Only of events. */
  readonly isEnabled: boolean;
}

/** Each list is read once; a failure is remembered and thrown to everyone who asks. */
export interface StoredObjectReader {
  routines(): Promise<readonly StoredObject[]>;
  events(): Promise<readonly StoredObject[]>;
  triggers(): Promise<readonly StoredObject[]>;
  views(): Promise<readonly StoredObject[]>;
  generatedColumns(): Promise<readonly StoredObject[]>;
}

const PROC = select(
  'routines-of-5.7',
  `SELECT db AS schema_name, name AS name, LOWER(type) AS kind, definer AS definer, sql_mode AS sql_mode,
  character_set_client AS charset, HEX(CONCAT(param_list, ' ', returns, ' ', body)) AS text_hex
FROM mysql.proc WHERE db ${IN_USER_SCHEMA} ORDER BY db, name`,
);
const ROUTINES = select(
  'routines',
  `SELECT routine_schema AS schema_name, routine_name AS name, LOWER(routine_type) AS kind, definer AS definer, sql_mode AS sql_mode
FROM information_schema.routines WHERE routine_schema ${IN_USER_SCHEMA} ORDER BY routine_schema, routine_name`,
);
const EVENT_TABLE = select(
  'events-of-5.7',
  `SELECT db AS schema_name, name AS name, 'event' AS kind, definer AS definer, sql_mode AS sql_mode, status AS status,
  character_set_client AS charset, HEX(body) AS text_hex
FROM mysql.event WHERE db ${IN_USER_SCHEMA} ORDER BY db, name`,
);
const EVENTS = select(
  'events',
  `SELECT event_schema AS schema_name, event_name AS name, 'event' AS kind, definer AS definer, sql_mode AS sql_mode, status AS status
FROM information_schema.events WHERE event_schema ${IN_USER_SCHEMA} ORDER BY event_schema, event_name`,
);
const TRIGGERS = select(
  'triggers',
  `SELECT trigger_schema AS schema_name, trigger_name AS name, 'trigger' AS kind, definer AS definer, sql_mode AS sql_mode
FROM information_schema.triggers WHERE trigger_schema ${IN_USER_SCHEMA} ORDER BY trigger_schema, trigger_name`,
);
const VIEWS = select(
  'views',
  `SELECT table_schema AS schema_name, table_name AS name, 'view' AS kind
FROM information_schema.tables WHERE table_type = 'VIEW' AND table_schema ${IN_USER_SCHEMA} ORDER BY table_schema, table_name`,
);
const GENERATED_COLUMNS = select(
  'generated-columns',
  `SELECT table_schema AS schema_name, table_name AS table_name, column_name AS name, 'generated column' AS kind,
  generation_expression AS expression
FROM information_schema.columns WHERE generation_expression <> '' AND table_schema ${IN_USER_SCHEMA} ORDER BY table_schema, table_name`,
);

export const STORED_OBJECT_QUERIES = [PROC, ROUTINES, EVENT_TABLE, EVENTS, TRIGGERS, VIEWS, GENERATED_COLUMNS];
export const EVENT_QUERIES = [EVENT_TABLE, EVENTS];
export const TRIGGER_QUERIES = [TRIGGERS];
export const VIEW_QUERIES = [VIEWS];

interface StoredList {
  readonly objects: readonly StoredObject[];
  readonly unreadable: readonly { readonly object: string; readonly error: unknown }[];
}

export type StoredLists = Readonly<Record<keyof StoredObjectReader, () => Promise<StoredList>>>;

/** What all checks of a run share. */
export function storedLists(serverVersion: string, read: <T>(query: Query<T>) => Promise<T>): StoredLists {
  const isModern = isServerAtLeast(serverVersion, 8, 0, 0);

  const textOf = async (row: Row): Promise<string> => {
    if (row['expression'] !== undefined) return text(row, 'expression');
    if (row['text_hex'] !== undefined) return decode(row);
    const name = quoted(text(row, 'schema_name'), text(row, 'name'));
    return createStatement(await read(show('show-create', `SHOW CREATE ${text(row, 'kind').toUpperCase()} ${name}`)));
  };
  const list = (query: Query<readonly Row[]>) =>
    once(async () => {
      const objects: StoredObject[] = [];
      const unreadable: { object: string; error: unknown }[] = [];
      for (const row of await read(query)) {
        try {
          objects.push(storedObject(row, await textOf(row)));
        } catch (error) {
          unreadable.push({ object: `${text(row, 'kind')} ${objectName(row, 'schema_name', 'name')}`, error });
        }
      }
      return { objects, unreadable };
    });

  return {
    routines: list(isModern ? ROUTINES : PROC),
    events: list(isModern ? EVENTS : EVENT_TABLE),
    triggers: list(TRIGGERS),
    views: list(VIEWS),
    generatedColumns: list(GENERATED_COLUMNS),
  };
}

/** The view of one check: what could not be read is said to each check that would have looked at it. */
export function readerOf(
  lists: StoredLists,
  couldNotRead: (object: string, error: unknown) => void,
): StoredObjectReader {
  const reading = (list: () => Promise<StoredList>) => async () => {
    const { objects, unreadable } = await list();
    for (const { object, error } of unreadable) couldNotRead(object, error);
    return objects;
  };
  return {
    routines: reading(lists.routines),
    events: reading(lists.events),
    triggers: reading(lists.triggers),
    views: reading(lists.views),
    generatedColumns: reading(lists.generatedColumns),
  };
}

/** Everything of these kinds that can be read; a kind that cannot be read at all does not hide the others. */
export async function storedText(
  context: { readonly stored: StoredObjectReader; couldNotRead(object: string, error: unknown): void },
  kinds: readonly (keyof StoredObjectReader)[],
): Promise<readonly StoredObject[]> {
  const objects: StoredObject[] = [];
  for (const kind of kinds) {
    try {
      objects.push(...(await context.stored[kind]()));
    } catch (error) {
      context.couldNotRead(`all ${kind === 'generatedColumns' ? 'generated columns' : kind}`, error);
    }
  }
  return objects;
}

export function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= read());
}

function storedObject(row: Row, sql: string): StoredObject {
  const sqlModes = text(row, 'sql_mode').split(',').filter(Boolean);
  const modes: LexicalModes = {
    ansiQuotes: sqlModes.includes('ANSI_QUOTES'),
    noBackslashEscapes: sqlModes.includes('NO_BACKSLASH_ESCAPES'),
  };
  return {
    kind: text(row, 'kind') as StoredKind,
    object: objectName(row, 'schema_name', 'table_name', 'name'),
    schema: text(row, 'schema_name'),
    name: text(row, 'name'),
    definer: text(row, 'definer'),
    sqlModes,
    text: sql,
    tokens: tokenise(sql, modes),
    isEnabled: text(row, 'status') === 'ENABLED',
  };
}

/** The column is called after the kind: `Create View`, `SQL Original Statement`, ... */
function createStatement(rows: readonly Row[]): string {
  const row = rows[0] ?? {};
  const column = Object.keys(row).find((name) => /^(create (view|procedure|function|event)|sql original)/i.test(name));
  const statement = column === undefined ? null : row[column];
  if (typeof statement !== 'string') throw new Error('the server shows no text of it to this account');
  return statement;
}

/** Bytes that are no UTF-8 stay one character each, so that the structure of the SQL survives. */
function decode(row: Row): string {
  // CONCAT and HEX answer NULL for what does not fit into max_allowed_packet.
  if (row['text_hex'] === null) throw new Error('its text is longer than max_allowed_packet');
  const bytes = Buffer.from(text(row, 'text_hex'), 'hex');
  return bytes.toString(text(row, 'charset').startsWith('utf8') ? 'utf8' : 'latin1');
}
