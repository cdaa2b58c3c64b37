/** A row that differs, for people: its key, and its values when somebody has asked for them. */
import type { CallLimits, MysqlSession, Row, Side } from '../ports/mysql-server';
import { readableKey } from '../mysql/verify-columns';
import { rowValues, type TableText } from '../mysql/verify-queries';
import { keysCondition } from '../mysql/verify-ranges';
import type { ComparedTable } from './compared-table';
import type { Difference } from './result';
import type { DifferenceKind } from './settle';

export interface DescriberParts {
  readonly table: ComparedTable;
  readonly sessions: Readonly<Record<Side, MysqlSession>>;
  readonly withValues: boolean;
  readonly limits: () => CallLimits;
}

/** `key` is what the table's reader calls the row. */
export function describer({ table, sessions, withValues, limits }: DescriberParts) {
  return async (key: string, is: DifferenceKind): Promise<Difference> => {
    const shown = { key: keyShown(table.texts.blue, key), is };
    if (!withValues) return shown;
    const [blue, green] = await Promise.all([valuesOf('blue', key), valuesOf('green', key)]);
    const columns = table.pairs.map((pair) => pair.blue.name);
    const values = columns.flatMap((column) => {
      const [mine, other] = [valueOf(blue, column), valueOf(green, column)];
      return mine === other ? [] : [{ column, blue: mine, green: other }];
    });
    return { ...shown, values };
  };

  async function valuesOf(side: Side, key: string): Promise<Row | undefined> {
    const text = table.texts[side];
    const where =
      text.key === undefined
        ? `${text.rowChecksum} = ${Number(key)}`
        : keysCondition(text.key.columns, [key.split(',')]);
    const columns = table.pairs.map((pair) => pair[side]);
    const within = limits();
    const rows = await sessions[side].read(rowValues(text, columns, where, within.timeoutMs), within);
    return rows[0];
  }
}

/** `id=7`; `text` is what the table's reader calls the row. */
export function keyShown({ key }: TableText, text: string): string {
  if (key === undefined) return `row with checksum ${text}`;
  const texts = text.split(',');
  return key.columns.map((column, index) => `${column.name}=${readableKey(column, texts[index] ?? '')}`).join(', ');
}

/** Column names differ in case at most. */
function valueOf(row: Row | undefined, column: string): string | null {
  if (row === undefined) return null;
  const found = Object.entries(row).find(([name]) => name.toLowerCase() === column.toLowerCase());
  const value = found?.[1];
  return value === null || value === undefined ? null : String(value);
}
