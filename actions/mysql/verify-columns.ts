/**
 * One column of a compared table as a text that is equal on both servers exactly when the data is equal, whatever the
 * version, the collation and the character set. Tried on 5.7.29 and 9.7.4.
 */
import { quoted } from './verify-names';

/** As information_schema.COLUMNS describes it, names in lower case. */
export interface ColumnFacts {
  readonly name: string;
  /** DATA_TYPE, such as `varchar`. */
  readonly type: string;
  /** COLUMN_TYPE, such as `enum('a','b')`. */
  readonly fullType: string;
  /** Undefined for what is not text. */
  readonly charset: string | undefined;
  readonly collation: string | undefined;
  readonly isNullable: boolean;
  /** NUMERIC_SCALE of a decimal. */
  readonly scale: number | undefined;
  /** DATETIME_PRECISION of a temporal type. */
  readonly precision: number | undefined;
}

/** What decides how a pair of columns is read. */
export interface ColumnPair {
  readonly blue: ColumnFacts;
  readonly green: ColumnFacts;
}

/** The same on both sides: no text that a column can have is this one. */
export const NULL_TEXT = '~';

const TEXT = /^(char|varchar|tinytext|text|mediumtext|longtext|enum|set)$/;
const BYTES = /^(binary|varbinary|tinyblob|blob|mediumblob|longblob|vector)$/;
const SPATIAL = /^(geometry|point|linestring|polygon|multipoint|multilinestring|multipolygon|geom(etry)?collection)$/;
/** Read as a hash of their own: two of them in one row may be longer together than a server lets a text be. */
const LONG = /^(mediumtext|longtext|mediumblob|longblob)$/;

/** The expression for either side; never NULL unless the value is longer than max_allowed_packet allows. */
export function columnText(pair: ColumnPair, isSameSeries: boolean): string {
  return `IFNULL(${valueText(pair, isSameSeries)}, '${NULL_TEXT}')`;
}

function valueText({ blue, green }: ColumnPair, isSameSeries: boolean): string {
  const name = quoted(blue.name);
  if (blue.type === 'json' && green.type === 'json') return `SHA2(${jsonText(name, isSameSeries)}, 256)`;
  if (TEXT.test(blue.type) || TEXT.test(green.type)) {
    const isSame = canonicalCharset(blue.charset) === canonicalCharset(green.charset);
    // The bytes themselves where they mean the same: a conversion would make one ? of all that it cannot carry.
    const bytes = isSame ? name : `CONVERT(${name} USING utf8mb4)`;
    return long(blue, green) ? `SHA2(${bytes}, 256)` : `HEX(${bytes})`;
  }
  // Not ST_AsBinary: 8.0 turns the axes of geographic systems round and leaves the SRID out. The stored bytes are the same.
  if (SPATIAL.test(blue.type)) return `SHA2(HEX(${name}), 256)`;
  if (BYTES.test(blue.type)) return long(blue, green) ? `SHA2(${name}, 256)` : `HEX(${name})`;
  return plainText(name, blue, green);
}

/** Numbers and times print alike, at the larger of two precisions. */
function plainText(name: string, blue: ColumnFacts, green: ColumnFacts): string {
  if (isFloat(blue) || isFloat(green)) return bitsOf(name);
  // ZEROFILL prints zeros, BIT prints bytes.
  if (blue.type === 'bit' || /zerofill/i.test(blue.fullType + green.fullType)) return `${name} + 0`;
  if (blue.type === 'decimal' && blue.scale !== green.scale) {
    return `CAST(${name} AS DECIMAL(65, ${Math.max(blue.scale ?? 0, green.scale ?? 0)}))`;
  }
  if (blue.precision !== green.precision && /^(datetime|timestamp|time)$/.test(blue.type)) {
    return `CAST(${name} AS ${blue.type === 'time' ? 'TIME' : 'DATETIME'}(6))`;
  }
  return name;
}

/**
 * 5.7 prints a double that is whole as 1, later ones as 1.0 (tried on 5.7.29 and 9.7.4): between series `.0` before a
 * delimiter is left out on both sides. The server has sorted the keys when it stored the document.
 */
function jsonText(name: string, isSameSeries: boolean): string {
  if (isSameSeries) return `CAST(${name} AS CHAR)`;
  return `REPLACE(REPLACE(REPLACE(CONCAT(CAST(${name} AS CHAR), ','), '.0,', ','), '.0]', ']'), '.0}', '}')`;
}

/**
 * The 64 bits of a FLOAT or DOUBLE, as a point has them in it. Printed, equal numbers differ: 5.7 writes 0.00000004588714227628628
 * where 9.7 writes 4.588714227628628e-8 (tried on 5.7.29 and 9.7.4), and a FLOAT has six digits only.
 */
function bitsOf(name: string): string {
  return `HEX(POINT(${name}, 0))`;
}

/** Of what `bitsOf` answers: SRID, byte order and type come first, nine bytes in all. */
const BITS_AT = 9;

function numberOf(bits: string): number {
  return Buffer.from(checked(bits, /^[0-9A-F]{50}$/), 'hex').readDoubleLE(BITS_AT);
}

function isFloat({ type }: ColumnFacts): boolean {
  return type === 'float' || type === 'double';
}

function long(blue: ColumnFacts, green: ColumnFacts): boolean {
  return LONG.test(blue.type) || LONG.test(green.type);
}

/** 8.0.30 and later say utf8mb3 for what was utf8. Undefined for bytes. */
export function canonicalCharset(charset: string | undefined): string | undefined {
  return charset === 'utf8' ? 'utf8mb3' : charset;
}

/** `utf8_general_ci` is `utf8mb3_general_ci`. */
export function canonicalCollation(collation: string | undefined): string | undefined {
  return collation?.replace(/^utf8_/, 'utf8mb3_');
}

/** Whether the order of the values of a column in an index is the same on both sides, and can be asked for by a literal. */
export function isOrderedAlike({ blue, green }: ColumnPair): boolean {
  if (blue.type !== green.type || blue.isNullable || green.isNullable) return false;
  if (/^(enum|set)$/.test(blue.type)) return blue.fullType.toLowerCase() === green.fullType.toLowerCase();
  if (TEXT.test(blue.type)) return canonicalCollation(blue.collation) === canonicalCollation(green.collation);
  // A year of two digits means another one than it says.
  return blue.type !== 'year' && blue.type !== 'json' && !SPATIAL.test(blue.type);
}

/** A key column as text from which `keyLiteral` makes a literal again. */
export function keyText(column: ColumnFacts): string {
  const name = quoted(column.name);
  if (/^(enum|set|bit)$/.test(column.type)) return `${name} + 0`;
  if (TEXT.test(column.type) || BYTES.test(column.type)) return `HEX(${name})`;
  if (isFloat(column)) return bitsOf(name);
  return `CAST(${name} AS CHAR)`;
}

/** `text` is what `keyText` answered, on either side. Safe to put into SQL: it is checked for what it may consist of. */
export function keyLiteral(column: ColumnFacts, text: string): string {
  if (TEXT.test(column.type) && !/^(enum|set)$/.test(column.type)) {
    // As a text of the column's own character set it takes the column's collation.
    return `_${column.charset ?? 'binary'} X'${checked(text, /^([0-9A-F]{2})*$/)}'`;
  }
  if (BYTES.test(column.type)) return `X'${checked(text, /^([0-9A-F]{2})*$/)}'`;
  // With an exponent it is no DECIMAL, and is compared as a double.
  if (isFloat(column)) return numberOf(text).toExponential();
  if (/^(date|datetime|timestamp|time)$/.test(column.type)) return `'${checked(text, /^[\d:. -]+$/)}'`;
  return checked(text, /^-?\d+(\.\d+)?$/);
}

function checked(text: string, pattern: RegExp): string {
  if (!pattern.test(text)) throw new RangeError(`not the text of a key: ${text}`);
  return text;
}

/** A key column for people: text as text where it can be read, bytes in hexadecimal. */
export function readableKey(column: ColumnFacts, text: string): string {
  if (TEXT.test(column.type) && !/^(enum|set)$/.test(column.type)) {
    const bytes = Buffer.from(text, 'hex');
    const isUnicode = /^(utf8|utf8mb3|utf8mb4|ascii)$/.test(column.charset ?? '');
    return JSON.stringify(bytes.toString(isUnicode ? 'utf8' : 'latin1'));
  }
  if (BYTES.test(column.type)) return `0x${text}`;
  return isFloat(column) ? String(numberOf(text)) : text;
}
