/** The metrics of CloudWatch that tell how a cluster fares, in the order in which they are shown. */
import type { HealthConfig } from '../config/health-schema';
import type { MetricQuery } from '../ports/aws';

export type HealthUnit = 'percent' | 'bytes' | 'bytes/second' | 'undo records' | 'seconds' | 'connections';

export interface HealthMetric {
  /** As CloudWatch names it (Aurora User Guide, "Amazon CloudWatch metrics for Amazon Aurora"). */
  readonly name: string;
  readonly title: string;
  readonly unit: HealthUnit;
  /** The worst of a minute: its lowest value where little is bad. */
  readonly statistic: MetricQuery['statistic'];
  readonly limitIs: 'at most' | 'at least';
  /** In the unit of the metric; undefined where there is none. `maxConnections` of the server in question. */
  readonly limit: (limits: HealthConfig, maxConnections: number | undefined) => number | undefined;
}

const MIB = 1_048_576;

export const HEALTH_METRICS: readonly HealthMetric[] = [
  {
    name: 'CPUUtilization',
    title: 'CPU',
    unit: 'percent',
    statistic: 'Maximum',
    limitIs: 'at most',
    limit: ({ cpuPercent }) => cpuPercent,
  },
  {
    name: 'FreeableMemory',
    title: 'freeable memory',
    unit: 'bytes',
    statistic: 'Minimum',
    limitIs: 'at least',
    limit: ({ freeableMemoryMiB }) => freeableMemoryMiB * MIB,
  },
  {
    name: 'SwapUsage',
    title: 'swap',
    unit: 'bytes',
    statistic: 'Maximum',
    limitIs: 'at most',
    limit: ({ swapUsageMiB }) => swapUsageMiB * MIB,
  },
  {
    name: 'NetworkThroughput',
    title: 'network to clients',
    unit: 'bytes/second',
    statistic: 'Maximum',
    limitIs: 'at most',
    limit: ({ networkMiBPerSecond }) => bytes(networkMiBPerSecond),
  },
  {
    name: 'StorageNetworkThroughput',
    title: 'network to storage',
    unit: 'bytes/second',
    statistic: 'Maximum',
    limitIs: 'at most',
    limit: ({ storageNetworkMiBPerSecond }) => bytes(storageNetworkMiBPerSecond),
  },
  {
    name: 'RollbackSegmentHistoryListLength',
    title: 'history list length',
    unit: 'undo records',
    statistic: 'Maximum',
    limitIs: 'at most',
    limit: ({ historyListLength }) => historyListLength,
  },
  {
    name: 'AuroraBinlogReplicaLag',
    title: 'replica lag',
    unit: 'seconds',
    statistic: 'Maximum',
    limitIs: 'at most',
    limit: ({ replicaLag }) => replicaLag / 1_000,
  },
  {
    name: 'DatabaseConnections',
    title: 'connections',
    unit: 'connections',
    statistic: 'Maximum',
    limitIs: 'at most',
    limit: ({ connectionsPercent }, maxConnections) =>
      maxConnections === undefined ? undefined : Math.floor((maxConnections * connectionsPercent) / 100),
  },
];

function bytes(mebibytes: number | undefined): number | undefined {
  return mebibytes === undefined ? undefined : mebibytes * MIB;
}
