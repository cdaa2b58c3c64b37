/** `notify` of `upgrade.yaml`: who is told how a command ended. */
import { z } from 'zod';

export const notifySchema = z.strictObject({
  webhook: z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]*$/, 'the name of an environment variable, such as CUTOVER_WEBHOOK (the URL is a secret)')
    .optional()
    .describe(
      'Name of the environment variable that holds the URL of a Slack-compatible webhook; told when a command that changes something has ended. It can never hold up or fail one.',
    ),
});
