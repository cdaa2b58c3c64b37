/** Ranges of a table by its key, as conditions that use the index of the key. */
import { keyLiteral, keyText, type ColumnFacts } from './verify-columns';
import { quoted } from './verify-names';

/** The values of a key's columns as `keyText` answers them. */
export type KeyTexts = readonly string[];

/** Rows above `after` up to and with `upTo`; undefined: no bound on that side. */
export interface KeyRange {
  readonly after: KeyTexts | undefined;
  readonly upTo: KeyTexts | undefined;
}

export const WHOLE: KeyRange = { after: undefined, upTo: undefined };

/** `columns` are those of the side that is asked. */
export function rangeCondition(columns: readonly ColumnFacts[], { after, upTo }: KeyRange): string {
  const parts = [
    ...(after ? [bound(columns, after, '>'), ...leading(columns, after, '>=')] : []),
    ...(upTo ? [bound(columns, upTo, '<='), ...leading(columns, upTo, '<=')] : []),
  ];
  return parts.length === 0 ? '1 = 1' : parts.join(' AND ');
}

/** (a, b) > (x, y) written out: 5.7 uses no index for a comparison of rows. */
function bound(columns: readonly ColumnFacts[], texts: KeyTexts, operator: '>' | '<='): string {
  const strict = operator === '>' ? '>' : '<';
  const alternatives = columns.map((_, last) => {
    const equal = columns.slice(0, last).map((column, index) => compare(column, '=', texts[index]));
    const isLast = last === columns.length - 1;
    return [...equal, compare(columns[last], isLast ? operator : strict, texts[last])].join(' AND ');
  });
  return alternatives.length === 1
    ? (alternatives[0] ?? '1 = 1')
    : `(${alternatives.map((one) => `(${one})`).join(' OR ')})`;
}

/** Says to the optimizer where the range begins and ends. */
function leading(columns: readonly ColumnFacts[], texts: KeyTexts, operator: '>=' | '<='): readonly string[] {
  return columns.length === 1 ? [] : [compare(columns[0], operator, texts[0])];
}

/** Exactly these rows. */
export function keysCondition(columns: readonly ColumnFacts[], keys: readonly KeyTexts[]): string {
  return keys
    .map((key) => `(${columns.map((column, index) => compare(column, '=', key[index])).join(' AND ')})`)
    .join(' OR ');
}

function compare(column: ColumnFacts | undefined, operator: string, text: string | undefined): string {
  if (column === undefined || text === undefined) throw new RangeError('a key has a text for each of its columns');
  return `${quoted(column.name)} ${operator} ${keyLiteral(column, text)}`;
}

/** The key as one text, its columns separated by commas: no `keyText` has one. */
export function keyExpression(columns: readonly ColumnFacts[]): string {
  return `CONCAT_WS(',', ${columns.map(keyText).join(', ')})`;
}
