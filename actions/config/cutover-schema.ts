/** `cutover` of `upgrade.yaml`: how writes are switched, in both directions. */
import { z } from 'zod';

import { fenceSchema } from './fence-schema';
import { duration } from './scalars';

export const cutoverSchema = z.strictObject({
  budget: duration.default(30_000).describe('The longest time that writes may be blocked, undoing included.'),
  undoReserve: duration.default(10_000).describe('Part of the budget that is kept for undoing.'),
  maxLag: duration.default(5_000).describe('Refuse to start when green is further behind than this.'),
  maxTransaction: duration
    .default(10_000)
    .describe('Refuse to start while a transaction older than this is open on the serving side.'),
  sessionGrace: duration
    .default(0)
    .describe('How long application sessions may live on the fenced side after the switch before they are killed.'),
  passingAccounts: z
    .array(z.string())
    .default([])
    .describe('user@host of accounts that pass read_only and are known not to write during a cutover.'),
  fences: z
    .strictObject({
      blue: z.array(fenceSchema).default([]).describe('Fences of blue; default: chosen by its version.'),
      green: z.array(fenceSchema).default([]).describe('Fences of green; default: chosen by its version.'),
    })
    .prefault({})
    .describe('How writes are stopped, closed in this order.'),
  freeAfter: duration
    .default(60_000)
    .describe('A server ends the session that holds a self-freeing fence after this much silence; longer than budget.'),
});
