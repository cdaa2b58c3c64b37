/** What two servers answered to one statement, compared. Words name no value. Pure. */
import type { ReadOutcome } from '../ports/read-runner';
import type { ReadText } from '../reads/sample';
import type { AnswerSum } from './answer-sum';
import type { ReplayVerdict } from './result';

export interface Answer {
  readonly outcome: ReadOutcome;
  /** Of an answer with rows. */
  readonly sum: AnswerSum | undefined;
  /** Codes, without those that only say that something will go. */
  readonly warnings: readonly number[];
}

export interface Names {
  readonly from: string;
  readonly to: string;
}

export interface Comparison {
  readonly verdict: Exclude<ReplayVerdict, 'slower' | 'unsettled'>;
  readonly remarks: readonly string[];
}

/**
 * Deprecated syntax, utf8 as an alias, an old character set or collation: a newer server says so of a statement that it
 * carries out as before (tried on 9.7.4; server error reference).
 */
const DEPRECATIONS: ReadonlySet<number> = new Set([1287, 1681, 3719, 3778]);

export function meaningfulWarnings(codes: readonly number[]): readonly number[] {
  return [...new Set(codes)].filter((code) => !DEPRECATIONS.has(code));
}

/** By rows, warnings and errors; not by time. */
export function compareAnswers(from: Answer, to: Answer, text: ReadText, names: Names): Comparison {
  const [one, other] = [failureOf(from.outcome), failureOf(to.outcome)];
  if (one !== undefined && other !== undefined) {
    if (one === other) return { verdict: 'both-error', remarks: [`${one} on both`] };
    return { verdict: 'differs', remarks: [`${one} on ${names.from}, ${other} on ${names.to}`] };
  }
  if (other !== undefined) return { verdict: 'new-error', remarks: [`${other} on ${names.to} only`] };
  if (one !== undefined) return { verdict: 'old-error', remarks: [`${one} on ${names.from} only`] };
  const differences = [...rowDifferences(from, to, text, names), ...warningDifferences(from, to, names)];
  if (differences.length > 0) return { verdict: 'differs', remarks: differences };
  return { verdict: 'same', remarks: notCompared(from, text) };
}

function failureOf(outcome: ReadOutcome): string | undefined {
  if (outcome.is === 'failed') return `error ${outcome.errno} ${outcome.code}`.trim();
  return outcome.is === 'late' ? 'ended because it took too long' : undefined;
}

function rowDifferences(
  { sum: one, outcome: from }: Answer,
  { sum: other, outcome: to }: Answer,
  text: ReadText,
  names: Names,
): readonly string[] {
  if (!one || !other || from.is !== 'read' || to.is !== 'read') return [];
  if (one.columns.join('\0') !== other.columns.join('\0')) {
    return [
      `other columns: ${one.columns.length} on ${names.from}, ${other.columns.length} on ${names.to}, or other names`,
    ];
  }
  if (text.volatile?.isCountSure === false) return [];
  if (one.rows !== other.rows || from.isCut !== to.isCut) {
    return [`${count(one.rows, from.isCut)} on ${names.from}, ${count(other.rows, to.isCut)} on ${names.to}`];
  }
  if (from.isCut || text.volatile !== undefined) return [];
  if (one.anyOrder !== other.anyOrder) {
    return [
      `other values in the rows${text.isOrdered ? ', or a LIMIT among rows that its ORDER BY leaves equal' : ''}`,
    ];
  }
  if (text.isOrdered && one.inOrder !== other.inOrder) {
    return ['the same rows in another order: its ORDER BY leaves open which comes first, or the collation has changed'];
  }
  return [];
}

function count(rows: number, isCut: boolean): string {
  return `${isCut ? 'more than ' : ''}${rows} ${rows === 1 ? 'row' : 'rows'}`;
}

function warningDifferences(from: Answer, to: Answer, names: Names): readonly string[] {
  const only = (one: readonly number[], other: readonly number[], name: string): readonly string[] => {
    const codes = one.filter((code) => !other.includes(code));
    return codes.length === 0 ? [] : [`warning ${codes.join(', ')} on ${name} only`];
  };
  return [...only(to.warnings, from.warnings, names.to), ...only(from.warnings, to.warnings, names.from)];
}

function notCompared({ outcome }: Answer, { volatile }: ReadText): readonly string[] {
  const isCut = outcome.is === 'read' && outcome.isCut;
  return [
    ...(volatile ? [`values not compared: ${volatile.reason}`] : []),
    ...(isCut ? ['values not compared: more rows than are compared'] : []),
  ];
}

/** An order of magnitude, and long enough that somebody notices. */
const TIMES = 10;
const NOTICED_MS = 10;

export function isSlower(fromMs: number | null, toMs: number | null): boolean {
  return fromMs !== null && toMs !== null && toMs >= NOTICED_MS && toMs >= TIMES * Math.max(fromMs, 0.01);
}
