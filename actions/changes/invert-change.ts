/** The statement that takes a change back, made from the table as it was before. Pure. */
import type { Clause, ParsedChange } from './change';
import { columnOf, indexOf, quoted, quotedTable, sameName, type Table } from './table-model';

export type Inverse =
  | {
      readonly is: 'statement';
      readonly sql: string;
      /** What was written into what the change has added is lost with it. */
      readonly losesData: boolean;
    }
  | { readonly is: 'none'; readonly why: string };

export function inverseOf(parsed: ParsedChange, before: Table | undefined): Inverse {
  if (parsed.is === 'not-understood') return { is: 'none', why: 'it was not understood' };
  const name = quotedTable(parsed.table);
  if (parsed.is === 'create-table') return { is: 'statement', sql: `DROP TABLE ${name}`, losesData: true };
  if (parsed.is === 'drop-table') return { is: 'none', why: 'the rows are gone' };
  if (!before) return { is: 'none', why: 'the table as it was before is not known' };
  const parts: string[] = [];
  let losesData = false;
  for (const clause of [...parsed.clauses].reverse()) {
    const part = inverseOfClause(clause, before, parsed.clauses);
    if (part.is === 'none') return part;
    parts.push(...part.sql);
    losesData ||= part.losesData;
  }
  if (parts.length === 0) return { is: 'none', why: 'it is of no weight for rows, so what was before is not kept' };
  return { is: 'statement', sql: `ALTER TABLE ${name} ${parts.join(', ')}`, losesData };
}

type Part =
  | { readonly is: 'part'; readonly sql: readonly string[]; readonly losesData: boolean }
  | Extract<Inverse, { is: 'none' }>;

/** `clauses`: all of its statement. */
function inverseOfClause(clause: Clause, before: Table, clauses: readonly Clause[]): Part {
  switch (clause.is) {
    case 'add-column':
      return { is: 'part', sql: [`DROP COLUMN ${quoted(clause.column.name)}`], losesData: true };
    case 'drop-column':
      return { is: 'none', why: `the values of ${clause.name} are gone` };
    case 'change-column': {
      const line = lineOf(before, clause.name);
      const at = before.columns.findIndex(({ name }) => sameName(name, clause.name));
      const previous = before.columns[at - 1]?.name;
      if (line === undefined || at < 0) return notKnown(`the column ${clause.name}`);
      const place = previous === undefined ? 'FIRST' : `AFTER ${quoted(previous)}`;
      return part(`CHANGE COLUMN ${quoted(clause.column.name)} ${line} ${place}`);
    }
    case 'rename-column': {
      const line = lineOf(before, clause.name);
      return line === undefined
        ? notKnown(`the column ${clause.name}`)
        : part(`CHANGE COLUMN ${quoted(clause.to)} ${line}`);
    }
    case 'set-default': {
      const line = lineOf(before, clause.name);
      return line === undefined ? notKnown(`the column ${clause.name}`) : part(`MODIFY COLUMN ${line}`);
    }
    case 'add-index':
      return clause.name === 'PRIMARY'
        ? part('DROP PRIMARY KEY', ...nullableAgain(clause.columns, before, clauses))
        : part(`DROP INDEX ${quoted(clause.name)}`);
    case 'drop-index': {
      const line = keyLineOf(before, clause.name);
      return line === undefined ? notKnown(`the index ${clause.name}`) : part(`ADD ${line}`);
    }
    case 'rename-index':
      return part(`RENAME INDEX ${quoted(clause.to)} TO ${quoted(clause.name)}`);
    case 'add-foreign-key':
      return bringsIndex(clause, before, clauses)
        ? part(`DROP FOREIGN KEY ${quoted(clause.name)}`, `DROP INDEX ${quoted(clause.name)}`)
        : part(`DROP FOREIGN KEY ${quoted(clause.name)}`);
    case 'add-check':
      return part(`DROP CHECK ${quoted(clause.name)}`);
    case 'drop-foreign-key':
    case 'drop-check': {
      const line = before.lines.find((one) =>
        one.toLowerCase().startsWith(`constraint ${quoted(clause.name).toLowerCase()}`),
      );
      return line === undefined ? notKnown(`the constraint ${clause.name}`) : part(`ADD ${line}`);
    }
    case 'option':
      return { is: 'part', sql: [], losesData: false };
    case 'partition':
      return before.partitioning === undefined
        ? part('REMOVE PARTITIONING')
        : { is: 'none', why: 'how the table was partitioned before is not put back' };
  }
}

function part(...sql: readonly string[]): Part {
  return { is: 'part', sql, losesData: false };
}

/** The server makes the columns of a primary key NOT NULL. One that another clause changes is put back with that clause. */
function nullableAgain(columns: readonly string[], before: Table, clauses: readonly Clause[]): readonly string[] {
  return columns.flatMap((column) => {
    const name = bare(column);
    const line = columnOf(before, name)?.isNullable === true ? lineOf(before, name) : undefined;
    const isPutBack = clauses.some((one) => PUTS_BACK.has(one.is) && 'name' in one && sameName(one.name, name));
    return line === undefined || isPutBack ? [] : [`MODIFY COLUMN ${line}`];
  });
}

const PUTS_BACK: ReadonlySet<Clause['is']> = new Set(['change-column', 'rename-column', 'set-default']);

/**
 * Where no index begins with the columns of a new foreign key the server adds one, of the key's name (tried on 9.7.4), and
 * leaves it behind when the key is dropped.
 */
function bringsIndex(
  { name, columns }: Extract<Clause, { is: 'add-foreign-key' }>,
  before: Table,
  clauses: readonly Clause[],
): boolean {
  const dropped = clauses.flatMap((one) => (one.is === 'drop-index' ? [one.name] : []));
  const kept = before.indexes.filter((index) => !dropped.some((one) => sameName(one, index.name)));
  const added = clauses.filter((one) => one.is === 'add-index');
  const brought = clauses.flatMap((one) =>
    one.is === 'add-column' && one.column.keys.length > 0
      ? [{ kind: 'unique', columns: [one.column.name.toLowerCase()] }]
      : [],
  );
  const serves = [...kept, ...added, ...brought].some(
    (index) =>
      (index.kind === 'plain' || index.kind === 'unique') &&
      columns.every((column, at) => index.columns[at] === column),
  );
  return !serves && !indexOf(before, name);
}

function bare(column: string): string {
  return column.replace(/\(\d+\)$/, '');
}

function notKnown(what: string): Part {
  return { is: 'none', why: `${what} as it was before is not known` };
}

function lineOf(table: Table, name: string): string | undefined {
  const found = columnOf(table, name);
  return found && table.lines.find((line) => line.startsWith(`${quoted(found.name)} `));
}

function keyLineOf(table: Table, name: string): string | undefined {
  if (name === 'PRIMARY') return table.lines.find((line) => line.startsWith('PRIMARY KEY'));
  const wanted = `key ${quoted(name).toLowerCase()} `;
  return table.lines.find(
    (line) => /^(?:unique |fulltext |spatial )?key /i.test(line) && line.toLowerCase().includes(wanted),
  );
}
