/** A table as far as replication by rows and the schema comparison care, read from a server or foreseen. Pure. */
import type { TableName } from '../mysql/fence-statements';

export type { TableName } from '../mysql/fence-statements';

export interface Column {
  readonly name: string;
  /** As `typeText` writes it. */
  readonly type: string;
  readonly isNullable: boolean;
  /** A literal or an expression; NULL is none. */
  readonly hasDefault: boolean;
  readonly isAutoIncrement: boolean;
  readonly isGenerated: boolean;
  /** Undefined: it is no text. */
  readonly charset: string | undefined;
  /** Undefined: no text, or not named by the statement and so decided by the server. */
  readonly collation: string | undefined;
}

export type IndexKind = 'plain' | 'unique' | 'fulltext' | 'spatial';

export interface Index {
  /** `PRIMARY`: the primary key. */
  readonly name: string;
  readonly kind: IndexKind;
  /** `a`, `b(10)`; lower case; an expression is `(expression)`. */
  readonly columns: readonly string[];
}

export interface Table extends TableName {
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  readonly foreignKeys: readonly string[];
  readonly checks: readonly string[];
  readonly triggers: readonly string[];
  /** `RANGE`, `HASH`, ...; undefined: not partitioned. */
  readonly partitioning: string | undefined;
  readonly charset: string;
  readonly collation: string;
  /** Lines of SHOW CREATE TABLE without their comma: what an undo puts back. Empty for one that is foreseen. */
  readonly lines: readonly string[];
}

/** A table of which nothing is known. */
export const NO_TABLE: Table = {
  schema: '',
  table: '',
  columns: [],
  indexes: [],
  foreignKeys: [],
  checks: [],
  triggers: [],
  partitioning: undefined,
  charset: '',
  collation: '',
  lines: [],
};

export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function columnOf(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => sameName(column.name, name));
}

export function indexOf(table: Table, name: string): Index | undefined {
  return table.indexes.find((index) => sameName(index.name, name));
}

export function tableText({ schema, table }: TableName): string {
  return `${schema}.${table}`;
}

export function quotedTable({ schema, table }: TableName): string {
  return `${quoted(schema)}.${quoted(table)}`;
}

export function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** The same for whatever is stored and replicated in the same way: synonyms and the width that numbers are shown with are gone. */
export function typeText(type: string): string {
  const plain = type
    .replace(
      /('(?:[^'\\]|\\.|'')*')|(\s*)([(),])(\s*)|(\s+)|([A-Za-z0-9_.]+)/g,
      (_all, text, _a, mark, _b, space, word) =>
        text !== undefined
          ? String(text)
          : mark !== undefined
            ? String(mark)
            : space !== undefined
              ? ' '
              : String(word).toLowerCase(),
    )
    .replace(/\)(?=[a-z])/g, ') ')
    .trim();
  const [, word = '', rest = ''] = /^([a-z0-9]+(?: precision| varying)?)(.*)$/s.exec(plain) ?? [];
  const base = SYNONYMS[word] ?? word;
  if (/^(?:(?:tiny|small|medium|big)?int|year)$/.test(base))
    return `${base}${rest.replace(/^\(\d+\)/, '')}`.replace(/ zerofill/, '').replace(/^(\w+) signed/, '$1');
  if (base === 'tinyint(1)') return 'tinyint';
  if (base === 'decimal') return `decimal${lengthOr(rest, '(10,0)').replace(/^\((\d+)\)/, '($1,0)')}`;
  if (base === 'char' || base === 'binary' || base === 'bit') return `${base}${lengthOr(rest, '(1)')}`;
  if (base === 'datetime' || base === 'timestamp' || base === 'time') return `${base}${rest.replace(/^\(0\)/, '')}`;
  return `${base}${rest}`;
}

function lengthOr(rest: string, usual: string): string {
  return rest.startsWith('(') ? rest : `${usual}${rest}`;
}

const SYNONYMS: Readonly<Record<string, string>> = {
  integer: 'int',
  bool: 'tinyint(1)',
  boolean: 'tinyint(1)',
  dec: 'decimal',
  numeric: 'decimal',
  fixed: 'decimal',
  real: 'double',
  'double precision': 'double',
  character: 'char',
  'character varying': 'varchar',
  'char varying': 'varchar',
  geometrycollection: 'geomcollection',
};

/** 8.0.30 and later say utf8mb3 where the ones before say utf8. */
export function charsetText(name: string): string {
  return name.toLowerCase().replace(/^utf8(?=_|$)/, 'utf8mb3');
}
