/** A table as the rows that a server answers to `tableQuestions`: for worlds in which a change is only supposed. Pure. */
import type { Table } from '../changes/table-model';
import type { Row } from '../ports/mysql-server';

/** By the name of the question. */
export function rowsOfTable(question: string, table: Table | undefined): readonly Row[] | undefined {
  const make = ROWS[question];
  return make && (table ? make(table) : []);
}

const ROWS: Readonly<Record<string, (table: Table) => readonly Row[]>> = {
  'change-table': ({ collation, partitioning }) => [{ co: collation, pm: partitioning ?? null }],
  'change-columns': ({ columns }) =>
    columns.map((column) => ({
      n: column.name,
      k: column.type,
      u: column.isNullable ? 'YES' : 'NO',
      d: column.hasDefault ? 'some' : null,
      x: column.isAutoIncrement ? 'auto_increment' : column.isGenerated ? 'STORED GENERATED' : '',
      cs: column.charset ?? null,
      co: column.collation ?? null,
    })),
  'change-indexes': ({ indexes }) =>
    indexes.flatMap(({ name, kind, columns }) =>
      columns.map((part) => {
        const [, column = part, length] = /^(.*)\((\d+)\)$/.exec(part) ?? [];
        return {
          n: name,
          u: kind === 'unique' ? 0 : 1,
          k: kind === 'fulltext' || kind === 'spatial' ? kind.toUpperCase() : 'BTREE',
          c: part === '(expression)' ? null : column,
          p: length === undefined ? null : Number(length),
        };
      }),
    ),
  'change-constraints': ({ foreignKeys, checks, triggers }) =>
    [
      { names: foreignKeys, k: 'FOREIGN KEY' },
      { names: checks, k: 'CHECK' },
      { names: triggers, k: 'TRIGGER' },
    ].flatMap(({ names, k }) => names.map((n) => ({ n, k }))),
  'change-lines': ({ lines }) => [{ 'Create Table': `CREATE TABLE (\n${lines.join(',\n')}` }],
};
