/**
 * The shape of `upgrade.yaml`: one file describes one upgrade. The schema is the single source of the types, of the
 * JSON Schema that editors use and of docs/configuration.md, so every property carries its description.
 */
import { z } from 'zod';

import { applicationSchema } from './application-schema';
import { changesSchema } from './changes-schema';
import { cutoverSchema } from './cutover-schema';
import { endpointSchema } from './endpoint-schema';
import { healthSchema } from './health-schema';
import { notifySchema } from './notify-schema';
import { prewarmSchema, replaySchema } from './prewarm-schema';
import { duration, engineVersion, identifier } from './scalars';
import { stateSchema } from './state-schema';
import { trialSchema } from './trial-schema';
import { verifySchema } from './verify-schema';
import { waiverSchema } from './waiver-schema';

/** RDS takes every value as a text; true and false are what it writes as 1 and 0. */
const parameterValue = z
  .union([z.string(), z.number(), z.boolean()], 'a text, a number, true or false')
  .transform((value) => (typeof value === 'boolean' ? String(Number(value)) : String(value)));

const parameters = z
  .record(z.string().regex(/^[a-zA-Z0-9_.-]+$/, 'letters, digits, dots, hyphens and underscores'), parameterValue)
  .default({});

const instance = z.strictObject({
  class: z
    .string()
    .regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, 'an instance class such as db.r6g.large')
    .optional()
    .describe("Instance class; default: the class of blue's writer."),
  promotionTier: z
    .number()
    .int()
    .min(0)
    .max(15)
    .optional()
    .describe('Failover priority, 0 first; default 0 for the writer, 1 for readers.'),
});

const credentials = z.strictObject({
  secretArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:secretsmanager:/, 'the ARN of a Secrets Manager secret')
    .optional()
    .describe(
      'Secret with `username` and `password`. Without it the environment variables AURORA_CUTOVER_<SIDE>_USER and AURORA_CUTOVER_<SIDE>_PASSWORD are read.',
    ),
});

export const upgradeSchema = z.strictObject({
  name: identifier.describe('Name of this upgrade; prefix of what Terraform creates.'),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region such as eu-west-1')
    .describe('AWS region of both clusters.'),
  state: stateSchema,
  blue: z
    .strictObject({
      cluster: identifier.describe('Identifier of the cluster that serves today.'),
      credentials: credentials.default({}).describe("Where blue's master credentials come from."),
    })
    .describe('The cluster that serves today.'),
  green: z
    .strictObject({
      cluster: identifier.describe('Identifier of the upgraded cluster to create.'),
      engineVersion: engineVersion.describe('Aurora MySQL version to move to.'),
      source: z
        .enum(['snapshot', 'clone'])
        .default('snapshot')
        .describe(
          'How green is made: from a manual snapshot, restored at the new version, or as a copy-on-write clone, then upgraded in place.',
        ),
      snapshot: identifier.optional().describe('Identifier of the manual snapshot; default <name>-before-upgrade.'),
      deleteSnapshotOnDestroy: z
        .boolean()
        .default(false)
        .describe('Let Terraform delete the snapshot when the stack is destroyed.'),
      writer: instance.default({}).describe('The writer instance.'),
      readers: z.array(instance).max(15).default([]).describe('Reader instances, in order.'),
      clusterParameters: parameters.describe(
        'Cluster parameters set on green on purpose; they win over what is carried from blue.',
      ),
      instanceParameters: parameters.describe(
        'Instance parameters set on green on purpose; they win over what is carried from blue.',
      ),
      changes: changesSchema,
      deletionProtection: z.boolean().default(true).describe('Deletion protection of green.'),
      credentials: credentials
        .default({})
        .describe("Where green's master credentials come from; a restored cluster keeps blue's."),
    })
    .describe('The upgraded cluster.'),
  replication: z
    .strictObject({
      user: z
        .string()
        .regex(
          /^[a-z_][a-z0-9_]{0,30}$/,
          'an account name: lower-case letters, digits and underscores, at most 31, no digit first',
        )
        .default('cutover_repl')
        .describe('Replication account, created by the tool on blue.'),
      host: z
        .string()
        .regex(
          /^[0-9%_.]+(\/[0-9.]+)?$/,
          'an address pattern such as 10.0.% (Aurora runs with skip_name_resolve: a domain name never matches)',
        )
        .default('%')
        .describe('Host pattern of the replication account.'),
      tls: z
        .enum(['auto', 'required', 'off'])
        .default('auto')
        .describe(
          'Encryption of the replication channels. auto: wherever the replica can; required: refuse a pair that cannot.',
        ),
      binlogFormat: z
        .enum(['ROW', 'MIXED', 'STATEMENT'])
        .default('ROW')
        .describe('Binary log format on blue. ROW is the only one that carries every change exactly.'),
      retention: duration
        .default(48 * 3_600_000)
        .describe('How long both clusters keep their binary logs; whole hours, at most 90 days.'),
      catchUp: duration.default(6 * 3_600_000).describe('How long apply waits for green to catch up.'),
    })
    .prefault({})
    .describe('Replication between the clusters.'),
  cutover: cutoverSchema.prefault({}).describe('The switch of writes, in both directions.'),
  endpoints: z
    .array(endpointSchema)
    .min(1)
    .describe('What points the application at a cluster, switched in this order.'),
  applications: z
    .array(applicationSchema)
    .default([])
    .describe(
      'Applications that are switched one by one, each with endpoints of its own; without them, all go together.',
    ),
  waivers: z
    .array(waiverSchema)
    .default([])
    .describe('Findings of `precheck` that somebody has looked at and accepts; they stay visible.'),
  verify: verifySchema.prefault({}).describe('What a cutover asks of the last verification of the data.'),
  trial: trialSchema.prefault({}).describe('Your test suite on a clone of green.'),
  health: healthSchema.prefault({}).describe('Limits of what CloudWatch tells of both clusters.'),
  prewarm: prewarmSchema
    .prefault({})
    .describe("The application's reads, run on the side that will serve before it does."),
  replay: replaySchema.prefault({}).describe("The application's reads, compared on both sides."),
  network: z
    .strictObject({
      caFile: z
        .string()
        .optional()
        .describe("PEM file with the certificate authorities to trust; default: Amazon's bundle for RDS."),
      dnsServers: z
        .array(z.string())
        .default([])
        .describe("Name servers (address or address:port) to ask instead of the system's, e.g. through a VPN."),
      connectTimeout: duration.default(5_000).describe('How long a connection to a server may take.'),
      replicationRules: z
        .boolean()
        .default(true)
        .describe('Let Terraform add the security-group rules by which the clusters reach each other.'),
    })
    .prefault({})
    .describe('How the clusters are reached.'),
  terraform: z
    .strictObject({
      binary: z.string().optional().describe('terraform or tofu; default TERRAFORM_BINARY_NAME, else terraform.'),
    })
    .prefault({})
    .describe('The declarative layer.'),
  notify: notifySchema.prefault({}).describe('Who is told how a command ended.'),
  tags: z.record(z.string(), z.string()).default({}).describe('Tags of everything that Terraform creates.'),
});

/** A valid upgrade.yaml with its defaults; durations are milliseconds. */
export type UpgradeConfig = z.output<typeof upgradeSchema>;
export type { EndpointConfig } from './endpoint-schema';
export type { FenceConfig } from './fence-schema';
