import type { Connection as CallbackConnection, QueryOptions } from 'mysql2';
import type { Connection } from 'mysql2/promise';
import type { Cell, RowSink } from '../ports/read-runner';

export interface StreamedRead {
  readonly rows: number;
  /** There were more rows than were asked for; the statement still runs. */
  readonly isCut: boolean;
}

/**
 * Sends one statement and hands its rows on as they come, as bytes, so that the size of an answer does not matter. Resolves at
 * the end of the answer, or as soon as it has more than `most` rows: then the caller ends the connection. Rejects with the
 * driver's own error.
 */
export function streamRead(
  connection: Connection,
  sql: string,
  most: number,
  sink: RowSink | undefined,
): Promise<StreamedRead> {
  return new Promise((resolve, reject) => {
    let rows = 0;
    const options: QueryOptions = { sql, rowsAsArray: true, typeCast: (field) => field.buffer() };
    const asked = beneath(connection).query(options);
    asked.on('fields', (fields: readonly { name: string; columnType?: number; type?: number }[]) => {
      sink?.columns(fields.map(({ name, columnType, type }) => ({ name, type: columnType ?? type ?? 0 })));
    });
    asked.on('result', (row: readonly Cell[]) => {
      rows += 1;
      if (rows > most) resolve({ rows: most, isCut: true });
      else sink?.row(row);
    });
    asked.on('error', reject);
    asked.on('end', () => resolve({ rows, isCut: false }));
  });
}

/** The connection that the promises stand upon: only it tells of rows while they come. The driver's types leave it out. */
function beneath(connection: Connection): CallbackConnection {
  return (connection as Connection & { readonly connection: CallbackConnection }).connection;
}
