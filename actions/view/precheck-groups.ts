/** Findings as people read them: by check, worst first. Pure. */
import { UPGRADE_CHECKS } from '../checks/catalogue';
import type { Level } from '../checks/check';
import { ORACLE_ID } from '../checks/oracle/run-oracle';
import { countFindings, isBlocked, isWaived, type PrecheckFinding, type PrecheckReport } from '../checks/report';

export interface FindingGroup {
  /** Id of the check. */
  readonly check: string;
  readonly title: string;
  readonly whyItMatters: string;
  readonly documentation: string;
  /** Of its worst finding. */
  readonly level: Level;
  /** Worst first, otherwise in the order of the check. */
  readonly findings: readonly PrecheckFinding[];
}

/** With --only the others are known: they need no names. `--json` has them all. */
const MOST_NAMED = 10;

const RANK: Readonly<Record<Level, number>> = { error: 0, warning: 1, notice: 2 };

/** Findings that count. Groups of one level stay in the order in which the checks were run. */
export function groupFindings(report: PrecheckReport): readonly FindingGroup[] {
  const byCheck = new Map<string, PrecheckFinding[]>();
  for (const finding of report.findings.filter((one) => !isWaived(one))) {
    const group = byCheck.get(finding.check);
    if (group) group.push(finding);
    else byCheck.set(finding.check, [finding]);
  }
  const groups = [...byCheck].map(([check, unsorted]) => {
    const findings = unsorted.toSorted((a, b) => RANK[a.level] - RANK[b.level]);
    const known = UPGRADE_CHECKS.find(({ id }) => id === check);
    return {
      check,
      title: known?.title ?? (check === ORACLE_ID ? 'Refused by a server of the target version' : check),
      whyItMatters: known?.whyItMatters ?? '',
      documentation: known?.documentation ?? '',
      level: findings[0]?.level ?? 'notice',
      findings,
    };
  });
  return groups.toSorted((a, b) => RANK[a.level] - RANK[b.level]);
}

/** What is to be said besides the findings: their waivers, and checks that were kept out. One sentence each. */
export function remarks(report: PrecheckReport): readonly string[] {
  const { skipped = [], notes = [] } = report;
  const named = skipped.length > MOST_NAMED ? `${skipped.length} checks` : skipped.join(', ');
  return [...notes, ...(skipped.length === 0 ? [] : [`Kept out by --only or --skip: ${named}.`])];
}

/** Behind the description of a finding whose waiver counts no more. */
export function expiredWaiver({ waiver }: PrecheckFinding): string {
  return waiver?.isExpired === true ? ` (its waiver expired on ${waiver.until})` : '';
}

export function whatWasLookedAt(report: PrecheckReport): string {
  return report.origin ?? 'Prechecks of blue';
}

/** e.g. `blocked: 2 errors, 1 warning, 0 notices; 1 not checked`. */
export function verdict(report: PrecheckReport): string {
  const counts = countFindings(report);
  const waived = report.findings.filter(isWaived).length;
  const accepted = waived > 0 ? `; ${waived} waived` : '';
  const gaps = report.notChecked.length > 0 ? `; ${report.notChecked.length} not checked` : '';
  const standing = isBlocked(report) ? 'blocked' : 'nothing blocks';
  return `${standing}: ${many(counts.error, 'error')}, ${many(counts.warning, 'warning')}, ${many(counts.notice, 'notice')}${accepted}${gaps}`;
}

/** The cure of all findings, when they share one. */
export function sharedCure(group: FindingGroup): string | undefined {
  const cures = new Set(group.findings.map(({ cure }) => cure));
  return cures.size === 1 ? group.findings[0]?.cure : undefined;
}

/** Names come from the database: none of them may move the cursor or break a line. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
