/** Looks at every server of the lab every few seconds, so that CloudWatch has something true to say of it. */
import { availableParallelism } from 'node:os';
import type { AwsStore } from '../aws/store';
import type { MetricSample, MetricSamples } from '../aws/world';
import { ClusterFolders } from '../mysql/cluster-folder';
import { runningPid } from '../mysql/server';
import { readFigures, type ServerFigures } from '../mysql/server-figures';
import { serverFiles } from '../mysql/server-options';

const PAUSE_MS = 5_000;
const KEPT_MS = 3 * 3_600_000;
const TICKS_PER_SECOND = 100;

interface Look {
  readonly atMs: number;
  readonly pid: number;
  readonly figures: ServerFigures;
}

/** Undefined where there is nothing to say: without a look before this one, or without a channel. */
const METRICS: Readonly<Record<string, (now: Look, before: Look | undefined) => number | undefined>> = {
  CPUUtilization: (now, before) => {
    const ticks = rate(now, before, ({ cpuTicks }) => cpuTicks);
    return ticks === undefined ? undefined : (ticks / TICKS_PER_SECOND / availableParallelism()) * 100;
  },
  FreeableMemory: ({ figures }) => figures.freeableBytes,
  SwapUsage: ({ figures }) => figures.swapBytes,
  NetworkThroughput: (now, before) => rate(now, before, ({ networkBytes }) => networkBytes),
  StorageNetworkThroughput: (now, before) => rate(now, before, ({ storageBytes }) => storageBytes),
  RollbackSegmentHistoryListLength: ({ figures }) => figures.historyListLength,
  AuroraBinlogReplicaLag: ({ figures }) => figures.lagSeconds,
  DatabaseConnections: ({ figures }) => figures.connections,
};

export class MetricSampler {
  private readonly looks = new Map<string, Look[]>();
  private timer: NodeJS.Timeout | undefined;
  private isEnded = false;

  constructor(
    private readonly folders: ClusterFolders,
    private readonly store: AwsStore,
  ) {}

  start(): void {
    void this.lookAtAll();
  }

  /** What is under way ends by itself and is not waited for. */
  stop(): void {
    this.isEnded = true;
    clearTimeout(this.timer);
  }

  /** As CloudWatch is asked: by instance, by cluster and role, or by cluster. Readers share the process of their writer. */
  readonly samples: MetricSamples = ({ namespace, name, dimensions }) => {
    const measure = METRICS[name];
    const clusterId = this.clusterOf(dimensions);
    if (namespace !== 'AWS/RDS' || measure === undefined || clusterId === undefined) return [];
    const looks = this.looks.get(clusterId) ?? [];
    return looks.flatMap((now, index): readonly MetricSample[] => {
      const before = looks[index - 1];
      const value = measure(now, before?.pid === now.pid ? before : undefined);
      return value === undefined ? [] : [{ atMs: now.atMs, value }];
    });
  };

  private clusterOf({
    DBInstanceIdentifier: instance,
    DBClusterIdentifier: cluster,
    Role: role,
  }: Dimensions): string | undefined {
    const { instances } = this.store.document;
    if (instance !== undefined) return instances[instance]?.clusterId;
    if (role !== 'READER') return cluster;
    const hasReader = Object.values(instances).some((one) => one.clusterId === cluster && !one.isWriter);
    return hasReader ? cluster : undefined;
  }

  private async lookAtAll(): Promise<void> {
    const clusters = Object.keys(this.store.document.clusters).filter((id) => this.folders.has(id));
    await Promise.all(clusters.map((id) => this.lookAt(id)));
    if (!this.isEnded) this.timer = setTimeout(() => void this.lookAtAll(), PAUSE_MS).unref();
  }

  /** A server that is down, or just going down, has no figures. */
  private async lookAt(clusterId: string): Promise<void> {
    const folder = this.folders.folderOf(clusterId);
    const pid = runningPid(folder);
    if (pid === undefined) return;
    const { series } = this.folders.read(clusterId).server;
    const server = { socketPath: serverFiles(folder).socket, platform: this.folders.platform(), series };
    const figures = await readFigures(pid, server).catch(() => undefined);
    if (figures === undefined) return;
    const atMs = Date.now();
    const kept = (this.looks.get(clusterId) ?? []).filter((look) => look.atMs > atMs - KEPT_MS);
    this.looks.set(clusterId, [...kept, { atMs, pid, figures }]);
  }
}

type Dimensions = Parameters<MetricSamples>[0]['dimensions'];

function rate(now: Look, before: Look | undefined, counter: (figures: ServerFigures) => number): number | undefined {
  if (before === undefined || now.atMs <= before.atMs) return undefined;
  return (Math.max(0, counter(now.figures) - counter(before.figures)) * 1_000) / (now.atMs - before.atMs);
}
