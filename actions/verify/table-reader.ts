/** A table as the comparison reads it: sums of ranges and checksums of rows, from either side. */
import type { CallLimits, MysqlSession, Side } from '../ports/mysql-server';
import { checksumCounts, nextBound, rangeSum, rowsWhere, type Sum, type TableText } from '../mysql/verify-queries';
import { keysCondition, rangeCondition, type KeyRange, type KeyTexts } from '../mysql/verify-ranges';

/** Checksums of rows by key; of a table without a key, numbers of rows by checksum. */
export type Rows = ReadonlyMap<string, string>;

export interface TableReader {
  readonly hasKey: boolean;
  sum(side: Side, range: KeyRange): Promise<Sum>;
  /** Where the first `size` rows of a range end; undefined when it has fewer. */
  next(side: Side, range: KeyRange, size: number): Promise<KeyTexts | undefined>;
  rows(side: Side, range: KeyRange): Promise<Rows>;
  /** Of these keys only; a key that is not there is not in the answer. */
  rowsOf(side: Side, keys: readonly string[]): Promise<Rows>;
}

export interface ReaderParts {
  readonly texts: Readonly<Record<Side, TableText>>;
  readonly source: Side;
  /** One that reads and one that looks for bounds meanwhile. */
  readonly sessions: Readonly<Record<Side, MysqlSession>> & { readonly bounds: MysqlSession };
  readonly limits: () => CallLimits;
}

export function tableReader({ texts, source, sessions, limits }: ReaderParts): TableReader {
  const on = (side: Side): readonly [MysqlSession, TableText, CallLimits] => [sessions[side], texts[side], limits()];
  return {
    hasKey: texts.blue.key !== undefined,
    sum(side, range) {
      const [session, text, within] = on(side);
      return session.read(rangeSum(text, range, within.timeoutMs), within);
    },
    next(side, range, size) {
      const [session, text, within] = on(side);
      return (side === source ? sessions.bounds : session).read(nextBound(text, range, size, within.timeoutMs), within);
    },
    rows(side, range) {
      const [session, text, within] = on(side);
      if (text.key === undefined) return session.read(checksumCounts(text, undefined, within.timeoutMs), within);
      return session.read(rowsWhere(text, rangeCondition(text.key.columns, range), within.timeoutMs), within);
    },
    rowsOf(side, keys) {
      const [session, text, within] = on(side);
      if (text.key === undefined) return session.read(checksumCounts(text, keys, within.timeoutMs), within);
      const where = keysCondition(
        text.key.columns,
        keys.map((key) => key.split(',')),
      );
      return session.read(rowsWhere(text, where, within.timeoutMs), within);
    },
  };
}
