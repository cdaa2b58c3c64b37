/**
 * Checks that a parsed state file has the shape of `UpgradeState`. Written by hand, without zod, because `synth` and
 * `status` read the state and must start fast. The mapped type makes a field that format.ts gains a compile error here.
 */
import type {
  AuditAnchor,
  ClusterFacts,
  CutoverRecord,
  CutoverSummary,
  Facts,
  FenceSnapshot,
  GreenChange,
  ParameterPlace,
  ParameterPlan,
  ParameterTranslation,
  PlannedParameter,
  RebuildRecord,
  StepRecord,
  TranslatedParameter,
  UpgradeState,
} from './format';
import type { BinlogPosition } from '../mysql/position';
import type { CarriedInstanceSettings, CarriedScaling, CarriedSettings } from './carried-settings';

/** Paths with what is wrong there, e.g. `facts.blue.port is not a whole number`; empty when the shape is right. */
export function stateShapeProblems(value: unknown): readonly string[] {
  return upgradeState(value, '');
}

export function hasStateShape(value: unknown): value is UpgradeState {
  return stateShapeProblems(value).length === 0;
}

type Check = (value: unknown, path: string) => readonly string[];
type Shape<T> = { readonly [K in keyof T]-?: Check };

const text: Check = (value, path) => (typeof value === 'string' ? [] : [`${path} is not a text`]);
const whole: Check = (value, path) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? [] : [`${path} is not a whole number`];
const number: Check = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) ? [] : [`${path} is not a number`];
const flag: Check = (value, path) => (typeof value === 'boolean' ? [] : [`${path} is not true or false`]);
const time: Check = (value, path) =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? [] : [`${path} is not a time`];

const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value, path) =>
    allowed.includes(value) ? [] : [`${path} is not one of ${allowed.join(', ')}`];

const optional =
  (check: Check): Check =>
  (value, path) =>
    value === undefined ? [] : check(value, path);

const nullable =
  (check: Check): Check =>
  (value, path) =>
    value === null ? [] : check(value, path);

const list =
  (check: Check): Check =>
  (value, path) =>
    Array.isArray(value) ? value.flatMap((item, index) => check(item, `${path}[${index}]`)) : [`${path} is not a list`];

const record =
  (check: Check): Check =>
  (value, path) =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, member]) => check(member, `${path}.${key}`))
      : [`${path} is not an object`];

function object<T>(shape: Shape<T>): Check {
  const members = Object.entries<Check>(shape);
  return (value, path) =>
    isObject(value)
      ? members.flatMap(([key, check]) => check(value[key], path === '' ? key : `${path}.${key}`))
      : [`${path === '' ? 'the file' : path} is not an object`];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const position = object<BinlogPosition>({ file: text, position: whole });

const clusterFacts = object<ClusterFacts>({
  clusterId: text,
  resourceId: text,
  engineVersion: text,
  family: text,
  endpoint: text,
  readerEndpoint: optional(text),
  port: whole,
  writerInstanceId: text,
  instanceClass: text,
  serverUuid: text,
  serverVersion: text,
  clusterParameterGroup: text,
  instanceParameterGroup: text,
  subnetGroup: optional(text),
  securityGroupIds: list(text),
  kmsKeyId: optional(text),
  backupRetentionDays: whole,
  eventScheduler: oneOf('ON', 'OFF'),
  carried: optional(
    object<CarriedSettings>({
      backupWindow: text,
      maintenanceWindow: text,
      logExports: list(text),
      iamAuthentication: flag,
      roles: list(text),
      networkType: text,
      storageType: text,
      serverlessScaling: optional(
        object<CarriedScaling>({ minCapacity: number, maxCapacity: number, autoPauseSeconds: optional(whole) }),
      ),
      tags: record(text),
      instances: object<CarriedInstanceSettings>({
        maintenanceWindow: text,
        publiclyAccessible: flag,
        caCertificate: optional(text),
        monitoring: optional(
          object<NonNullable<CarriedInstanceSettings['monitoring']>>({ seconds: whole, roleArn: text }),
        ),
        performanceInsights: optional(
          object<NonNullable<CarriedInstanceSettings['performanceInsights']>>({
            retentionDays: whole,
            kmsKeyId: optional(text),
          }),
        ),
        tags: record(text),
      }),
    }),
  ),
});

const plannedParameter = object<PlannedParameter>({
  name: text,
  value: text,
  applyMethod: oneOf('immediate', 'pending-reboot'),
  origin: oneOf('blue', 'renamed', 'config', 'tool'),
});

const parameterPlace = object<ParameterPlace>({
  level: oneOf('cluster', 'instance'),
  name: text,
  value: text,
  from: oneOf('group', 'default'),
});

/** A verdict that this version does not know is a word for people, not a broken file. */
const translatedParameter = object<TranslatedParameter>({
  verdict: text,
  blue: optional(parameterPlace),
  green: optional(parameterPlace),
  note: optional(text),
});

const parameterPlan = object<ParameterPlan>({
  family: text,
  cluster: list(plannedParameter),
  instance: list(plannedParameter),
  notCarried: list(object<ParameterPlan['notCarried'][number]>({ name: text, value: text, reason: text })),
  translation: optional(object<ParameterTranslation>({ blueFamily: text, rows: list(translatedParameter) })),
});

const facts = object<Facts>({
  blue: optional(clusterFacts),
  green: optional(clusterFacts),
  parameters: optional(parameterPlan),
  channelStart: optional(
    object<NonNullable<Facts['channelStart']>>({ blue: optional(position), green: optional(position) }),
  ),
  followedBy: optional(text),
  greenChanges: optional(
    list(
      object<GreenChange>({
        id: text,
        hash: text,
        sql: text,
        status: oneOf('begun', 'done'),
        at: time,
        wayBack: oneOf('safe', 'may-stop', 'breaks'),
        objects: list(text),
        undoSql: nullable(text),
        undoNote: text,
      }),
    ),
  ),
  blueRetentionBefore: optional(nullable(number)),
});

const stepRecord = object<StepRecord>({
  status: oneOf('started', 'done', 'failed', 'undone'),
  at: time,
  evidence: optional(text),
});

const cutoverRecord = object<CutoverRecord>({
  id: text,
  direction: oneOf('cutover', 'rollback'),
  state: oneOf('fencing', 'opening', 'undoing', 'stalled'),
  startedAt: time,
  resumeAt: optional(oneOf('opening', 'undoing')),
  reason: optional(text),
  finalPosition: optional(position),
  reversePosition: optional(position),
});

const cutoverSummary = object<CutoverSummary>({
  id: text,
  direction: oneOf('cutover', 'rollback'),
  outcome: oneOf('done', 'aborted'),
  startedAt: time,
  endedAt: time,
  reason: optional(text),
  finalPosition: optional(position),
  reversePosition: optional(position),
  blockedMs: optional(number),
  snapshot: optional(
    object<FenceSnapshot>({
      id: text,
      outcome: oneOf('asked', 'failed', 'unknown'),
      position,
      reason: optional(text),
    }),
  ),
  steps: list(
    object<CutoverSummary['steps'][number]>({ id: text, startMs: number, durationMs: number, outcome: text }),
  ),
});

const rebuildRecord = object<RebuildRecord>({
  at: time,
  by: text,
  because: text,
  lineageFrom: oneOf('old-state', 'servers', 'new'),
  replaced: optional(text),
  unknown: list(text),
});

const upgradeState = object<UpgradeState>({
  format: whole,
  name: text,
  lineage: text,
  serial: whole,
  phase: oneOf('new', 'prepared', 'replicating', 'switched', 'rolled-back', 'finalized'),
  facts,
  steps: record(stepRecord),
  cutover: optional(cutoverRecord),
  history: list(cutoverSummary),
  rebuilt: optional(rebuildRecord),
  audit: optional(record(object<AuditAnchor>({ entries: whole, head: text }))),
});
