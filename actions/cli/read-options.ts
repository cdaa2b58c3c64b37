/** What `prewarm` and `replay` have in common: their options, the sample, what they tell meanwhile. */
import { readFile } from 'node:fs/promises';
import { parseDuration } from '../config/scalars';
import { messageOf, UpgradeError } from '../engine/errors';
import type { StepContext } from '../engine/step';
import type { Side } from '../ports/mysql-server';
import { collectReads, type Collected } from '../reads/collect';
import type { PaceSettings } from '../reads/pace';
import type { ReadInstance } from '../reads/read-instance';
import { stopAtCutover, type Interruption } from '../reads/stop-at-cutover';
import { readStatementFile } from '../reads/statement-file';
import { servingSide } from '../state/format';
import type { Command } from './command';
import type { CommonOptions } from './options';

export interface ReadOptions extends CommonOptions {
  readonly file?: string;
  readonly listen?: string;
  readonly statements?: string;
  readonly values?: boolean;
  readonly statementTime?: string;
  readonly maxLag?: string;
  readonly maxRunning?: string;
}

export function paceSettings({ maxLag, maxRunning }: ReadOptions): PaceSettings {
  return {
    maxLagSeconds: time('--max-lag', maxLag, 10_000) / 1_000,
    maxRunning: count('--max-running', maxRunning, 32),
  };
}

/** Of replay where the side that serves has no reader: clients share its writer with the statements that are run there. */
const ON_SERVING_WRITER_MS = 5_000;
const STATEMENT_MS = 30_000;

/** After how many milliseconds the servers end a statement. */
export function statementTime(
  { statementTime: given }: Pick<ReadOptions, 'statementTime'>,
  isOnServingWriter = false,
): number {
  return time('--statement-time', given, isOnServingWriter ? ON_SERVING_WRITER_MS : STATEMENT_MS);
}

/** Throws `phase-refused` while no side follows the other. */
export function sidesOf({ phase }: Pick<StepContext, 'phase'>): { readonly serving: Side; readonly following: Side } {
  if (phase === 'replicating' || phase === 'switched' || phase === 'rolled-back') {
    const serving = servingSide(phase);
    return { serving, following: serving === 'blue' ? 'green' : 'blue' };
  }
  throw new UpgradeError('there is no side to run statements on', {
    code: 'phase-refused',
    source: 'user',
    hint:
      phase === 'finalized'
        ? 'The upgrade is finalized: nothing follows the side that serves any more.'
        : 'Green does not follow blue yet. Run `npm run apply`, `npx cdktf deploy`, and `npm run apply` again; then run this command.',
  });
}

/** Gives a signal that a cutover aborts too. Throws `reads-cutover-begun`. */
export async function untilCutover<T>(
  { context, session, store }: Command,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const watch = stopAtCutover({ store, begun: session.state, clock: context.clock, signal: context.signal });
  try {
    return await work(watch.signal);
  } finally {
    watch.end();
  }
}

export function noteInterruption({ context }: Command, { interruptedBy }: Interruption): void {
  if (interruptedBy === undefined) return;
  const text = `ended before its end: ${interruptedBy}, and clients wait for what it would take meanwhile`;
  context.emit({ type: 'note', level: 'warning', code: 'reads-cutover-begun', text });
}

export interface SampleOptions {
  readonly most: number;
  readonly textsEach: number;
}

/** Throws `reads-file-unreadable`, and what `collectReads` throws. */
export async function sampleReads(
  { context, config, signal }: Pick<Command, 'context' | 'config'> & { readonly signal: AbortSignal },
  options: ReadOptions,
  instances: readonly ReadInstance[],
  { most, textsEach }: SampleOptions,
  tell: (doing: string) => void,
): Promise<Collected> {
  const file = options.file ?? config.prewarm.file;
  const collected = await collectReads(
    {
      clock: context.clock,
      signal,
      tell,
      note: (code, text) => context.emit({ type: 'note', level: 'warning', code, text }),
    },
    instances,
    {
      most: count('--statements', options.statements, most),
      textsEach,
      functions: new Set(config.prewarm.functions.map((name) => name.toLowerCase())),
      listenMs: options.listen === undefined ? 0 : time('--listen', options.listen, 0),
      fromFile: file === undefined ? undefined : readStatementFile(await contentOf(file)),
    },
  );
  return file === undefined ? collected : { ...collected, from: [...collected.from, file] };
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UpgradeError('the file with the statements cannot be read', {
      code: 'reads-file-unreadable',
      source: 'user',
      hint: `${file}: ${messageOf(cause)}. Correct --file or prewarm.file in upgrade.yaml; without it the servers are asked. Nothing was run.`,
      cause,
    });
  }
}

export function time(option: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (/^\d{1,9}(ms|s|m|h|d)$/.test(given)) return Math.max(1, parseDuration(given));
  throw usage(`${option} ${given} is not a duration`, 'Give a duration such as 500ms, 10s or 5m.');
}

export function count(option: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (/^\d{1,9}$/.test(given) && Number(given) > 0) return Number(given);
  throw usage(`${option} ${given} is not a number`, 'Give a whole number above zero.');
}

function usage(message: string, hint: string): UpgradeError {
  return new UpgradeError(message, { code: 'usage', source: 'user', hint: `${hint} Nothing was run.` });
}
