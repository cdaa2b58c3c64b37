import type { Row } from '../ports/mysql-server';
import type { CheckContext } from './check';
import { parseInnodbName, type InnodbTable } from './innodb-names';
import { select, text } from './queries';

const INNODB_TABLES = select(
  'innodb-tables',
  "SELECT name AS name FROM information_schema.innodb_sys_tables WHERE name LIKE '%/%' ORDER BY name",
);
export const SERVER_TABLES = select(
  'server-tables',
  `SELECT table_schema AS schema_name, table_name AS table_name, engine AS engine FROM information_schema.tables
WHERE table_type = 'BASE TABLE'`,
);

export const INNODB_DICTIONARY_QUERIES = [INNODB_TABLES, SERVER_TABLES];

export interface DictionaryEntry {
  readonly innodb: InnodbTable;
  /** What the server takes the table for; undefined when it does not know it, empty when it cannot open it. */
  readonly engine: string | undefined;
}

/** Every table of a user that InnoDB knows, once, beside what the server says of it. Only 5.7 has two dictionaries. */
export async function compareDictionaries(context: CheckContext): Promise<readonly DictionaryEntry[]> {
  const bySchema = enginesByTable(await context.read(SERVER_TABLES));
  const entries = new Map<string, DictionaryEntry>();
  for (const row of await context.read(INNODB_TABLES)) {
    const innodb = parseInnodbName(text(row, 'name'));
    if (!innodb) continue;
    const key = `${innodb.schema.shown}/${innodb.table.shown}`;
    if (!entries.has(key)) entries.set(key, { innodb, engine: findEngine(bySchema, innodb) });
  }
  return [...entries.values()];
}

type Engines = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** From the rows of `SERVER_TABLES`: engine by table by schema. */
export function enginesByTable(rows: readonly Row[]): Engines {
  const bySchema = new Map<string, Map<string, string>>();
  for (const row of rows) {
    const schema = text(row, 'schema_name');
    const tables = bySchema.get(schema) ?? new Map<string, string>();
    bySchema.set(schema, tables.set(text(row, 'table_name'), text(row, 'engine')));
  }
  return bySchema;
}

/** Undefined when the server does not know the table, empty when it cannot open it. */
export function findEngine(bySchema: Engines, innodb: InnodbTable): string | undefined {
  const exact = bySchema.get(innodb.schema.shown)?.get(innodb.table.shown);
  if (exact !== undefined) return exact;
  for (const [schema, tables] of bySchema) {
    if (!innodb.schema.matches(schema)) continue;
    for (const [table, engine] of tables) if (innodb.table.matches(table)) return engine;
  }
  return undefined;
}
