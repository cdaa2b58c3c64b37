/** `endpoints` of `upgrade.yaml`: what points applications at a cluster. One shape a kind. */
import { z } from 'zod';

import { duration } from './scalars';

const route53 = z.strictObject({
  kind: z.literal('route53').describe('A CNAME in a Route 53 hosted zone.'),
  zoneId: z
    .string()
    .regex(/^Z[A-Z0-9]+$/, 'a hosted zone id such as Z0123456789ABC')
    .describe('Hosted zone that holds the record.'),
  name: z.string().min(1).describe('Record name that the application connects to, a CNAME.'),
  target: z
    .enum(['writer', 'reader'])
    .default('writer')
    .describe("Which of the cluster's endpoints the record points at."),
  ttl: duration.default(5_000).describe('TTL of the record, at most 60s; clients keep the old address this long.'),
});

export const endpointSchema = z.discriminatedUnion('kind', [route53]);

export type EndpointConfig = z.output<typeof endpointSchema>;
