/** `cutover` of `upgrade.yaml`: how writes are switched, in both directions. */
import { z } from 'zod';

import { fenceSchema } from './fence-schema';
import { duration } from './scalars';

export const cutoverSchema = z.strictObject({
  budget: duration.default(30_000).describe('The longest time that writes may be blocked, undoing included.'),
  undoReserve: duration
    .default(10_000)
    .describe('The least part of the budget that is kept for undoing; more where earlier switches needed more.'),
  timings: z
    .string()
    .min(1)
    .default('rehearsal-timings.json')
    .describe(
      'File in which `npm run rehearse` has noted how long each step took, relative to this file; without it and without earlier switches, defaults are assumed.',
    ),
  maxLag: duration.default(5_000).describe('Refuse to start when green is further behind than this.'),
  maxTransaction: duration
    .default(10_000)
    .describe('Refuse to start while a transaction older than this is open on the serving side.'),
  maxTransactionRows: z
    .int()
    .min(1)
    .default(100_000)
    .describe('Refuse to start while an open transaction on the serving side has changed more rows than this.'),
  expectedAccounts: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'User names whose sessions a switch may end; when any are named, sessions of others make it refuse to start.',
    ),
  sessionGrace: duration
    .default(0)
    .describe('How long application sessions may live on the fenced side after the switch before they are killed.'),
  passingAccounts: z
    .array(z.string())
    .default([])
    .describe('user@host of accounts that pass read_only and are known not to write during a cutover.'),
  sessionSecrets: z
    .array(z.string().regex(/^arn:aws[a-z-]*:secretsmanager:/, 'the ARN of a Secrets Manager secret'))
    .default([])
    .describe(
      'Secrets with `username` and `password` of application users, whose sessions the master user may not end itself.',
    ),
  fences: z
    .strictObject({
      blue: z.array(fenceSchema).default([]).describe('Fences of blue; default: chosen by its version.'),
      green: z.array(fenceSchema).default([]).describe('Fences of green; default: chosen by its version.'),
    })
    .prefault({})
    .describe('How writes are stopped, closed in this order.'),
  snapshotAtFence: z
    .boolean()
    .default(false)
    .describe(
      'Ask for a manual snapshot of blue as a cutover has fenced it, the fallback point; kept until somebody deletes it. The switch does not wait for it.',
    ),
  freeAfter: duration
    .default(60_000)
    .describe('A server ends the session that holds a self-freeing fence after this much silence; longer than budget.'),
});
