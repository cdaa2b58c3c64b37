/** What has to be created again on a server of another version: the statements that blue itself shows. */
import { isServerAtLeast } from '../../mysql/version';
import type { Query, Row } from '../../ports/mysql-server';
import { IN_USER_SCHEMA, objectName, quoted, select, show, text } from '../queries';

export type DefinitionKind = 'schema' | 'table' | 'procedure' | 'function' | 'view' | 'trigger' | 'event';

export interface Definition {
  readonly kind: DefinitionKind;
  /** `schema.name`, for a schema its name. */
  readonly object: string;
  readonly schema: string;
  /** Of a trigger: its table. */
  readonly table: string;
  readonly sqlModes: readonly string[];
  readonly sql: string;
}

export interface DefinitionGap {
  readonly object: string;
  readonly error: unknown;
}

export interface Definitions {
  /** In an order in which they can be created; views among themselves in any. */
  readonly definitions: readonly Definition[];
  readonly unreadable: readonly DefinitionGap[];
}

interface Source {
  readonly kinds: readonly DefinitionKind[];
  readonly list: Query<readonly Row[]>;
}

function listOf(
  name: string,
  kind: string,
  from: string,
  column: string,
  more = "'' AS sql_mode",
): Query<readonly Row[]> {
  const [schema = '', object = ''] = column.split(' ');
  return select(
    `oracle-${name}`,
    `SELECT ${schema} AS schema_name, ${object} AS name, ${kind} AS kind, ${more}
FROM information_schema.${from} ${schema} ${IN_USER_SCHEMA} ORDER BY 1, 2`,
  );
}

/** Functions before the views that call them; tables before everything. */
const SOURCES: readonly Source[] = [
  { kinds: ['schema'], list: listOf('schemas', "'schema'", 'schemata WHERE', "schema_name ''") },
  {
    kinds: ['table'],
    list: listOf('tables', "'table'", "tables WHERE table_type = 'BASE TABLE' AND", 'table_schema table_name'),
  },
  {
    kinds: ['procedure', 'function'],
    list: listOf(
      'routines',
      'LOWER(routine_type)',
      'routines WHERE',
      'routine_schema routine_name',
      'sql_mode AS sql_mode',
    ),
  },
  {
    kinds: ['view'],
    list: listOf('views', "'view'", "tables WHERE table_type = 'VIEW' AND", 'table_schema table_name'),
  },
  {
    kinds: ['trigger'],
    list: listOf(
      'triggers',
      "'trigger'",
      'triggers WHERE',
      'trigger_schema trigger_name',
      'sql_mode AS sql_mode, event_object_table AS table_name',
    ),
  },
  {
    kinds: ['event'],
    list: listOf('events', "'event'", 'events WHERE', 'event_schema event_name', 'sql_mode AS sql_mode'),
  },
];

/** Reading information_schema.events of 5.7 fails when one event has no definer (1728, tried on 5.7.29). */
const EVENTS_57 = select(
  'oracle-events-of-5.7',
  `SELECT db AS schema_name, name AS name, 'event' AS kind, sql_mode AS sql_mode FROM mysql.event WHERE db ${IN_USER_SCHEMA} ORDER BY 1, 2`,
);

/** Modes under which text is read differently; the others are removed in 8.0 or change only what statements do. */
const LEXICAL = ['ANSI_QUOTES', 'PIPES_AS_CONCAT', 'IGNORE_SPACE', 'NO_BACKSLASH_ESCAPES', 'HIGH_NOT_PRECEDENCE'];

/** Never throws for a kind or an object that cannot be read: it is in `unreadable`. */
export async function readDefinitions(
  serverVersion: string,
  read: <T>(query: Query<T>) => Promise<T>,
): Promise<Definitions> {
  const definitions: Definition[] = [];
  const unreadable: DefinitionGap[] = [];
  const hasOldEvents = !isServerAtLeast(serverVersion, 8, 0, 0);
  for (const { kinds, list: usual } of SOURCES) {
    const list = hasOldEvents && kinds.includes('event') ? EVENTS_57 : usual;
    let rows: readonly Row[];
    try {
      rows = await read(list);
    } catch (error) {
      unreadable.push({ object: `every ${kinds.join(' and ')}`, error });
      continue;
    }
    for (const row of rows) {
      try {
        definitions.push(await definitionOf(row, read));
      } catch (error) {
        unreadable.push({ object: `${text(row, 'kind')} ${objectName(row, 'schema_name', 'name')}`, error });
      }
    }
  }
  return { definitions, unreadable };
}

async function definitionOf(row: Row, read: <T>(query: Query<T>) => Promise<T>): Promise<Definition> {
  const [schema, name] = [text(row, 'schema_name'), text(row, 'name')];
  const kind = text(row, 'kind') as DefinitionKind;
  const shown = kind === 'schema' ? `DATABASE ${quoted(schema)}` : `${kind.toUpperCase()} ${quoted(schema, name)}`;
  const answer = await read(show('oracle-show-create', `SHOW CREATE ${shown}`));
  return {
    kind,
    object: objectName(row, 'schema_name', 'name'),
    schema,
    table: text(row, 'table_name'),
    sqlModes: text(row, 'sql_mode')
      .split(',')
      .filter((mode) => LEXICAL.includes(mode)),
    sql: portable(statementIn(answer)),
  };
}

function statementIn(rows: readonly Row[]): string {
  const row = rows[0] ?? {};
  const column = Object.keys(row).find((name) => /^(create |sql original)/i.test(name));
  const statement = column === undefined ? null : row[column];
  if (typeof statement === 'string') return statement;
  throw new Error('the server shows no text of it to this account');
}

/**
 * Where the data lies is no matter of syntax, and its places are not on another machine; nor are the accounts that definitions
 * belong to. An event is created so that it never runs.
 */
function portable(sql: string): string {
  return sql
    .replace(/^(CREATE (?:ALGORITHM=\w+ )?)DEFINER=`(?:[^`]|``)*`@`(?:[^`]|``)*` /, '$1')
    .replace(/^(CREATE EVENT [^]*? ON COMPLETION (?:NOT )?PRESERVE) ENABLE\b/, '$1 DISABLE')
    .replace(/\/\*!50100 TABLESPACE `(?:[^`]|``)*` (?:STORAGE \w+ )?\*\/ ?/g, '')
    .replace(/ (?:DATA|INDEX) DIRECTORY='(?:[^'\\]|\\.)*'/g, '');
}
