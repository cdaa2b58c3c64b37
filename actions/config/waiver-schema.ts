/** `waivers` of `upgrade.yaml`: findings of `precheck` that somebody has accepted. */
import { z } from 'zod';

export const waiverSchema = z.strictObject({
  check: z
    .string()
    .min(1)
    .describe(
      'Id of the check, as `precheck` prints it, or code of a problem with a change of green (docs/changes.md).',
    ),
  object: z
    .string()
    .min(1)
    .default('*')
    .describe(
      'Object of the finding, as `precheck` prints it, or file and line of the change; * stands for any characters.',
    ),
  reason: z.string().min(1).describe('Why this may stay as it is.'),
  until: z.iso.date('a date such as 2027-01-31').describe('Last day on which the waiver counts.'),
});

export type WaiverConfig = z.output<typeof waiverSchema>;
