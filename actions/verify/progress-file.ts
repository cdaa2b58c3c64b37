/** What a verification has done so far, in a file of its own: it survives the process, and `--resume` goes on from it. */
import { z } from 'zod';
import { messageOf, UpgradeError } from '../engine/errors';
import { nodeFileSystem } from '../state/file-system';
import { writeRecord } from '../state/record-file';
import type { TableProgress } from './compare-table';
import type { TableResult } from './result';

const FORMAT = 1;
const key = z.array(z.string()).nullable();
const difference = z.object({
  key: z.string(),
  is: z.enum(['missing', 'extra', 'changed']),
  values: z
    .array(z.object({ column: z.string(), blue: z.string().nullable(), green: z.string().nullable() }))
    .optional(),
});
const range = z.object({ after: key, upTo: key });
const result = z.object({
  table: z.string(),
  verdict: z.enum(['verified', 'differs', 'unsettled', 'no-key', 'skipped']),
  reason: z.string().optional(),
  method: z.enum(['chunks', 'whole', 'none']),
  rows: z.number(),
  chunks: z.number(),
  looksAgain: z.number(),
  share: z.number(),
  differences: z.array(difference),
  isCut: z.boolean(),
  notCompared: z.array(z.string()),
  ms: z.number(),
  recent: z.array(range).optional(),
});
const progress = z.object({
  after: key,
  size: z.number(),
  chunks: z.number(),
  compared: z.number(),
  rows: z.number(),
  suspects: z.array(range),
  isRead: z.boolean(),
  ms: z.number(),
});
const file = z.object({
  type: z.literal('verification'),
  format: z.literal(FORMAT),
  lineage: z.string(),
  source: z.enum(['blue', 'green']),
  begunAt: z.string(),
  endedAt: z.string().nullable(),
  /** What was asked for: results of another wish are not gone on with. */
  wish: z.string(),
  /** Every table, all of it, was asked for. */
  isComplete: z.boolean(),
  /** Rows of each table that were written before it began, as the source counts them. */
  writes: z.record(z.string(), z.string()).optional(),
  results: z.array(result),
  current: z.object({ table: z.string(), progress }).nullable(),
});

export interface VerificationFile {
  readonly type: 'verification';
  readonly format: typeof FORMAT;
  readonly lineage: string;
  readonly source: 'blue' | 'green';
  readonly begunAt: string;
  readonly endedAt: string | null;
  readonly wish: string;
  readonly isComplete: boolean;
  readonly writes?: Readonly<Record<string, string>>;
  readonly results: readonly TableResult[];
  readonly current: { readonly table: string; readonly progress: TableProgress } | null;
}

/** Undefined when there is none. Throws `verify-file-unreadable`. */
export async function readVerification(path: string): Promise<VerificationFile | undefined> {
  try {
    const text = await nodeFileSystem.read(path);
    return text === undefined
      ? undefined
      : (JSON.parse(JSON.stringify(file.parse(JSON.parse(text)))) as VerificationFile);
  } catch (cause) {
    throw new UpgradeError('the record of the last verification cannot be read', {
      code: 'verify-file-unreadable',
      source: 'user',
      cause,
      hint: `${path}: ${messageOf(cause)}. Remove the file and run \`npm run verify\` anew.`,
    });
  }
}

export function writeVerification(path: string, content: VerificationFile): Promise<void> {
  return writeRecord(path, content);
}

export async function removeVerification(path: string): Promise<void> {
  await nodeFileSystem.remove(path);
}

/**
 * The record once another verification has ended. One of every table replaces it; one of some tables or of a part of them
 * replaces what it has read wholly or found to differ, and leaves the age as it is.
 */
export function recordAfter(last: VerificationFile | undefined, ended: VerificationFile): VerificationFile {
  if (ended.isComplete || last?.lineage !== ended.lineage || last.source !== ended.source) return ended;
  const news = new Map(
    ended.results
      .filter(({ verdict, share }) => verdict === 'differs' || share >= 1)
      .map((result) => [result.table, result]),
  );
  const kept = last.results.map((result) => news.get(result.table) ?? result);
  const known = new Set(kept.map(({ table }) => table));
  return { ...last, results: [...kept, ...[...news.values()].filter(({ table }) => !known.has(table))] };
}

/** While a verification runs, and once it has ended. */
export function verificationFiles(besideState: string): { readonly running: string; readonly last: string } {
  return { running: `${besideState}.verify-progress.json`, last: `${besideState}.verify.json` };
}
