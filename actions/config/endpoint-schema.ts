/** `endpoints` of `upgrade.yaml`: what points applications at a cluster. One shape a kind. */
import { z } from 'zod';

import { duration } from './scalars';

/** What every kind has. */
const shared = {
  application: z
    .string()
    .min(1)
    .optional()
    .describe('Name of the application in `applications` that it belongs to; without it, it belongs to all.'),
};

/** Kinds share these names, and documents and errors show one text for each. */
const NAME = 'Of the record that the application connects to (a CNAME), of the parameter, or of the hook.';
const TTL =
  'How long clients may keep the old address, at most 60s; of a record its TTL, which the switch sets, in whole seconds.';

const target = z
  .enum(['writer', 'reader'])
  .default('writer')
  .describe("Which of the cluster's endpoints it points at.");

const route53 = z.strictObject({
  kind: z.literal('route53').describe('A CNAME in a Route 53 hosted zone.'),
  zoneId: z
    .string()
    .regex(/^Z[A-Z0-9]+$/, 'a hosted zone id such as Z0123456789ABC')
    .describe('Hosted zone that holds the record.'),
  name: z.string().min(1).describe(NAME),
  setIdentifier: z
    .string()
    .min(1)
    .optional()
    .describe('The one record of a weighted set whose value is switched; its weight stays.'),
  weights: z
    .strictObject({
      blue: z.string().min(1).describe("Set identifier of blue's record."),
      green: z.string().min(1).describe("Set identifier of green's record; made by the switch when there is none."),
    })
    .optional()
    .describe('A weighted set with a record for each cluster: the switch turns the weights 100 and 0 round.'),
  target,
  ttl: duration.default(5_000).describe(TTL),
  ...shared,
});

const secret = z.strictObject({
  kind: z.literal('secret').describe('Members of a JSON value in Secrets Manager.'),
  secretId: z.string().min(1).describe('Name or ARN of the secret that the application reads.'),
  values: z
    .record(z.string().min(1), z.string())
    .optional()
    .describe(
      'Members to replace and what by, of {host}, {port} and {cluster}; default: host, port and dbClusterIdentifier where they are.',
    ),
  target,
  ttl: duration.default(10_000).describe(TTL),
  ...shared,
});

const ssmParameter = z.strictObject({
  kind: z.literal('ssm-parameter').describe('A String or SecureString of Systems Manager Parameter Store.'),
  name: z.string().min(1).describe(NAME),
  value: z.string().default('{host}').describe('What it holds, of {host}, {port} and {cluster}.'),
  target,
  ttl: duration.default(10_000).describe(TTL),
  ...shared,
});

const rdsProxy = z.strictObject({
  kind: z.literal('rds-proxy').describe('The cluster behind an RDS Proxy.'),
  proxy: z.string().min(1).describe('Name of the proxy.'),
  targetGroup: z.string().min(1).default('default').describe('Its target group.'),
  ...shared,
});

const command = z.array(z.string().min(1)).min(1);

const hook = z.strictObject({
  kind: z.literal('hook').describe('Commands of your own.'),
  name: z.string().min(1).describe(NAME),
  switch: command.describe('Program and arguments that point the application at the new side; run without a shell.'),
  state: command.describe(
    'Program and arguments that look: exit code 0 there, 1 not yet, 2 elsewhere, any other unknown.',
  ),
  timeout: duration
    .default(10_000)
    .describe('How long each may take before it is killed; its outcome is then unknown.'),
  ttl: duration.default(5_000).describe(TTL),
  ...shared,
});

export const endpointSchema = z.discriminatedUnion('kind', [route53, secret, ssmParameter, rdsProxy, hook]);

export type EndpointConfig = z.output<typeof endpointSchema>;
export type Route53Config = z.output<typeof route53>;
export type SecretEndpointConfig = z.output<typeof secret>;
export type SsmConfig = z.output<typeof ssmParameter>;
export type ProxyConfig = z.output<typeof rdsProxy>;
export type HookEndpointConfig = z.output<typeof hook>;
