/** What a run of the prechecks found. Plain data: the views and `--json` are made from it. */
import type { Finding, Level } from './check';

export interface PrecheckFinding extends Finding {
  /** Id of the check. */
  readonly check: string;
}

/** Something that could not be looked at: never the same as "nothing found". */
export interface NotChecked {
  readonly check: string;
  /** The part that could not be read; undefined when the whole check could not. */
  readonly object?: string;
  readonly reason: string;
  /** Grants or IAM actions that are missing, when that is the reason. */
  readonly needs?: string;
}

export interface PrecheckReport {
  /** `VERSION()` of blue. */
  readonly serverVersion: string;
  readonly sourceVersion: string;
  readonly targetVersion: string;
  /** Ids of the checks that were run to their end, in order. */
  readonly checked: readonly string[];
  /** In the order of the checks. */
  readonly findings: readonly PrecheckFinding[];
  readonly notChecked: readonly NotChecked[];
}

export function countFindings(report: Pick<PrecheckReport, 'findings'>): Readonly<Record<Level, number>> {
  const count = (level: Level): number => report.findings.filter((finding) => finding.level === level).length;
  return { error: count('error'), warning: count('warning'), notice: count('notice') };
}

/** An error blocks the upgrade. What could not be checked does not block: the report says so instead. */
export function isBlocked(report: Pick<PrecheckReport, 'findings'>): boolean {
  return report.findings.some((finding) => finding.level === 'error');
}
