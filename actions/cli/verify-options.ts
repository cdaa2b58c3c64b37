/** The options of `verify`: what they mean, and whether they can. */
import { parseDuration } from '../config/scalars';
import { UpgradeError } from '../engine/errors';
import type { Phase } from '../state/format';
import type { VerificationSettings } from '../verify/run-verification';
import type { CommonOptions } from './options';

export interface VerifyOptions extends CommonOptions {
  readonly tables?: readonly string[];
  readonly sample?: string;
  readonly resume?: boolean;
  /** The schema instead of the data. */
  readonly schema?: boolean;
  readonly accounts?: boolean;
  readonly parameters?: boolean;
  readonly topology?: boolean;
  readonly values?: boolean;
  readonly maxLag?: string;
  readonly maxRunning?: string;
  readonly chunkTime?: string;
  readonly rest?: string;
  readonly keylessRows?: string;
  readonly maxDifferences?: string;
}

export interface VerifyWishes {
  readonly settings: VerificationSettings;
  readonly resume: boolean;
  /** The same for wishes that lead to the same results. */
  readonly wish: string;
}

/** Throws `usage`. */
export function understandVerify(options: VerifyOptions): VerifyWishes {
  const tables = (options.tables ?? []).flatMap((list) => list.split(',')).filter(Boolean);
  const sample = share(options.sample);
  const most = count('--max-differences', options.maxDifferences, 100);
  const values = options.values === true;
  return {
    settings: {
      tables,
      sample,
      values,
      most,
      chunkMs: time('--chunk-time', options.chunkTime, 500),
      maxLagSeconds: time('--max-lag', options.maxLag, 10_000) / 1_000,
      rest: count('--rest', options.rest, 4),
      maxRunning: count('--max-running', options.maxRunning, 32),
      keylessRows: count('--keyless-rows', options.keylessRows, 1_000_000),
    },
    resume: options.resume === true,
    wish: JSON.stringify({ tables, sample, most, values }),
  };
}

/** Data can be compared while one side follows the other. */
export function refuse(phase: Phase): void {
  if (phase === 'replicating' || phase === 'switched' || phase === 'rolled-back') return;
  throw new UpgradeError('there is nothing to compare yet', {
    code: 'phase-refused',
    source: 'user',
    hint:
      phase === 'finalized'
        ? 'The upgrade is finalized: blue follows green no more, so their data differ by right.'
        : 'Green does not follow blue yet. Run `npm run apply`, `npx cdktf deploy`, and `npm run apply` again; then verify.',
  });
}

/** `10%` or `0.1`. */
function share(given: string | undefined): number {
  if (given === undefined) return 1;
  const value = given.endsWith('%') ? Number(given.slice(0, -1)) / 100 : Number(given);
  if (value > 0 && value <= 1) return value;
  throw usage(`--sample ${given} is not a share`, 'Give a part of the chunks such as 10% or 0.1.');
}

function time(option: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (/^\d{1,9}(ms|s|m|h|d)$/.test(given)) return Math.max(1, parseDuration(given));
  throw usage(`${option} ${given} is not a duration`, 'Give a duration such as 500ms or 10s.');
}

function count(option: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (/^\d{1,12}$/.test(given)) return Number(given);
  throw usage(`${option} ${given} is not a number`, 'Give a whole number.');
}

function usage(message: string, hint: string): UpgradeError {
  return new UpgradeError(message, { code: 'usage', source: 'user', hint: `${hint} Nothing was read.` });
}
