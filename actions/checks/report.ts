/** What a run of the prechecks found. Plain data: the views and `--json` are made from it. */
import type { Finding, Level } from './check';

export interface PrecheckFinding extends Finding {
  /** Id of the check. */
  readonly check: string;
  /** Somebody has accepted it: it stays visible and does not count, until the waiver has expired. */
  readonly waiver?: FindingWaiver;
}

export interface FindingWaiver {
  readonly reason: string;
  /** Last day on which it counts, `2027-01-31`. */
  readonly until: string;
  readonly isExpired: boolean;
}

/**
 * Why nobody looked, when it is no failure: nobody asked for it, AWS was not given, the server is too large for it, or Aurora
 * itself never makes this check.
 */
export type LeftOutBecause = 'on-request' | 'no-aws' | 'size' | 'never-by-aurora';

/** Something that could not be looked at: never the same as "nothing found". */
export interface NotChecked {
  readonly check: string;
  /** The part that could not be read; undefined when the whole check could not. */
  readonly object?: string;
  readonly reason: string;
  /** Grants or IAM actions that are missing, when that is the reason. */
  readonly needs?: string;
  /** Absent when it was tried and failed. */
  readonly because?: LeftOutBecause;
}

export interface PrecheckReport {
  /** What was looked at, for the heading; absent: blue. */
  readonly origin?: string;
  /** `VERSION()` of blue. */
  readonly serverVersion: string;
  readonly sourceVersion: string;
  readonly targetVersion: string;
  /** Ids of the checks that were run to their end, in order. */
  readonly checked: readonly string[];
  /** In the order of the checks. */
  readonly findings: readonly PrecheckFinding[];
  readonly notChecked: readonly NotChecked[];
  /** Ids that `--skip` or `--only` kept out, in the order of the catalogue. */
  readonly skipped?: readonly string[];
  /** Sentences to be said besides: of waivers that match nothing or have expired, of a green whose upgrade failed. */
  readonly notes?: readonly string[];
}

/** Findings that count: all but those under a waiver in force. */
export function countFindings(report: Pick<PrecheckReport, 'findings'>): Readonly<Record<Level, number>> {
  const count = (level: Level): number =>
    report.findings.filter((finding) => finding.level === level && !isWaived(finding)).length;
  return { error: count('error'), warning: count('warning'), notice: count('notice') };
}

export function isWaived({ waiver }: PrecheckFinding): boolean {
  return waiver !== undefined && !waiver.isExpired;
}

/** An error blocks the upgrade. What could not be checked does not block: the report says so instead. */
export function isBlocked(report: Pick<PrecheckReport, 'findings'>): boolean {
  return report.findings.some((finding) => finding.level === 'error' && !isWaived(finding));
}

/** Something was tried and could not be looked at, or was too large to be looked at: the verdict has a hole. */
export function isIncomplete(report: Pick<PrecheckReport, 'notChecked'>): boolean {
  return report.notChecked.some(({ because }) => because === undefined || because === 'size');
}
