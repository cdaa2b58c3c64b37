/** `trial` of `upgrade.yaml`: a test suite of the operator's own on a clone of green. */
import { z } from 'zod';

import { duration } from './scalars';

export const trialSchema = z.strictObject({
  command: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'Program and arguments of your test suite, run without a shell in the folder of this file. AURORA_CUTOVER_TRIAL_HOST and its sisters say where the clone is; exit code 0 passes.',
    ),
  timeout: duration.default(3_600_000).describe('How long it may take before it is killed, which counts as failed.'),
  expiry: duration
    .default(24 * 3_600_000)
    .describe(
      'How long the clone may live: a tag on it, by which a later `trial` or `status` knows that it has been forgotten.',
    ),
  instanceClass: z
    .string()
    .regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, 'an instance class such as db.r6g.large')
    .optional()
    .describe("Instance class of the clone; default: the class of green's writer."),
  required: z.boolean().default(false).describe('Refuse to cut over unless `npm run trial` has passed.'),
  maxAge: duration
    .default(7 * 24 * 3_600_000)
    .describe('How long ago that trial may have begun at most; counts when it is required.'),
});

export type TrialConfig = z.output<typeof trialSchema>;
