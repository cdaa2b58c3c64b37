/** Words and numbers for how a round ended. */
import type { LedgerSnapshot } from '../writers/ledger';
import type { ToolRun } from './tool-process';

/** The longest time between two moments in which no client was told of a write. */
export function longestGapMs({ acknowledgements }: LedgerSnapshot, fromMs: number, toMs: number): number {
  const moments = acknowledgements.map(({ ackMs }) => ackMs).filter((atMs) => fromMs < atMs && atMs < toMs);
  return [...moments, toMs].reduce(
    ({ longest, last }, atMs) => ({ longest: Math.max(longest, atMs - last), last: atMs }),
    { longest: 0, last: fromMs },
  ).longest;
}

interface Rest {
  readonly phase: string;
  readonly cutover?: { readonly state: string };
  readonly history: readonly { readonly outcome: 'done' | 'aborted' }[];
}

/** Of the process that met the fault or, when it was killed, of whoever took over. */
export function describeEnd(exitCode: number, before: Rest, after: Rest): string {
  if (exitCode !== 137) return describeCode(exitCode);
  if (after.cutover)
    return after.cutover.state === 'stalled' ? 'killed, watchdog needs a person' : 'killed, nobody acts';
  if (after.history.length === before.history.length) return 'killed, nothing begun';
  return after.history.at(-1)?.outcome === 'done' ? 'killed, committed' : 'killed, undone';
}

const CODES: Readonly<Record<number, string>> = {
  0: 'committed',
  1: 'failed',
  3: 'refused',
  4: 'undone',
  5: 'needs a person',
  6: 'locked',
};

export function describeCode(exitCode: number): string {
  return CODES[exitCode] ?? `exit ${exitCode}`;
}

export function lastError({ objects, stderr }: ToolRun): string {
  const error = objects.findLast((object) => object['type'] === 'error');
  return error ? JSON.stringify(error) : stderr.slice(-1_000);
}
