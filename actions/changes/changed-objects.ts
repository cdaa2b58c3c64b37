/** What a change makes differ between blue and green, in the names that `npm run verify -- --schema` prints. Pure. */
import type { Clause, ParsedChange } from './change';
import { columnOf, NO_TABLE, sameName, tableText, type Table } from './table-model';

/** `green`: before the change, where it is known; `blue`: what green is compared with. */
export function objectsOf(parsed: ParsedChange, green: Table | undefined, blue: Table | undefined): readonly string[] {
  if (parsed.is === 'not-understood') return [];
  const table = tableText(parsed.table);
  if (parsed.is !== 'alter')
    return [`table ${table}`, ...['column', 'index', 'foreign key', 'check'].map((kind) => `${kind} ${table}.*`)];
  return [...new Set(parsed.clauses.flatMap((clause) => objectsOfClause(clause, table, green ?? blue)))];
}

function objectsOfClause(clause: Clause, table: string, before: Table | undefined): readonly string[] {
  const column = (name: string): string => `column ${table}.${columnOf(before ?? NO_TABLE, name)?.name ?? name}`;
  const index = (name: string): string => `index ${table}.${name}`;
  switch (clause.is) {
    case 'add-column':
    case 'change-column': {
      const { column: wanted, place } = clause;
      const names = clause.is === 'add-column' ? [wanted.name] : [clause.name, wanted.name];
      const keys = wanted.keys.map((key) => index(key === 'primary' ? 'PRIMARY' : wanted.name));
      // The position is part of what is said of a column, so those behind it differ too.
      const moved = place === undefined ? [] : (before?.columns ?? []).map(({ name }) => column(name));
      return [...names.map(column), ...keys, ...moved];
    }
    case 'drop-column': {
      const at = before?.columns.findIndex(({ name }) => sameName(name, clause.name)) ?? -1;
      const behind = at < 0 ? [] : (before?.columns.slice(at) ?? []);
      const indexes = (before?.indexes ?? []).filter(({ columns }) =>
        columns.some((part) => part.replace(/\(\d+\)$/, '') === clause.name.toLowerCase()),
      );
      return [
        column(clause.name),
        ...behind.map(({ name }) => column(name)),
        ...indexes.map(({ name }) => index(name)),
      ];
    }
    case 'rename-column': {
      const indexes = (before?.indexes ?? []).filter(({ columns }) => columns.includes(clause.name.toLowerCase()));
      return [column(clause.name), column(clause.to), ...indexes.map(({ name }) => index(name))];
    }
    case 'set-default':
      return [column(clause.name)];
    case 'add-index':
    case 'drop-index':
      return [
        index(clause.name),
        ...(clause.is === 'add-index' && clause.name === 'PRIMARY' ? clause.columns.map(column) : []),
      ];
    case 'rename-index':
      return [index(clause.name), index(clause.to)];
    case 'add-foreign-key':
    case 'drop-foreign-key':
      // The server adds an index of the same name where none fits.
      return [`foreign key ${table}.${clause.name}`, index(clause.name)];
    case 'add-check':
    case 'drop-check':
      return [`check ${table}.${clause.name}`];
    case 'option':
      return [clause.object === 'table' ? `table ${table}` : index(clause.object.index)];
    case 'partition':
      return [`partitions ${table}`];
  }
}
