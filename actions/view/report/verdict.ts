/** The one sentence that a person must take away, drawn from the facts and never handed in. Pure. */
import type { CutoverReport } from './model';
import { newSide, oldSide } from './model';

export interface Verdict {
  readonly tone: 'good' | 'warning' | 'bad';
  readonly headline: string;
  /** What supports it, or what went wrong, worst first. */
  readonly reasons: readonly string[];
}

/**
 * Bad: a promise about data is broken, or Terraform would change something back. Warning: a switch was aborted, so the old
 * side serves as before. Good: everything else.
 */
export function verdictOf(report: CutoverReport): Verdict {
  const last = report.directions.at(-1);
  if (!last)
    return { tone: 'warning', headline: 'Nothing was switched', reasons: ['No cutover and no rollback took place.'] };
  const serving = last.summary.outcome === 'done' ? newSide(last) : oldSide(last);
  const broken = brokenPromises(report);
  if (broken.length > 0)
    return { tone: 'bad', headline: `${capital(serving)} serves, but a promise is broken`, reasons: broken };
  if (last.summary.outcome === 'aborted') {
    const { direction, reason } = last.summary;
    return {
      tone: 'warning',
      headline: `The ${direction} was aborted: ${serving} serves`,
      reasons: [...(reason === undefined ? [] : [reason]), ...keptPromises(report)],
    };
  }
  const done = [...new Set(report.directions.map(({ summary }) => summary.direction))].join(' and ');
  return { tone: 'good', headline: `${capital(done)} done: ${serving} serves`, reasons: keptPromises(report) };
}

function brokenPromises(report: CutoverReport): readonly string[] {
  const { ledger, terraform } = report;
  const broken: string[] = [];
  if (ledger && ledger.lost > 0) broken.push(`${count(ledger.lost, 'acknowledged write')} lost`);
  if (ledger && ledger.duplicated > 0) broken.push(`${count(ledger.duplicated, 'write')} applied more than once`);
  if (ledger && ledger.dual > 0) broken.push(`both sides accepted writes at ${count(ledger.dual, 'instant')}`);
  for (const { phase, pending } of terraform) {
    if (pending > 0) broken.push(`Terraform wants ${count(pending, 'change')} (${phase})`);
  }
  return broken;
}

function keptPromises({ ledger, terraform }: CutoverReport): readonly string[] {
  const kept: string[] = [];
  if (ledger)
    kept.push(`all ${formatCount(ledger.acknowledged)} acknowledged writes are there, each once`, 'never two writers');
  if (terraform.length > 0) kept.push('Terraform wants no change');
  return kept;
}

function count(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** The verdict in one column, for those who see no colour. */
export const SIGNS: Readonly<Record<Verdict['tone'], string>> = { good: '✓', warning: '!', bad: '✗' };

/** `2026-01-02 03:04:05 UTC` for an ISO 8601 instant in UTC; anything else stays as it is. */
export function formatInstant(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z$/, '$1 $2 UTC');
}

/** `40,211`. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
