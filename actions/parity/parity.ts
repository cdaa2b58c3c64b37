/** What stands around the data, compared between blue and green: one row a thing, each with a verdict. */
import type { StepContext } from '../engine/step';
import { isNamed } from '../verify/table-names';

export const PARITY_PARTS = ['accounts', 'parameters', 'topology'] as const;
export type ParityPart = (typeof PARITY_PARTS)[number];

/**
 * `blocks`: the application would not work, or not be safe, on green. `warns`: a person should look. `expected`: it differs
 * because the upgrade makes it differ. `intended`: named in `verify.intended`.
 */
export type ParityVerdict = 'same' | 'expected' | 'intended' | 'warns' | 'blocks';

export interface ParityRow {
  /** Of what kind and which: `account 'app'@'%'`, `parameter max_connections`, `topology instance classes`. */
  readonly subject: string;
  /** What a side has, for people; null: it has none. Never a secret. */
  readonly blue: string | null;
  readonly green: string | null;
  readonly verdict: ParityVerdict;
  /** Why it matters; left out of rows that are the same. */
  readonly reason?: string;
  /** What settles it: statements (which end in a semicolon), commands or words; secrets are masked. */
  readonly cure?: readonly string[];
}

export interface ParityReport {
  readonly part: ParityPart;
  readonly rows: readonly ParityRow[];
}

/** What a comparison may look at: it observes only. */
export type ParityContext = Pick<
  StepContext,
  'mysql' | 'aws' | 'clock' | 'config' | 'phase' | 'lineage' | 'facts' | 'signal'
>;

export type Compare = (context: ParityContext) => Promise<readonly ParityRow[]>;

/** Rows that `verify.intended` names are no hindrance. */
export function intend(rows: readonly ParityRow[], intended: readonly string[]): readonly ParityRow[] {
  return rows.map((row) =>
    (row.verdict === 'warns' || row.verdict === 'blocks') && isNamed(row.subject, intended)
      ? { ...row, verdict: 'intended' as const }
      : row,
  );
}
