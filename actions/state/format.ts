/** The state file: what has been done for one upgrade, and the facts that must not be asked twice. */
import type { BinlogPosition } from '../mysql/position';
import type { ParameterLevel } from '../ports/aws';
import type { Side } from '../ports/mysql-server';
import type { CarriedSettings } from './carried-settings';

export const STATE_FORMAT = 2;

/**
 * Where an upgrade rests. `new`: nothing done. `prepared`: blue can be a source. `replicating`: green exists and follows blue.
 * `switched`: green serves, blue follows it. `rolled-back`: blue serves again, green follows it. `finalized`: no way back.
 */
export type Phase = 'new' | 'prepared' | 'replicating' | 'switched' | 'rolled-back' | 'finalized';

export interface UpgradeState {
  readonly format: typeof STATE_FORMAT;
  /** Name of the upgrade that the file belongs to. */
  readonly name: string;
  /** Random, made once: tells this upgrade from another of the same name. */
  readonly lineage: string;
  /** Grows by one with every write. */
  readonly serial: number;
  readonly phase: Phase;
  readonly facts: Facts;
  readonly steps: Readonly<Record<string, StepRecord>>;
  /** The cutover or rollback under way, absent at rest. */
  readonly cutover?: CutoverRecord;
  /** Ended cutovers and rollbacks, oldest first. */
  readonly history: readonly CutoverSummary[];
  /** Present when the state was lost and derived anew from the servers; the last time counts. */
  readonly rebuilt?: RebuildRecord;
  /** How far the audit of each machine went when the state was written, by host name. */
  readonly audit?: Readonly<Record<string, AuditAnchor>>;
}

/** The end of an audit: so many entries, the last one with this hash. */
export interface AuditAnchor {
  readonly entries: number;
  readonly head: string;
}

/** Where a rebuilt state comes from. */
export interface RebuildRecord {
  readonly at: string;
  /** user@host */
  readonly by: string;
  /** What the phase was derived from. */
  readonly because: string;
  /** Where the lineage comes from; `new`: no source of it was left. */
  readonly lineageFrom: 'old-state' | 'servers' | 'new';
  /** Where the state that was replaced is kept. */
  readonly replaced?: string;
  /** What could not be derived, for people. */
  readonly unknown: readonly string[];
}

export interface StepRecord {
  readonly status: 'started' | 'done' | 'failed' | 'undone';
  readonly at: string;
  /** What was seen when the step was verified, for people. */
  readonly evidence?: string;
}

export interface Facts {
  readonly blue?: ClusterFacts;
  readonly green?: ClusterFacts;
  /** What green's parameter groups declare, decided when blue was prepared. */
  readonly parameters?: ParameterPlan;
  /**
   * Where the channel of a side begins in the other side's binary log, should it have to be set up (again). For green it is
   * first read from the restore event; every switch and every undone switch renews it, so it is never a stale one.
   */
  readonly channelStart?: Partial<Readonly<Record<Side, BinlogPosition>>>;
  /** Resource id of the green that has begun to follow blue: its channel must not be set up from its start again. */
  readonly followedBy?: string;
  /** Changes of `green.changes` that were begun on green, oldest first. */
  readonly greenChanges?: readonly GreenChange[];
  /** Binlog retention of blue before the tool changed it, in hours; null: not set. */
  readonly blueRetentionBefore?: number | null;
}

/** A statement that the tool has carried out on green on purpose, or was about to. */
export interface GreenChange {
  /** File and line when it was begun. */
  readonly id: string;
  /** Of the statement: what it is known by. */
  readonly hash: string;
  readonly sql: string;
  /** `begun`: whether it took effect is seen on green only. */
  readonly status: 'begun' | 'done';
  readonly at: string;
  /** `may-stop`, `breaks`: a waiver of upgrade.yaml has accepted it. */
  readonly wayBack: 'safe' | 'may-stop' | 'breaks';
  /** What differs by it, as `verify --schema` names it. */
  readonly objects: readonly string[];
  /** The statement that takes it back; null: there is none, see `undoNote`. */
  readonly undoSql: string | null;
  /** What an undo loses, or why there is none; empty: nothing. */
  readonly undoNote: string;
}

/** A cluster as it was when the tool looked; what Terraform needs to build green like blue. */
export interface ClusterFacts {
  readonly clusterId: string;
  readonly resourceId: string;
  readonly engineVersion: string;
  readonly family: string;
  readonly endpoint: string;
  readonly readerEndpoint?: string;
  readonly port: number;
  readonly writerInstanceId: string;
  readonly instanceClass: string;
  readonly serverUuid: string;
  readonly serverVersion: string;
  readonly clusterParameterGroup: string;
  readonly instanceParameterGroup: string;
  readonly subnetGroup?: string;
  readonly securityGroupIds: readonly string[];
  readonly kmsKeyId?: string;
  readonly backupRetentionDays: number;
  /** As the server ran when the tool first looked. */
  readonly eventScheduler: 'ON' | 'OFF';
  /** Absent in states of before the tool looked at them. */
  readonly carried?: CarriedSettings;
}

/** The translation of blue's changed parameters to green's family. */
export interface ParameterPlan {
  readonly family: string;
  readonly cluster: readonly PlannedParameter[];
  readonly instance: readonly PlannedParameter[];
  /** What cannot be carried, for people: a line in the plan and an annotation of the stack. */
  readonly notCarried: readonly { readonly name: string; readonly value: string; readonly reason: string }[];
  /** How each came about, for people and for the proof of green; absent in files of earlier versions. */
  readonly translation?: ParameterTranslation;
}

export interface ParameterTranslation {
  readonly blueFamily: string;
  readonly rows: readonly TranslatedParameter[];
}

/**
 * What becomes of a parameter. `moved`: to the other level. `overridden`: another value of blue wins over it.
 * `default-changed`: nobody set it on blue, and green's family has another default. `follows-phase`: see `phaseParameters`.
 */
export type TranslationVerdict =
  | 'same'
  | 'renamed'
  | 'moved'
  | 'removed'
  | 'not-modifiable'
  | 'value-not-allowed'
  | 'overridden'
  | 'default-changed'
  | 'set-by-tool'
  | 'set-by-config'
  | 'follows-phase';

/** A side is absent where it has no such parameter, or nobody knows of its value there. */
export interface TranslatedParameter {
  readonly verdict: TranslationVerdict;
  readonly blue?: ParameterPlace;
  readonly green?: ParameterPlace;
  /** For people: why, and what to do about it. */
  readonly note?: string;
}

export interface ParameterPlace {
  readonly level: ParameterLevel;
  /** As the family writes it. */
  readonly name: string;
  readonly value: string;
  /** `group`: a parameter group sets it. `default`: nobody does; for blue it is the value that the server runs with. */
  readonly from: 'group' | 'default';
}

export interface PlannedParameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod: 'immediate' | 'pending-reboot';
  /** `blue`: carried; `renamed`: carried under its new name; `config`: from upgrade.yaml; `tool`: the tool needs it. */
  readonly origin: 'blue' | 'renamed' | 'config' | 'tool';
}

export type Direction = 'cutover' | 'rollback';

/** Written durably before the effects of its state; a new process decides by `state` whether to undo or to go on. */
export interface CutoverRecord {
  readonly id: string;
  readonly direction: Direction;
  readonly state: 'fencing' | 'opening' | 'undoing' | 'stalled';
  readonly startedAt: string;
  /** After `stalled`: where a person's retry goes on. */
  readonly resumeAt?: 'opening' | 'undoing';
  readonly reason?: string;
  /** Final position of the side that was fenced. Known from `opening` on. */
  readonly finalPosition?: BinlogPosition;
  /** Where the reverse channel starts on the side that was opened. Known from `opening` on. */
  readonly reversePosition?: BinlogPosition;
}

/** A manual snapshot of the side that a cutover fenced, asked for at the fence (`cutover.snapshotAtFence`). */
export interface FenceSnapshot {
  readonly id: string;
  /** `asked`: RDS makes it in the background. */
  readonly outcome: 'asked' | 'failed' | 'unknown';
  /** Where the binary log of the fenced side ended. */
  readonly position: BinlogPosition;
  readonly reason?: string;
}

export interface CutoverSummary {
  readonly id: string;
  readonly direction: Direction;
  readonly outcome: 'done' | 'aborted';
  readonly startedAt: string;
  readonly endedAt: string;
  readonly reason?: string;
  readonly finalPosition?: BinlogPosition;
  readonly reversePosition?: BinlogPosition;
  /** From the fence being asked for to the other side being writable, as the tool saw it. */
  readonly blockedMs?: number;
  readonly snapshot?: FenceSnapshot;
  readonly steps: readonly {
    readonly id: string;
    readonly startMs: number;
    readonly durationMs: number;
    readonly outcome: string;
  }[];
}

/** The side that takes the application's writes at rest. */
export function servingSide(phase: Phase): Side {
  return phase === 'switched' || phase === 'finalized' ? 'green' : 'blue';
}
