/**
 * How each column travels through a text file without a bit changing. Both sides read and write the file as binary, so
 * strings keep the bytes of their own character set; types whose text form is ambiguous or lossy get an exact one.
 */
import type { Connection } from 'mysql2/promise';
import { identifier, rowsOf, text } from '../connect';

export interface TransferColumn {
  readonly name: string;
  readonly dataType: string;
}

/** Stored columns of a base table in order; generated ones are computed again by the reader. */
export async function transferColumns(
  connection: Connection,
  schema: string,
  table: string,
): Promise<TransferColumn[]> {
  const rows = await rowsOf(
    connection,
    `SELECT COLUMN_NAME AS name, DATA_TYPE AS dataType FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND GENERATION_EXPRESSION = '' ORDER BY ORDINAL_POSITION`,
    [schema, table],
  );
  return rows.map((row) => ({ name: text(row, 'name'), dataType: text(row, 'dataType').toLowerCase() }));
}

const GEOMETRY_TYPES = new Set(
  'geometry point linestring polygon multipoint multilinestring multipolygon geometrycollection geomcollection'.split(
    ' ',
  ),
);

/** What SELECT .. INTO OUTFILE writes for the column. */
export function writtenExpression({ name, dataType }: TransferColumn): string {
  const column = identifier(name);
  // Six digits of a FLOAT's text are not enough; as a double its text reads back to the same float.
  if (dataType === 'float') return `${column} + 0e0`;
  // Numbers: a BIT's bytes are no text, an ENUM's text may be '' for two of its values.
  if (dataType === 'bit' || dataType === 'enum' || dataType === 'set') return `${column} + 0`;
  if (GEOMETRY_TYPES.has(dataType)) return `HEX(${column})`;
  return column;
}

/** How LOAD DATA takes the column: its place in the field list, and an assignment when the text is not the value. */
export function readColumn({ name, dataType }: TransferColumn, index: number): { field: string; assignment?: string } {
  const column = identifier(name);
  const variable = `@c${index}`;
  if (dataType === 'bit') return { field: variable, assignment: `${column} = CAST(${variable} AS UNSIGNED)` };
  if (dataType === 'enum' || dataType === 'set') return { field: variable, assignment: `${column} = ${variable} + 0` };
  if (GEOMETRY_TYPES.has(dataType)) return { field: variable, assignment: `${column} = UNHEX(${variable})` };
  // A JSON value cannot be made from a binary string, which is what the file is read as.
  if (dataType === 'json') return { field: variable, assignment: `${column} = CONVERT(${variable} USING utf8mb4)` };
  return { field: column };
}
