/** The file in which a rehearsal notes how long each step took. */
import { readJson } from 'fs-extra';
import { z } from 'zod';
import { messageOf, UpgradeError } from '../engine/errors';
import type { CutoverSummary } from '../state/format';
import { timingsOf, type Timings } from './budget';

const durations = z.array(z.number().nonnegative()).optional();
const steps = z
  .object({
    fencing: durations,
    draining: durations,
    arming: durations,
    opening: durations,
    routing: durations,
    undoing: durations,
  })
  .optional();
const file = z.object({ type: z.literal('timings'), cutover: steps, rollback: steps });

/** Undefined when there is no such file. Throws `timings-unreadable` for one that is not a rehearsal's. */
export async function readTimings(path: string): Promise<Timings | undefined> {
  try {
    return withoutUndefined(file.parse(await readJson(path)));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new UpgradeError('the timings of the rehearsal cannot be read', {
      code: 'timings-unreadable',
      source: 'user',
      cause,
      hint: `${path} (cutover.timings) is not what \`npm run rehearse\` writes: ${messageOf(cause)}. The budget is kept by it. Rehearse again, or remove the file: then defaults are assumed. Nothing was changed.`,
    });
  }
}

/** What the file says; milliseconds. */
export function renderTimings(summaries: readonly CutoverSummary[], pair: string, when: string): string {
  return `${JSON.stringify({ type: 'timings', pair, when, ...timingsOf(summaries) }, undefined, 2)}\n`;
}

function withoutUndefined(parsed: z.output<typeof file>): Timings {
  return JSON.parse(JSON.stringify({ cutover: parsed.cutover, rollback: parsed.rollback })) as Timings;
}
