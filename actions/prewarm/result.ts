/** What a prewarming has measured. All of it may be shown: fingerprints stand for statements. */
import type { Side } from '../ports/mysql-server';
import type { Coverage, NotSampled } from '../reads/sample';
import type { Interruption } from '../reads/stop-at-cutover';

export interface Prewarming extends Interruption {
  readonly side: Side;
  readonly begunAt: string;
  readonly endedAt: string;
  readonly sample: SampleFacts;
  readonly reads: readonly ReadFacts[];
  readonly notSampled: readonly NotSampled[];
  readonly instances: readonly PrewarmedInstance[];
  /** Of the writer that serves, meanwhile; null when it read nothing. */
  readonly servingHitRatio: number | null;
}

export interface SampleFacts extends Coverage {
  /** Instances whose statements were taken, or the file. */
  readonly from: readonly string[];
  readonly withoutDigest: number;
  readonly prepared: number;
}

export interface ReadFacts {
  readonly id: string;
  readonly fingerprint: string;
  readonly schema: string | null;
  readonly count: number;
  /** Time of the serving side in all of them; 0: not counted. */
  readonly ms: number;
  readonly texts: number;
  /** Only when values were asked for. */
  readonly example?: string;
}

export interface PrewarmedInstance {
  readonly id: string;
  readonly isWriter: boolean;
  readonly ended: 'warm' | 'time' | 'interrupted' | 'failed';
  /** Why it failed. */
  readonly reason?: string;
  readonly before: Measure | null;
  /** Null when it was not reached. */
  readonly after: Measure | null;
  readonly points: readonly PrewarmPoint[];
  readonly reads: readonly WarmedRead[];
  readonly preload: readonly PreloadedIndex[];
  readonly executions: number;
  readonly ms: number;
}

/** One pass over all statements. */
export interface Measure {
  readonly hitRatio: number | null;
  /** Pages with data when the pass began (before) or ended (after), and all. */
  readonly pagesWithData: number;
  readonly pages: number;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
}

export type PrewarmStage = 'first pass' | 'preload' | 'warming' | 'last pass';

export interface PrewarmPoint {
  /** Since the instance's prewarming began. */
  readonly atMs: number;
  readonly stage: PrewarmStage;
  /** Since the point before; null: nothing was read. */
  readonly hitRatio: number | null;
  readonly pagesWithData: number;
  readonly statements: number;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
  readonly waitingFor?: string;
}

export interface WarmedRead {
  readonly id: string;
  readonly executions: number;
  /** Median of its statements in the first and in the last pass; null when none of them was answered. */
  readonly beforeMs: number | null;
  readonly afterMs: number | null;
  /** Codes of its errors, such as `ER_NO_SUCH_TABLE`; `late`: ended because it took too long. */
  readonly failures: readonly string[];
}

export interface PreloadedIndex {
  readonly table: string;
  readonly index: string;
  readonly bytes: number;
  readonly outcome: 'read' | 'left out' | 'failed' | 'not finished';
  readonly reason?: string;
  readonly ms: number;
}

/** The smallest value that at least `share` of them do not exceed; null of none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
