/** How the last trial ended, in a file of its own beside the state: the gate of a cutover reads it. */
import { z } from 'zod';
import { canonicalHash } from '../engine/canonical-json';
import { messageOf, UpgradeError } from '../engine/errors';
import { nodeFileSystem } from '../state/file-system';
import type { Facts } from '../state/format';
import { writeRecord } from '../state/record-file';

const FORMAT = 1;
const file = z.object({
  type: z.literal('trial'),
  format: z.literal(FORMAT),
  lineage: z.string(),
  /** Of green: a trial of another cluster, which had its name before, proves nothing. */
  resourceId: z.string(),
  /** `changesHash` before the clone was made; a file of an earlier version has none. */
  changes: z.string().optional(),
  /** `VERSION()` of the clone. */
  version: z.string(),
  begunAt: z.string(),
  endedAt: z.string(),
  command: z.array(z.string()),
  outcome: z.enum(['passed', 'failed', 'killed', 'not-started']),
  exitCode: z.number().nullable(),
  /** Why it was killed or did not start; null when it ended by itself. */
  why: z.string().nullable(),
  /** The end of what it printed, without what looks like a secret. */
  output: z.string(),
  durationMs: z.number(),
});

/** Times are ISO 8601. */
export type TrialResult = Readonly<z.output<typeof file>>;

/** Undefined when there is none. Throws `trial-file-unreadable`. */
export async function readTrial(path: string): Promise<TrialResult | undefined> {
  try {
    const text = await nodeFileSystem.read(path);
    return text === undefined ? undefined : file.parse(JSON.parse(text));
  } catch (cause) {
    throw new UpgradeError('the record of the last trial cannot be read', {
      code: 'trial-file-unreadable',
      source: 'user',
      cause,
      hint: `${path}: ${messageOf(cause)}. Remove the file and run \`npm run trial\` anew.`,
    });
  }
}

export function writeTrial(path: string, content: TrialResult): Promise<void> {
  return writeRecord(path, content);
}

/** What `green.changes` has made of green by now, whatever its order. */
export function changesHash({ greenChanges }: Pick<Facts, 'greenChanges'>): string {
  const made = (greenChanges ?? []).filter(({ status }) => status === 'done').map(({ hash }) => hash);
  return canonicalHash(made.sort()).slice(0, 16);
}

export function trialFile(besideState: string): string {
  return `${besideState}.trial.json`;
}
