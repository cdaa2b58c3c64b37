/** `health` of `upgrade.yaml`: limits of the CloudWatch metrics that `status` and the report draw. */
import { z } from 'zod';

import { duration } from './scalars';

const percent = z.number().int().min(1).max(100);
/** Up to 16 TiB. */
const mebibytes = z.number().int().min(0).max(16_777_216);
const count = z.number().int().min(0).max(1_000_000_000);

export const healthSchema = z.strictObject({
  cpuPercent: percent.default(80).describe('CPUUtilization of a writer, in percent: at most.'),
  freeableMemoryMiB: mebibytes.default(256).describe('FreeableMemory of a writer, in MiB: at least.'),
  swapUsageMiB: mebibytes.default(256).describe('SwapUsage of a writer, in MiB: at most.'),
  networkMiBPerSecond: mebibytes
    .optional()
    .describe(
      'NetworkThroughput of a writer, in MiB a second: at most. What is much depends on the instance class, so there is no limit by default.',
    ),
  storageNetworkMiBPerSecond: mebibytes
    .optional()
    .describe(
      'StorageNetworkThroughput of a writer, in MiB a second: at most. What is much depends on the instance class, so there is no limit by default.',
    ),
  historyListLength: count
    .default(100_000)
    .describe('RollbackSegmentHistoryListLength of a writer, in undo records: at most.'),
  replicaLag: duration
    .default(60_000)
    .describe('AuroraBinlogReplicaLag of the side that follows: at most. `cutover.maxLag` is what a switch asks for.'),
  connectionsPercent: percent
    .default(80)
    .describe('DatabaseConnections of a writer, in percent of its max_connections: at most.'),
  required: z
    .boolean()
    .default(false)
    .describe(
      'Refuse a switch while a metric is beyond its limit or CloudWatch cannot be asked. Without it both are told, and hinder nothing.',
    ),
});

export type HealthConfig = z.output<typeof healthSchema>;
