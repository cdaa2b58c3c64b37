/** What a verification says. */
import type { KeyTexts } from '../mysql/verify-ranges';
import type { Side } from '../ports/mysql-server';

/**
 * `verified`: equal. `differs`: proven to be different. `unsettled`: rows changed on the source each time they were looked
 * at, so nothing is proven. `no-key`: no key to go along and too large to be read in one piece. `skipped`: not comparable.
 */
export type Verdict = 'verified' | 'differs' | 'unsettled' | 'no-key' | 'skipped';

export interface Difference {
  /** `id=7`; of a table without a key the checksum of the row. */
  readonly key: string;
  /** Seen from blue: `missing` on green, `extra` on green, or there with other values. */
  readonly is: 'missing' | 'extra' | 'changed';
  /** Columns whose values differ, on request only. */
  readonly values?: readonly { readonly column: string; readonly blue: string | null; readonly green: string | null }[];
}

export interface TableResult {
  /** `schema.table` */
  readonly table: string;
  readonly verdict: Verdict;
  /** Why, of every verdict but `verified`. */
  readonly reason?: string;
  /** `chunks`: along a key. `whole`: in one piece, for want of a key. `none`: not read. */
  readonly method: 'chunks' | 'whole' | 'none';
  /** Rows compared, as the source had them. */
  readonly rows: number;
  readonly chunks: number;
  /** Chunks that were not equal at the first look. */
  readonly looksAgain: number;
  /** Part of the chunks that was compared, 1 for all. */
  readonly share: number;
  readonly differences: readonly Difference[];
  /** There are more differences than are listed. */
  readonly isCut: boolean;
  /** Columns that only one side has. */
  readonly notCompared: readonly string[];
  readonly ms: number;
  /** What was being written meanwhile: the last chunk, which is open to new rows, and those that were not equal at once. */
  readonly recent?: readonly RecentRange[];
}

/** Rows above `after` up to and with `upTo`; null: no bound on that side. */
export interface RecentRange {
  readonly after: KeyTexts | null;
  readonly upTo: KeyTexts | null;
}

export interface Verification {
  readonly source: Side;
  /** ISO 8601, of the first beginning when it was resumed: what it says holds at least for then. */
  readonly begunAt: string;
  readonly endedAt: string;
  /** Every table, all of it. */
  readonly isComplete: boolean;
  readonly tables: readonly TableResult[];
}

export function countVerdicts(tables: readonly Pick<TableResult, 'verdict'>[]): Readonly<Record<Verdict, number>> {
  const counts = { verified: 0, differs: 0, unsettled: 0, 'no-key': 0, skipped: 0 };
  for (const { verdict } of tables) counts[verdict] += 1;
  return counts;
}

/** Of the record of a verification, what tells which rows have changed since. */
export interface VerifiedBefore {
  /** Rows of each table that were written before it began, as the source counts them. */
  readonly writes?: Readonly<Record<string, string>>;
  readonly results: readonly TableResult[];
}
