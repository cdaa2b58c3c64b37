/** Reads one statement of DDL. What it cannot read whole it does not understand at all. Pure. */
import type { TableName } from '../mysql/fence-statements';
import type { Clause, ParsedChange } from './change';
import { readColumn, readPlace } from './parse-column';
import type { IndexKind } from './table-model';
import { NotUnderstood, Reader, textOf, tokensOf, type Token } from './tokens';

export function parseChange(statement: string): ParsedChange {
  try {
    const reader = new Reader(tokensOf(statement));
    const parsed = readStatement(reader);
    if (!reader.isAtEnd) throw reader.unexpected('the end of the statement');
    return parsed;
  } catch (error) {
    if (error instanceof NotUnderstood) return { is: 'not-understood', why: error.message };
    throw error;
  }
}

function readStatement(reader: Reader): ParsedChange {
  if (reader.takes('ALTER', 'TABLE')) return readAlter(reader);
  if (reader.takes('CREATE', 'TABLE')) {
    if (reader.takes('IF')) reader.needs('NOT', 'EXISTS');
    const table = readTable(reader);
    const rest = reader.restOfClause();
    if (!rest.some(({ text }) => text === '(') || rest.some(({ kind, text }) => kind === 'word' && text === 'SELECT'))
      throw new NotUnderstood('CREATE TABLE .. LIKE and .. SELECT are not read');
    return { is: 'create-table', table };
  }
  if (reader.takes('DROP', 'TABLE')) {
    if (reader.takes('IF')) reader.needs('EXISTS');
    return { is: 'drop-table', table: readTable(reader) };
  }
  if (reader.takes('CREATE')) {
    const kind = readKind(reader);
    if (!reader.takes('INDEX')) throw reader.unexpected('TABLE or INDEX');
    const name = reader.name();
    if (reader.takes('USING')) reader.next();
    reader.needs('ON');
    const table = readTable(reader);
    const clause: Clause = { is: 'add-index', name, kind, columns: readIndexColumns(reader) };
    readIndexOptions(reader);
    return { is: 'alter', table, clauses: [clause] };
  }
  if (reader.takes('DROP', 'INDEX')) {
    const name = reader.name();
    reader.needs('ON');
    const table = readTable(reader);
    readIndexOptions(reader);
    return { is: 'alter', table, clauses: [{ is: 'drop-index', name }] };
  }
  throw reader.unexpected('ALTER TABLE, CREATE TABLE, DROP TABLE, CREATE INDEX or DROP INDEX');
}

function readTable(reader: Reader): TableName {
  const schema = reader.name();
  if (!reader.takes('.'))
    throw new NotUnderstood(`at the table ${schema}, which needs its schema before it, as in shop.${schema}`);
  return { schema, table: reader.name() };
}

function readAlter(reader: Reader): ParsedChange {
  const table = readTable(reader);
  const clauses: Clause[] = [];
  do clauses.push(...readClause(reader));
  while (reader.takes(','));
  if (reader.takes('PARTITION', 'BY')) clauses.push(readPartitioning(reader));
  return { is: 'alter', table, clauses };
}

function readClause(reader: Reader): readonly Clause[] {
  if (reader.takes('ADD')) return readAdd(reader);
  if (reader.takes('DROP')) return [readDrop(reader)];
  if (reader.takes('MODIFY')) {
    reader.takes('COLUMN');
    const name = reader.name();
    return [{ is: 'change-column', name, column: readColumn(reader, name), place: readPlace(reader) }];
  }
  if (reader.takes('CHANGE')) {
    reader.takes('COLUMN');
    const name = reader.name();
    return [{ is: 'change-column', name, column: readColumn(reader, reader.name()), place: readPlace(reader) }];
  }
  if (reader.takes('RENAME')) return [readRename(reader)];
  if (reader.takes('ALTER')) return readAlterPart(reader);
  if (reader.takes('PARTITION', 'BY')) return [readPartitioning(reader)];
  if (reader.takes('REMOVE', 'PARTITIONING')) return [{ is: 'partition', method: undefined }];
  if (reader.takes('FORCE')) return [];
  const option = OPTIONS.find((words) => reader.takes(...words));
  if (!option) throw reader.unexpected('a clause of ALTER TABLE that is known here');
  reader.takes('=');
  if (option[0] === 'ENGINE' && reader.peek()?.text.toUpperCase() !== 'INNODB') throw reader.unexpected('InnoDB');
  reader.next();
  return HOW.has(option[0] ?? '') ? [] : [{ is: 'option', object: 'table' }];
}

/** How a change is made, not what it makes. */
const HOW = new Set(['ALGORITHM', 'LOCK']);

const OPTIONS: readonly (readonly string[])[] = [
  ['ALGORITHM'],
  ['LOCK'],
  ['ENGINE'],
  ['ROW_FORMAT'],
  ['KEY_BLOCK_SIZE'],
  ['COMMENT'],
  ['STATS_PERSISTENT'],
  ['STATS_AUTO_RECALC'],
  ['STATS_SAMPLE_PAGES'],
];

function readAdd(reader: Reader): readonly Clause[] {
  const symbol = reader.takes('CONSTRAINT') ? (isConstraintWord(reader) ? '' : reader.name()) : undefined;
  if (reader.takes('PRIMARY', 'KEY')) {
    if (reader.takes('USING')) reader.next();
    const columns = readIndexColumns(reader);
    readIndexOptions(reader);
    return [{ is: 'add-index', name: 'PRIMARY', kind: 'unique', columns }];
  }
  if (reader.takes('FOREIGN', 'KEY')) {
    // From 8.0.16 on this names at most the index, never the key (tried on 9.7.4).
    if (!reader.sees('(')) reader.name();
    const columns = readIndexColumns(reader);
    reader.needs('REFERENCES');
    readTable(reader);
    reader.parenthesised();
    let cascades = false;
    while (reader.takes('ON')) {
      reader.next();
      if (reader.takes('SET', 'NULL') || reader.takes('CASCADE')) cascades = true;
      else if (!reader.takes('NO', 'ACTION')) reader.next();
    }
    const name = named(symbol, 'foreign key');
    return [{ is: 'add-foreign-key', name, columns, cascades }];
  }
  if (reader.takes('CHECK')) {
    reader.parenthesised();
    if (reader.takes('NOT')) reader.needs('ENFORCED');
    else reader.takes('ENFORCED');
    return [{ is: 'add-check', name: named(symbol, 'CHECK') }];
  }
  const kind = readKind(reader);
  if (kind !== 'plain' || reader.sees('INDEX') || reader.sees('KEY')) {
    if (!reader.takes('INDEX')) reader.takes('KEY');
    const own = reader.sees('(') || reader.sees('USING') ? symbol : reader.name();
    if (reader.takes('USING')) reader.next();
    const columns = readIndexColumns(reader);
    readIndexOptions(reader);
    return [{ is: 'add-index', name: named(own, 'index'), kind, columns }];
  }
  if (symbol !== undefined) throw reader.unexpected('UNIQUE, PRIMARY KEY, FOREIGN KEY or CHECK');
  if (reader.sees('PARTITION')) throw reader.unexpected('a column or an index');
  reader.takes('COLUMN');
  if (!reader.takes('('))
    return [{ is: 'add-column', column: readColumn(reader, reader.name()), place: readPlace(reader) }];
  const added: Clause[] = [];
  do {
    if (NO_COLUMNS.some((word) => reader.sees(word)))
      throw reader.unexpected('a column, and nothing else, in this list');
    added.push({ is: 'add-column', column: readColumn(reader, reader.name()), place: undefined });
  } while (reader.takes(','));
  reader.needs(')');
  return added;
}

/** Reserved: without backticks they begin an index or a constraint. */
const NO_COLUMNS = ['INDEX', 'KEY', 'UNIQUE', 'PRIMARY', 'FULLTEXT', 'SPATIAL', 'FOREIGN', 'CONSTRAINT', 'CHECK'];

function isConstraintWord(reader: Reader): boolean {
  return ['PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK'].some((word) => reader.sees(word));
}

function readDrop(reader: Reader): Clause {
  if (reader.takes('PRIMARY', 'KEY')) return { is: 'drop-index', name: 'PRIMARY' };
  if (reader.takes('INDEX') || reader.takes('KEY')) return { is: 'drop-index', name: reader.name() };
  if (reader.takes('FOREIGN', 'KEY')) return { is: 'drop-foreign-key', name: reader.name() };
  if (reader.takes('CHECK')) return { is: 'drop-check', name: reader.name() };
  if (reader.sees('CONSTRAINT') || reader.sees('PARTITION'))
    throw reader.unexpected('INDEX, FOREIGN KEY, CHECK or COLUMN');
  reader.takes('COLUMN');
  return { is: 'drop-column', name: reader.name() };
}

function readRename(reader: Reader): Clause {
  const isIndex = reader.takes('INDEX') || reader.takes('KEY');
  if (!isIndex) reader.needs('COLUMN');
  const name = reader.name();
  reader.needs('TO');
  return { is: isIndex ? 'rename-index' : 'rename-column', name, to: reader.name() };
}

function readAlterPart(reader: Reader): readonly Clause[] {
  if (reader.takes('INDEX')) {
    const index = reader.name();
    if (!reader.takes('VISIBLE')) reader.needs('INVISIBLE');
    return [{ is: 'option', object: { index } }];
  }
  reader.takes('COLUMN');
  const name = reader.name();
  if (reader.takes('DROP', 'DEFAULT')) return [{ is: 'set-default', name, hasDefault: false }];
  reader.needs('SET', 'DEFAULT');
  const hasDefault = !reader.takes('NULL');
  if (hasDefault) reader.restOfClause();
  return [{ is: 'set-default', name, hasDefault }];
}

/** PARTITION BY ends the statement. */
function readPartitioning(reader: Reader): Clause {
  const linear = reader.takes('LINEAR');
  const method = reader.next().text;
  while (!reader.isAtEnd) reader.next();
  return { is: 'partition', method: linear ? `LINEAR ${method}` : method };
}

function readKind(reader: Reader): IndexKind {
  if (reader.takes('UNIQUE')) return 'unique';
  if (reader.takes('FULLTEXT')) return 'fulltext';
  return reader.takes('SPATIAL') ? 'spatial' : 'plain';
}

/** As the server names the parts: `a`, `b(10)`; the order of sorting is of no weight. */
function readIndexColumns(reader: Reader): readonly string[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of reader.parenthesised()) {
    if (token.kind === 'symbol' && token.text === '(') depth += 1;
    if (token.kind === 'symbol' && token.text === ')') depth -= 1;
    if (token.kind === 'symbol' && token.text === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.map((part) => {
    const sorted = part.filter(({ kind, text }) => kind !== 'word' || (text !== 'ASC' && text !== 'DESC'));
    const [first, ...rest] = sorted;
    if (!first) throw new NotUnderstood('an index has no columns');
    if (first.kind === 'symbol') return '(expression)';
    const name = first.kind === 'name' ? first.text : first.raw;
    return `${name}${textOf(rest).replaceAll(' ', '')}`.toLowerCase();
  });
}

function readIndexOptions(reader: Reader): void {
  for (;;) {
    if (reader.takes('USING') || reader.takes('COMMENT')) reader.next();
    else if (reader.takes('KEY_BLOCK_SIZE') || reader.takes('ALGORITHM') || reader.takes('LOCK')) {
      reader.takes('=');
      reader.next();
    } else if (reader.takes('WITH', 'PARSER')) reader.next();
    else if (!reader.takes('VISIBLE') && !reader.takes('INVISIBLE')) return;
  }
}

function named(name: string | undefined, what: string): string {
  if (name !== undefined && name !== '') return name;
  throw new NotUnderstood(`a new ${what} needs a name, or its effect cannot be told from that of another`);
}
