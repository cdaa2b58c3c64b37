import type { Row } from '../ports/mysql-server';
import type { Finding, UpgradeCheck } from './check';
import { crosses } from './crossing';
import { FOREIGN_KEY_QUERIES, foreignKeys, shownName, type ForeignKey } from './foreign-keys';
import { MYSQL_84_CHANGES } from './manuals';
import { IN_USER_SCHEMA, number, select, text } from './queries';

/** An index over an expression has no column name there. */
const INDEXES = select(
  'index-columns',
  `SELECT table_schema AS schema_name, table_name AS table_name, index_name AS index_name, non_unique AS non_unique,
  seq_in_index AS position, column_name AS column_name, sub_part AS sub_part
FROM information_schema.statistics WHERE table_schema ${IN_USER_SCHEMA}`,
);

export const foreignKeyReferences: UpgradeCheck = {
  id: 'foreignKeyReferences',
  auroraId: 'foreignKeyReferences',
  title: 'Foreign keys to columns that no unique key covers',
  group: 'schema',
  severity: 'warning',
  whyItMatters:
    'From 8.4 on restrict_fk_on_non_standard_key is on: a foreign key must refer to a whole unique key. Existing ones stay, replicated ones are accepted; a dump, or a new table of the same definition, is refused (error 6125).',
  documentation: MYSQL_84_CHANGES,
  needs: 'PROCESS; SELECT on all schemas',
  queries: [...FOREIGN_KEY_QUERIES, INDEXES],
  appliesTo: (crossing) => crosses(crossing, 8, 4, 0),
  async run(context) {
    const keys = await foreignKeys(context);
    if (keys.length === 0) return [];
    const indexes = indexesOf(await context.read(INDEXES));
    return keys.flatMap((key): Finding[] => {
      const ofParent = indexes.filter((index) => isOf(key, index));
      if (ofParent.length === 0 || ofParent.some((index) => index.isUnique && isSame(index.columns, key))) return [];
      const hasEqual = ofParent.some((index) => isSame(index.columns, key));
      return [
        {
          level: 'warning',
          object: `${shownName(key.child)}.${key.name}`,
          description: `It refers to ${shownName(key.parent)} (${key.parentColumns.join(', ')}), ${hasEqual ? 'whose index is not unique' : 'which is only a part of an index'}.`,
          cure: 'Add a unique key over exactly these columns to the parent, or drop the foreign key.',
        },
      ];
    });
  },
};

interface Index {
  readonly schema: string;
  readonly table: string;
  readonly isUnique: boolean;
  readonly columns: readonly string[];
}

function indexesOf(rows: readonly Row[]): readonly Index[] {
  const byName = new Map<string, { schema: string; table: string; isUnique: boolean; columns: string[] }>();
  for (const row of rows.toSorted((a, b) => number(a, 'position') - number(b, 'position'))) {
    const [schema, table] = [text(row, 'schema_name'), text(row, 'table_name')];
    const key = JSON.stringify([schema, table, text(row, 'index_name')]);
    const index = byName.get(key) ?? { schema, table, isUnique: number(row, 'non_unique') === 0, columns: [] };
    // The beginning of a column is not the column.
    index.columns.push(row['sub_part'] === null ? text(row, 'column_name').toLowerCase() : '');
    byName.set(key, index);
  }
  return [...byName.values()];
}

function isOf({ parent }: ForeignKey, { schema, table }: Index): boolean {
  return parent.schema.matches(schema) && parent.table.matches(table);
}

/** A key may name the columns in any order; the unique key must have them all and no other. */
function isSame(columns: readonly string[], { parentColumns }: ForeignKey): boolean {
  const wanted = parentColumns.map((column) => column.toLowerCase());
  return columns.length === wanted.length && columns.every((column, index) => column === wanted[index]);
}
