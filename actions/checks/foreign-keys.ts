/** Foreign keys as InnoDB's own dictionary has them: also those whose parent is missing or belongs to another engine. */
import { isServerAtLeast } from '../mysql/version';
import type { CheckContext, RowsQuery } from './check';
import { parseInnodbName, type InnodbTable } from './innodb-names';
import { number, select, text } from './queries';

const COLUMNS_57 = select(
  'foreign-key-columns-of-5.7',
  `SELECT f.id AS id, f.for_name AS child, f.ref_name AS parent, c.for_col_name AS child_column, c.ref_col_name AS parent_column,
  c.pos AS position
FROM information_schema.innodb_sys_foreign f JOIN information_schema.innodb_sys_foreign_cols c ON c.id = f.id ORDER BY f.id, c.pos`,
);
const COLUMNS = select(
  'foreign-key-columns',
  `SELECT f.id AS id, f.for_name AS child, f.ref_name AS parent, c.for_col_name AS child_column, c.ref_col_name AS parent_column,
  c.pos AS position
FROM information_schema.innodb_foreign f JOIN information_schema.innodb_foreign_cols c ON c.id = f.id ORDER BY f.id, c.pos`,
);

export const FOREIGN_KEY_QUERIES: readonly RowsQuery[] = [COLUMNS_57, COLUMNS];

export interface ForeignKey {
  readonly name: string;
  readonly child: InnodbTable;
  readonly parent: InnodbTable;
  /** Of the parent, in the order of the key. */
  readonly parentColumns: readonly string[];
}

/** Needs PROCESS. */
export async function foreignKeys(context: CheckContext): Promise<readonly ForeignKey[]> {
  const rows = await context.read(isServerAtLeast(context.server.version, 8, 0, 0) ? COLUMNS : COLUMNS_57);
  const byId = new Map<string, { name: string; child: InnodbTable; parent: InnodbTable; parentColumns: string[] }>();
  for (const row of rows.toSorted((a, b) => number(a, 'position') - number(b, 'position'))) {
    const id = text(row, 'id');
    const child = parseInnodbName(text(row, 'child'));
    const parent = parseInnodbName(text(row, 'parent'));
    if (!child || !parent) continue;
    const key = byId.get(id) ?? { name: id.slice(id.indexOf('/') + 1), child, parent, parentColumns: [] };
    key.parentColumns.push(text(row, 'parent_column'));
    byId.set(id, key);
  }
  return [...byId.values()];
}

export function shownName({ schema, table }: InnodbTable): string {
  return `${schema.shown}.${table.shown}`;
}
