/** `verify` of `upgrade.yaml`: what a cutover asks of the last verification of the data. */
import { z } from 'zod';

import { duration } from './scalars';

export const verifySchema = z.strictObject({
  required: z
    .boolean()
    .default(false)
    .describe('Refuse to cut over unless `npm run verify` has found every table equal.'),
  maxAge: duration
    .default(24 * 3_600_000)
    .describe('How long ago that verification may have begun at most; counts when it is required.'),
  unverified: z
    .array(z.string().regex(/^[^.]+\.[^.]+$/, 'schema.table; * stands for any characters'))
    .default([])
    .describe(
      'Tables that need not be verified, such as large ones without a key; * stands for any characters. A difference that was found in one counts all the same.',
    ),
  insideTheFence: duration
    .default(0)
    .describe(
      'The longest time that a switch may spend, while nobody can write, on comparing the rows that changed last once more; adds to the write downtime. A difference undoes the switch.',
    ),
  intended: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Differences of the schema made on purpose, as `npm run verify -- --schema` names them, such as `index shop.orders.by_day`; * stands for any characters.',
    ),
});
