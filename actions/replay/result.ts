/** What a replay has found. All of it may be shown: fingerprints stand for statements, codes for messages. */
import type { SampleFacts } from '../prewarm/result';
import type { Side } from '../ports/mysql-server';
import type { NotSampled } from '../reads/sample';
import type { Interruption } from '../reads/stop-at-cutover';

/**
 * Of one kind of read. `new-error`: fails only on the side that follows. `differs`: other rows, warnings or error there, proven.
 * `slower`: an order of magnitude slower there. `both-error`: fails alike on both. `old-error`: fails only on the side that
 * serves. `unsettled`: its rows changed at every look, so nothing is proven.
 */
export type ReplayVerdict = 'same' | 'slower' | 'differs' | 'new-error' | 'both-error' | 'old-error' | 'unsettled';

/** The worst first. */
export const VERDICTS: readonly ReplayVerdict[] = [
  'new-error',
  'differs',
  'slower',
  'unsettled',
  'both-error',
  'old-error',
  'same',
];

/** They are reasons not to cut over, unless somebody has accepted them. */
export const BLOCKING: ReadonlySet<ReplayVerdict> = new Set<ReplayVerdict>(['new-error', 'differs', 'slower']);

/** How an optimizer goes about a statement: rows of EXPLAIN, without conditions. */
export interface PlanRow {
  readonly table: string;
  readonly type: string;
  readonly key: string;
  readonly rows: string;
  readonly extra: string;
}

export interface ReplayedRead {
  readonly id: string;
  readonly fingerprint: string;
  readonly schema: string | null;
  readonly count: number;
  /** Time of the serving side in all its executions; 0: not counted. */
  readonly ms: number;
  /** Statements of the kind that were compared. */
  readonly texts: number;
  readonly verdict: ReplayVerdict;
  readonly isAccepted: boolean;
  /** What differs, in words without values; also what could not be compared. */
  readonly remarks: readonly string[];
  /** Fastest run of the statement that the verdict is of; null when none was answered. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Of a slower one. */
  readonly plans?: { readonly from: readonly PlanRow[]; readonly to: readonly PlanRow[] };
  /** Only when values were asked for. */
  readonly example?: string;
}

export interface Replay extends Interruption {
  readonly serving: Side;
  readonly following: Side;
  /** Instances that ran the statements. */
  readonly fromInstance: string;
  readonly toInstance: string;
  readonly begunAt: string;
  readonly endedAt: string;
  readonly sample: SampleFacts;
  readonly reads: readonly ReplayedRead[];
  readonly notSampled: readonly NotSampled[];
}

export function isBlocking({ verdict, isAccepted }: Pick<ReplayedRead, 'verdict' | 'isAccepted'>): boolean {
  return BLOCKING.has(verdict) && !isAccepted;
}
