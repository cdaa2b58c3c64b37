/** Rows of a catalogue as named objects with what there is to say of each. */
import type { Query, Row } from '../ports/mysql-server';

/** Name such as `column shop.orders.id` to what there is to say of it. */
export type SchemaObjects = ReadonlyMap<string, string>;

export interface AskedServer {
  readonly version: string;
  /** The other side is of the same series, so that both write definitions in the same words. */
  readonly isSameSeries: boolean;
}

/** Name, what there is to say once, and what each row of the object adds to it. */
type Said = readonly [name: string, once: string, part?: string];

export function objects(name: string, sql: string, say: (row: Row) => Said): Query<SchemaObjects> {
  return {
    name,
    sql,
    values: [],
    args: {},
    parse(rows) {
      const all = new Map<string, string>();
      for (const row of rows) {
        const [object, once, part] = say(row);
        const before = all.get(object);
        all.set(object, before === undefined ? words(once, part) : `${before}, ${part ?? ''}`);
      }
      return all;
    },
  };
}

export function comment(row: Row): string {
  return text(row, 'm') === '' ? '' : `COMMENT '${text(row, 'm')}'`;
}

export function words(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}

export function text(row: Row, column: string): string {
  const value = row[column];
  return value === null || value === undefined ? '' : String(value);
}
