import type { Row } from '../ports/mysql-server';
import type { CheckContext, RowsQuery } from './check';

/** Rows of all these questions; one that fails does not hide the answers of the others. */
export async function readNames(context: CheckContext, queries: readonly RowsQuery[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const query of queries) {
    try {
      rows.push(...(await context.read(query)));
    } catch (error) {
      context.couldNotRead(query.name, error);
    }
  }
  return rows;
}
