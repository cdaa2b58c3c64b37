/** A table as it will be after a clause, and whether a clause has taken effect already. Pure. */
import type { Clause, ColumnDefinition, Place } from './change';
import { columnOf, indexOf, sameName, type Column, type Index, type Table } from './table-model';

/** The table after it, or why it cannot be done to this table. */
export function applyClause(table: Table, clause: Clause): Table | string {
  switch (clause.is) {
    case 'add-column': {
      if (columnOf(table, clause.column.name)) return `there is a column ${clause.column.name} already`;
      const placed = place(table.columns, columnFrom(table, clause.column), clause.place, table.columns.length);
      return typeof placed === 'string' ? placed : withKeys({ ...table, columns: placed }, clause.column);
    }
    case 'drop-column':
      if (!columnOf(table, clause.name)) return `there is no column ${clause.name}`;
      return {
        ...table,
        columns: table.columns.filter(({ name }) => !sameName(name, clause.name)),
        indexes: table.indexes.flatMap((index) => withoutColumn(index, clause.name)),
      };
    case 'change-column': {
      const at = table.columns.findIndex(({ name }) => sameName(name, clause.name));
      if (at < 0) return `there is no column ${clause.name}`;
      const others = table.columns.filter((_, index) => index !== at);
      const placed = place(others, columnFrom(table, clause.column), clause.place, at);
      if (typeof placed === 'string') return placed;
      return withKeys({ ...renamed(table, clause.name, clause.column.name), columns: placed }, clause.column);
    }
    case 'rename-column':
      if (!columnOf(table, clause.name)) return `there is no column ${clause.name}`;
      if (columnOf(table, clause.to)) return `there is a column ${clause.to} already`;
      return renamed(table, clause.name, clause.to);
    case 'set-default':
      if (!columnOf(table, clause.name)) return `there is no column ${clause.name}`;
      return {
        ...table,
        columns: table.columns.map((column) =>
          sameName(column.name, clause.name) ? { ...column, hasDefault: clause.hasDefault } : column,
        ),
      };
    case 'add-index':
      return addIndex(table, clause);
    case 'drop-index':
      if (!indexOf(table, clause.name)) return `there is no index ${clause.name}`;
      return { ...table, indexes: table.indexes.filter(({ name }) => !sameName(name, clause.name)) };
    case 'rename-index':
      if (!indexOf(table, clause.name)) return `there is no index ${clause.name}`;
      if (indexOf(table, clause.to)) return `there is an index ${clause.to} already`;
      return {
        ...table,
        indexes: table.indexes.map((index) =>
          sameName(index.name, clause.name) ? { ...index, name: clause.to } : index,
        ),
      };
    case 'add-foreign-key':
      return added(table, 'foreignKeys', clause.name);
    case 'drop-foreign-key':
      return dropped(table, 'foreignKeys', clause.name);
    case 'add-check':
      return added(table, 'checks', clause.name);
    case 'drop-check':
      return dropped(table, 'checks', clause.name);
    case 'option':
      return table;
    case 'partition':
      return { ...table, partitioning: clause.method };
  }
}

/** Seen on the table itself, whoever has done it. */
export function hasTakenEffect(table: Table, clause: Clause): boolean {
  switch (clause.is) {
    case 'add-column':
      return isAsDefined(table, clause.column, clause.place, 'end');
    case 'change-column':
      return (
        (sameName(clause.name, clause.column.name) || !columnOf(table, clause.name)) &&
        isAsDefined(table, clause.column, clause.place, 'anywhere')
      );
    case 'drop-column':
      return !columnOf(table, clause.name);
    case 'rename-column':
      return !columnOf(table, clause.name) && columnOf(table, clause.to) !== undefined;
    case 'set-default':
      return columnOf(table, clause.name)?.hasDefault === clause.hasDefault;
    case 'add-index': {
      const found = indexOf(table, clause.name);
      return found !== undefined && found.kind === clause.kind && found.columns.join() === clause.columns.join();
    }
    case 'drop-index':
      return !indexOf(table, clause.name);
    case 'rename-index':
      return !indexOf(table, clause.name) && indexOf(table, clause.to) !== undefined;
    case 'add-foreign-key':
      return has(table.foreignKeys, clause.name);
    case 'drop-foreign-key':
      return !has(table.foreignKeys, clause.name);
    case 'add-check':
      return has(table.checks, clause.name);
    case 'drop-check':
      return !has(table.checks, clause.name);
    case 'option':
      return true;
    case 'partition':
      return table.partitioning === clause.method;
  }
}

function columnFrom(table: Table, wanted: ColumnDefinition): Column {
  const { name, type, isNullable, hasDefault, isAutoIncrement, isGenerated } = wanted;
  const isText = /^(?:char|varchar|tinytext|text|mediumtext|longtext|enum|set)\b/.test(type);
  const named = wanted.charset ?? wanted.collation?.split('_')[0];
  return {
    name,
    type,
    isNullable,
    hasDefault,
    isAutoIncrement,
    isGenerated,
    charset: isText ? (named ?? table.charset) : undefined,
    collation: isText ? (wanted.collation ?? (named === undefined ? table.collation : undefined)) : undefined,
  };
}

/** Comparable members only: a statement says nothing of the others. */
function isAsDefined(table: Table, wanted: ColumnDefinition, place: Place, usual: 'end' | 'anywhere'): boolean {
  const at = table.columns.findIndex(({ name }) => sameName(name, wanted.name));
  const found = table.columns[at];
  if (!found) return false;
  const expected = columnFrom(table, wanted);
  const before = table.columns[at - 1]?.name;
  const isInPlace =
    place === 'first'
      ? at === 0
      : place
        ? before !== undefined && sameName(before, place.after)
        : usual === 'anywhere' || at > 0;
  return (
    isInPlace &&
    found.type === expected.type &&
    found.isNullable === expected.isNullable &&
    found.hasDefault === expected.hasDefault &&
    found.isGenerated === expected.isGenerated &&
    found.isAutoIncrement === expected.isAutoIncrement &&
    found.charset === expected.charset &&
    (expected.collation === undefined || found.collation === expected.collation) &&
    wanted.keys.every((key) => keyOf(table, wanted.name, key) !== undefined)
  );
}

function place(others: readonly Column[], column: Column, where: Place, usual: number): readonly Column[] | string {
  if (where === 'first') return [column, ...others];
  if (where === undefined) return [...others.slice(0, usual), column, ...others.slice(usual)];
  const after = others.findIndex(({ name }) => sameName(name, where.after));
  return after < 0
    ? `there is no column ${where.after} to place it after`
    : [...others.slice(0, after + 1), column, ...others.slice(after + 1)];
}

function renamed(table: Table, from: string, to: string): Table {
  return {
    ...table,
    columns: table.columns.map((column) => (sameName(column.name, from) ? { ...column, name: to } : column)),
    indexes: table.indexes.map((index) => ({
      ...index,
      columns: index.columns.map((part) =>
        bare(part) === from.toLowerCase() ? part.replace(bare(part), to.toLowerCase()) : part,
      ),
    })),
  };
}

function withKeys(table: Table, { name, keys }: ColumnDefinition): Table {
  return keys.reduce<Table>(
    (now, key) =>
      keyOf(now, name, key)
        ? now
        : {
            ...now,
            indexes: [
              ...now.indexes,
              { name: key === 'primary' ? 'PRIMARY' : name, kind: 'unique', columns: [name.toLowerCase()] },
            ],
          },
    table,
  );
}

function keyOf(table: Table, column: string, key: 'primary' | 'unique'): Index | undefined {
  return table.indexes.find(
    ({ name, kind, columns }) =>
      kind === 'unique' && columns.join() === column.toLowerCase() && (key === 'unique' || name === 'PRIMARY'),
  );
}

function addIndex(table: Table, { name, kind, columns }: Extract<Clause, { is: 'add-index' }>): Table | string {
  if (indexOf(table, name))
    return name === 'PRIMARY' ? 'there is a primary key already' : `there is an index ${name} already`;
  const unknown = columns.find((part) => part !== '(expression)' && !columnOf(table, bare(part)));
  if (unknown !== undefined) return `there is no column ${bare(unknown)}`;
  const isPrimary = name === 'PRIMARY';
  return {
    ...table,
    columns: isPrimary
      ? table.columns.map((column) =>
          columns.includes(column.name.toLowerCase()) ? { ...column, isNullable: false } : column,
        )
      : table.columns,
    indexes: [...table.indexes, { name, kind, columns }],
  };
}

function bare(part: string): string {
  return part.replace(/\(\d+\)$/, '');
}

/** An index loses the column, and ends with its last one. */
function withoutColumn(index: Index, name: string): readonly Index[] {
  const columns = index.columns.filter((part) => bare(part) !== name.toLowerCase());
  return columns.length === 0 ? [] : [{ ...index, columns }];
}

function has(names: readonly string[], name: string): boolean {
  return names.some((one) => sameName(one, name));
}

function added(table: Table, what: 'foreignKeys' | 'checks', name: string): Table | string {
  return has(table[what], name)
    ? `there is a constraint ${name} already`
    : { ...table, [what]: [...table[what], name] };
}

function dropped(table: Table, what: 'foreignKeys' | 'checks', name: string): Table | string {
  return has(table[what], name)
    ? { ...table, [what]: table[what].filter((one) => !sameName(one, name)) }
    : `there is no constraint ${name}`;
}
