/**
 * The rows of an answer as a checksum that is equal on two servers when an application would see the same. Normalised: FLOAT to
 * 6 digits and DOUBLE to 12, because versions print them otherwise; DECIMAL and fractions of seconds without zeros at the end;
 * JSON by its value with sorted keys, since 5.7 prints 1 where 9.7 prints 1.0. Everything else by its bytes. Pure.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../engine/canonical-json';
import type { Cell, ReadColumn, RowSink } from '../ports/read-runner';

export interface AnswerSum {
  readonly columns: readonly string[];
  readonly rows: number;
  /** The same whatever the order of the rows. */
  readonly anyOrder: string;
  readonly inOrder: string;
}

export interface AnswerSink extends RowSink {
  sum(): AnswerSum;
}

export function answerSink(): AnswerSink {
  let columns: readonly ReadColumn[] = [];
  let rows = 0;
  let total = 0n;
  const inOrder = createHash('sha256');
  return {
    columns(found) {
      columns = found;
    },
    row(cells) {
      const row = rowHash(cells, columns);
      rows += 1;
      // Added up and not XORed, so that a row which is there twice counts.
      total = (total + row.readBigUInt64BE(0)) & ((1n << 64n) - 1n);
      inOrder.update(row);
    },
    sum: () => ({
      columns: columns.map(({ name }) => name.toLowerCase()),
      rows,
      anyOrder: total.toString(16),
      inOrder: inOrder.copy().digest('hex'),
    }),
  };
}

function rowHash(cells: readonly Cell[], columns: readonly ReadColumn[]): Buffer {
  const hash = createHash('sha256');
  cells.forEach((cell, index) => {
    const value = cell === null ? undefined : normalised(cell, columns[index]?.type ?? 0);
    // The length tells NULL from an empty text and one cell from the next.
    hash.update(value === undefined ? 'N;' : `${value.length};`);
    if (value !== undefined) hash.update(value);
  });
  return hash.digest();
}

/** Numbers of the protocol (manual of the C API, enum_field_types). */
const TYPE = {
  decimal: 0,
  float: 4,
  double: 5,
  timestamp: 7,
  time: 11,
  datetime: 12,
  json: 245,
  newDecimal: 246,
} as const;

const FLOAT_DIGITS = 6;
const DOUBLE_DIGITS = 12;

function normalised(cell: Buffer, type: number): Buffer {
  switch (type) {
    case TYPE.float:
      return Buffer.from(rounded(cell, FLOAT_DIGITS));
    case TYPE.double:
      return Buffer.from(rounded(cell, DOUBLE_DIGITS));
    case TYPE.decimal:
    case TYPE.newDecimal:
    case TYPE.timestamp:
    case TYPE.time:
    case TYPE.datetime:
      return Buffer.from(withoutZeros(cell.toString('latin1')));
    case TYPE.json:
      return Buffer.from(jsonText(cell.toString('utf8')));
    default:
      return cell;
  }
}

function rounded(cell: Buffer, digits: number): string {
  const value = Number(cell.toString('latin1'));
  return String(Number(value.toPrecision(digits)) + 0);
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function jsonText(text: string): string {
  try {
    return canonicalJson(JSON.parse(text));
  } catch {
    return text;
  }
}
