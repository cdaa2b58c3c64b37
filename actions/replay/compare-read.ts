/**
 * One statement on both sides, while the serving one takes writes. A difference counts only when it is proven: the serving side
 * is read, a position of it is passed by the other, the other is read, and the serving side again. Was it the same both times,
 * the other must have been as well. The proof reads the serving writer: a reader may be a moment behind it.
 */
import type { Row } from '../ports/mysql-server';
import type { ReadRunner, ReadToRun } from '../ports/read-runner';
import type { ReadText } from '../reads/sample';
import { answerSink } from './answer-sum';
import {
  compareAnswers,
  isSlower,
  meaningfulWarnings,
  type Answer,
  type Comparison,
  type Names,
} from './compare-answers';
import type { PlanRow, ReplayVerdict } from './result';

export interface CompareParts {
  /** Where the statements run first, a reader if there is one. */
  readonly from: ReadRunner;
  /** The writer of the same side. */
  readonly fromWriter: () => Promise<ReadRunner>;
  readonly to: ReadRunner;
  readonly names: Names;
  readonly runs: number;
  readonly signal: AbortSignal;
  /** Called before each statement. */
  readonly before: () => Promise<void>;
  /** Resolves when the other side has applied a position of the serving one taken after the call. */
  readonly pass: () => Promise<void>;
}

export interface ComparedText {
  readonly verdict: ReplayVerdict;
  readonly remarks: readonly string[];
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly plans?: { readonly from: readonly PlanRow[]; readonly to: readonly PlanRow[] };
}

/** Looks at most, and proofs that count. */
const LOOKS = 5;
const PROOFS = 2;

export async function compareRead(
  parts: CompareParts,
  schema: string | undefined,
  text: ReadText,
): Promise<ComparedText> {
  const { from, to, signal, names } = parts;
  const read: ReadToRun = { schema, text: text.text };
  const first = await timed(parts, from, read);
  let second = await timed(parts, to, read);
  // A cold cache is no slower server.
  if (isSlower(first.ms, second.ms)) second = fastest(second, await timed(parts, to, read));
  const times = { fromMs: first.ms, toMs: second.ms };
  const compared = compareAnswers(first.answer, second.answer, text, names);
  const proven = compared.verdict === 'same' ? compared : await prove(parts, read, text);
  if (proven === undefined) {
    return { verdict: 'unsettled', remarks: ['its answer changed at every look, so nothing is proven'], ...times };
  }
  if (proven.verdict !== 'same' || !isSlower(times.fromMs, times.toMs)) return { ...proven, ...times };
  const plans = { from: await planOf(from, read, signal), to: await planOf(to, read, signal) };
  return { verdict: 'slower', remarks: proven.remarks, ...times, plans };
}

/** Undefined when the serving side answered otherwise each time. */
async function prove(parts: CompareParts, read: ReadToRun, text: ReadText): Promise<Comparison | undefined> {
  const writer = await parts.fromWriter();
  let proofs = 0;
  let before = await ask(parts, writer, read);
  for (let look = 0; look < LOOKS; look++) {
    await parts.pass();
    const other = await ask(parts, parts.to, read);
    const after = await ask(parts, writer, read);
    const compared = compareAnswers(after, other, text, parts.names);
    if (compared.verdict === 'same') return compared;
    const isStill = compareAnswers(before, after, text, parts.names).verdict;
    if (isStill === 'same' || isStill === 'both-error') proofs += 1;
    if (proofs >= PROOFS) return compared;
    before = after;
  }
  return undefined;
}

interface Timed {
  readonly answer: Answer;
  /** Of the fastest run that was answered. */
  readonly ms: number | null;
}

async function timed(parts: CompareParts, runner: ReadRunner, read: ReadToRun): Promise<Timed> {
  let best: Timed | undefined;
  for (let run = 0; run < parts.runs; run++) {
    const answer = await ask(parts, runner, read);
    const one = { answer, ms: answer.outcome.is === 'read' ? answer.outcome.ms : null };
    best = best ? fastest(one, best) : one;
    if (one.ms === null) break;
  }
  if (!best) throw new RangeError('a statement runs at least once');
  return best;
}

/** The answer of the first. */
function fastest(one: Timed, other: Timed): Timed {
  const known = [one.ms, other.ms].filter((ms) => ms !== null);
  return { answer: one.answer, ms: known.length === 0 ? null : Math.min(...known) };
}

async function ask({ before, signal }: CompareParts, runner: ReadRunner, read: ReadToRun): Promise<Answer> {
  await before();
  const sink = answerSink();
  let warnings: readonly number[] = [];
  const outcome = await runner.run(read, signal, {
    ...sink,
    warnings: (codes) => {
      warnings = meaningfulWarnings(codes);
    },
  });
  return { outcome, sum: outcome.is === 'read' ? sink.sum() : undefined, warnings };
}

/** Empty when the server cannot tell. */
async function planOf(runner: ReadRunner, read: ReadToRun, signal: AbortSignal): Promise<readonly PlanRow[]> {
  try {
    return (await runner.explain(read, signal)).map(toPlanRow);
  } catch (error) {
    if (signal.aborted) throw error;
    return [];
  }
}

function toPlanRow(row: Row): PlanRow {
  const of = (column: string): string => String(row[column] ?? '');
  return { table: of('table'), type: of('type'), key: of('key'), rows: of('rows'), extra: of('Extra') };
}
