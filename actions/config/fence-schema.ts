/** `cutover.fences` of `upgrade.yaml`: how writes are stopped on each side, in this order. One shape a kind. */
import { z } from 'zod';

import { duration } from './scalars';

const rdsSetReadOnly = z.strictObject({
  kind: z.literal('rds-set-read-only').describe('`mysql.rds_set_read_only`, Aurora MySQL 3.06 and later.'),
});

const clusterParameterGroup = z.strictObject({
  kind: z.literal('cluster-parameter-group').describe('`read_only` in the cluster parameter group.'),
});

const readOnly = z.strictObject({
  kind: z.literal('read-only').describe('`SET GLOBAL read_only`, for a server of your own: RDS allows it to nobody.'),
  super: z.boolean().default(true).describe('Also `super_read_only`, which binds accounts that pass read_only too.'),
});

const accountLock = z.strictObject({
  kind: z.literal('account-lock').describe('`ALTER USER ... ACCOUNT LOCK`, then the sessions of these accounts end.'),
  accounts: z.array(z.string()).min(1).describe('user@host of every account to lock.'),
});

const lockTables = z.strictObject({
  kind: z
    .literal('lock-tables')
    .describe('`LOCK TABLES ... READ` of all tables by one session: frees itself when the tool dies.'),
});

const securityGroups = z
  .array(z.string().regex(/^sg-[0-9a-z]+$/, 'a security group id such as sg-0123'))
  .min(1)
  .max(5);

const securityGroup = z.strictObject({
  kind: z
    .literal('security-group')
    .describe('Other security groups for the cluster, which let in the tool and the other cluster only.'),
  openGroups: securityGroups.describe('The groups that the cluster has while it is open.'),
  closedGroups: securityGroups.describe('The groups that the cluster has while it is closed.'),
});

const hook = z.strictObject({
  kind: z.literal('hook').describe('Commands of your own.'),
  close: z.array(z.string()).min(1).describe('Program and arguments that stop writes; run without a shell.'),
  open: z.array(z.string()).min(1).describe('Program and arguments that let writes in again.'),
  state: z
    .array(z.string())
    .min(1)
    .describe('Program and arguments that look: exit code 0 closed, 1 open, anything else unknown.'),
  timeout: duration
    .default(10_000)
    .describe('How long each may take before it is killed; its outcome is then unknown.'),
});

export const fenceSchema = z.discriminatedUnion('kind', [
  rdsSetReadOnly,
  clusterParameterGroup,
  readOnly,
  accountLock,
  lockTables,
  securityGroup,
  hook,
]);

export type FenceConfig = z.output<typeof fenceSchema>;
