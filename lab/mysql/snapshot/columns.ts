/**
 * How each column travels through a text file without a bit changing. Both sides read and write the file as binary, so
 * strings keep the bytes of their own character set; types whose text form is ambiguous or lossy get an exact one.
 */
import type { Connection } from 'mysql2/promise';
import { identifier, rowsOf, text } from '../connect';

export interface TransferColumn {
  readonly name: string;
  readonly dataType: string;
  /** Empty for a column without one. */
  readonly characterSet: string;
}

/** Stored columns of a base table in order; generated ones are computed again by the reader. */
export async function transferColumns(
  connection: Connection,
  schema: string,
  table: string,
): Promise<TransferColumn[]> {
  const rows = await rowsOf(
    connection,
    `SELECT COLUMN_NAME AS name, DATA_TYPE AS dataType, COALESCE(CHARACTER_SET_NAME, '') AS characterSet FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND GENERATION_EXPRESSION = '' ORDER BY ORDINAL_POSITION`,
    [schema, table],
  );
  return rows.map((row) => ({
    name: text(row, 'name'),
    dataType: text(row, 'dataType').toLowerCase(),
    characterSet: text(row, 'characterSet'),
  }));
}

const GEOMETRY_TYPES = new Set(
  'geometry point linestring polygon multipoint multilinestring multipolygon geometrycollection geomcollection'.split(
    ' ',
  ),
);

/** In these a character may hold the byte of a backslash or a tab, which a file of text gives another meaning. */
const AMBIGUOUS_CHARACTER_SETS = new Set(
  'big5 cp932 eucjpms euckr gb18030 gb2312 gbk sjis ucs2 ujis utf16 utf16le utf32'.split(' '),
);

function travelsAsHex({ dataType, characterSet }: TransferColumn): boolean {
  return GEOMETRY_TYPES.has(dataType) || AMBIGUOUS_CHARACTER_SETS.has(characterSet);
}

/** What SELECT .. INTO OUTFILE writes for the column. */
export function writtenExpression(transfer: TransferColumn): string {
  const { name, dataType } = transfer;
  const column = identifier(name);
  // Six digits of a FLOAT's text are not enough; as a double its text reads back to the same float.
  if (dataType === 'float') return `${column} + 0e0`;
  // Numbers: a BIT's bytes are no text, an ENUM's text may be '' for two of its values.
  if (dataType === 'bit' || dataType === 'enum' || dataType === 'set') return `${column} + 0`;
  if (travelsAsHex(transfer)) return `HEX(${column})`;
  return column;
}

/** How LOAD DATA takes the column: its place in the field list, and an assignment when the text is not the value. */
export function readColumn(transfer: TransferColumn, index: number): { field: string; assignment?: string } {
  const { name, dataType } = transfer;
  const column = identifier(name);
  const variable = `@c${index}`;
  if (dataType === 'bit') return { field: variable, assignment: `${column} = CAST(${variable} AS UNSIGNED)` };
  if (dataType === 'enum' || dataType === 'set') return { field: variable, assignment: `${column} = ${variable} + 0` };
  if (travelsAsHex(transfer)) return { field: variable, assignment: `${column} = UNHEX(${variable})` };
  // A JSON value cannot be made from a binary string, which is what the file is read as.
  if (dataType === 'json') return { field: variable, assignment: `${column} = CONVERT(${variable} USING utf8mb4)` };
  return { field: column };
}
