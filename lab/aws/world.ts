import type { EngineHost, LabNetwork } from '../contract';
import type { FaultSwitches } from './faults';
import type { Jobs } from './jobs';
import { ACCOUNT_ID } from './new-document';
import type { AwsStore } from './store';

/** How long AWS's slow things take here, in milliseconds. Real ones take minutes; states stay visible for as long. */
export interface AwsTiming {
  readonly clusterCreateMs: number;
  /** On top of what starting the server really takes. */
  readonly instanceCreateMs: number;
  readonly modifyMs: number;
  readonly rebootMs: number;
  readonly snapshotMs: number;
  readonly stopMs: number;
  readonly startMs: number;
  readonly deleteMs: number;
  /** From a dynamic parameter's change to its effect on the server. */
  readonly parameterApplyMs: number;
  /** From RegisterDBProxyTargets to a target that serves. */
  readonly proxyRegisterMs: number;
  /** From ChangeResourceRecordSets to INSYNC. */
  readonly changeInsyncMs: number;
  /** From ChangeResourceRecordSets to the name servers' answers; 0 means at once. */
  readonly dnsPropagationMs: number;
}

export const DEFAULT_TIMING: AwsTiming = {
  clusterCreateMs: 300,
  instanceCreateMs: 300,
  modifyMs: 300,
  rebootMs: 200,
  snapshotMs: 300,
  stopMs: 300,
  startMs: 300,
  deleteMs: 200,
  parameterApplyMs: 80,
  proxyRegisterMs: 300,
  changeInsyncMs: 300,
  dnsPropagationMs: 0,
};

/** Supplies what CloudWatch has been told of a metric, oldest first; empty when it has no data. */
export type MetricSamples = (metric: {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}) => readonly MetricSample[] | Promise<readonly MetricSample[]>;

export interface MetricSample {
  /** Since the epoch. */
  readonly atMs: number;
  readonly value: number;
}

/** What the handlers of all services share. */
export interface World {
  readonly store: AwsStore;
  readonly engine: EngineHost;
  readonly network: LabNetwork;
  readonly timing: AwsTiming;
  readonly jobs: Jobs;
  readonly faults: FaultSwitches;
  readonly metricSamples: MetricSamples;
  /** Tells the lab's operator of background work that failed; the account's own users see an event. */
  readonly report: (text: string) => void;
}

/** One family of actions: each takes its operation's input and gives its output, or throws an AwsError. */
export type Handlers = Readonly<Record<string, (input: never) => object | Promise<object>>>;

/** An id as AWS makes them, e.g. `sgr-0000000000000002a`. */
export function newId(world: World, prefix: string): string {
  const number = world.store.document.nextId++;
  return `${prefix}${number.toString(16).padStart(17, '0')}`;
}

export function rdsArn(world: World, kind: string, id: string): string {
  return `arn:aws:rds:${world.store.document.region}:${ACCOUNT_ID}:${kind}:${id}`;
}

/** What RDS encrypts with unless it is told another key. */
export function defaultKey(world: World): string {
  return `arn:aws:kms:${world.store.document.region}:${ACCOUNT_ID}:key/00000000-0000-0000-0000-000000000rds`;
}

export function isoNow(): string {
  return new Date().toISOString();
}
