/** `applications` of `upgrade.yaml`: what is switched one by one. */
import { z } from 'zod';

export const applicationSchema = z.strictObject({
  name: z.string().min(1).describe('Name by which endpoints refer to it.'),
  accounts: z
    .array(z.string())
    .min(1)
    .describe('user@host of its accounts: locked on the new side until all its endpoints have moved.'),
});

export type ApplicationConfig = z.output<typeof applicationSchema>;
