/** What the report of a cutover, a rollback or a rehearsal is made of. All of it is printed: no secret belongs here. */
import type { Health } from '../../health/health';
import type { Side } from '../../ports/mysql-server';
import type { CutoverSummary } from '../../state/format';

export interface CutoverReport {
  readonly title: string;
  /** When the report was made, ISO 8601. */
  readonly when: string;
  /** Name of the upgrade. */
  readonly upgrade: string;
  /** Who ran it, e.g. `dba@bastion`. */
  readonly who: string;
  /** The reviewed plan that it was bound to; absent when none was given. */
  readonly plan?: { readonly file: string; readonly hash: string };
  readonly servers: Readonly<Record<Side, { readonly version: string; readonly endpoint: string }>>;
  /** In the order in which they happened. */
  readonly directions: readonly DirectionReport[];
  /** Absent when nothing counted the writes of the clients. */
  readonly ledger?: LedgerCounts;
  /** Changes that Terraform wanted, by phase; 0 keeps the promise. */
  readonly terraform: readonly { readonly phase: string; readonly pending: number }[];
}

/** Writes of the clients, compared with both servers at the end. */
export interface LedgerCounts {
  readonly acknowledged: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Instants at which both sides accepted writes. */
  readonly dual: number;
}

export interface DirectionReport {
  /**
   * As in the state's history. `finalPosition` is where consumers of the old side's binary log stop, `reversePosition` where
   * they go on in that of the new side.
   */
  readonly summary: CutoverSummary;
  /** Titles of the steps in `summary` by id; a step without one is shown by its id. */
  readonly titles: Readonly<Record<string, string>>;
  /** When the fence was asked for, in milliseconds since `summary.startedAt`. */
  readonly fenceMs?: number;
  /** When the commit was durable, on the same scale. */
  readonly commitMs?: number;
  /** Absent when no client was watched. */
  readonly clients?: ClientView;
  /** Lag and write rate as the servers count them; absent when nobody sampled. Oldest first. */
  readonly traffic?: readonly TrafficPoint[];
  /** What CloudWatch said of both writers around the switch; absent when nobody asked. */
  readonly health?: Health;
  /** For readers of the binary log (CDC), by side; absent when it could not be asked. */
  readonly logs?: Readonly<Record<Side, LogFacts>>;
  /** From the first write on the new side until no lookup answered with the old one. */
  readonly dnsTailMs?: number;
  readonly gates: readonly {
    readonly name: string;
    readonly value: string;
    readonly limit: string;
    readonly ok: boolean;
    readonly reason?: string;
  }[];
  /** What was seen, for people: what and its value. */
  readonly evidence: readonly { readonly what: string; readonly value: string }[];
}

/** Between this sample and the one before it. */
export interface TrafficPoint {
  /** Milliseconds since writes began to be blocked; negative before. */
  readonly atMs: number;
  /** Rows inserted, updated and deleted, by clients and by the applier, a second. */
  readonly rowsPerSecond: Readonly<Record<Side, number>>;
  /** Of the side that follows. */
  readonly lagSeconds?: number;
}

export interface LogFacts {
  readonly serverUuid: string;
  readonly binlogFormat: string;
  readonly rowImage: string;
  readonly gtidMode: string;
  /** Null: not set, so that a log may be purged at any moment. */
  readonly retentionHours: number | null;
  /** ISO 8601: what was written when the switch ended can be read at least until then. */
  readonly keptUntil?: string;
}

/** Acknowledged writes around the switch. All times are milliseconds relative to one zero, best the fence. */
export interface ClientView {
  /** Last write acknowledged on the old side. */
  readonly lastBeforeMs: number;
  /** First write acknowledged on the new side. */
  readonly firstAfterMs: number;
  readonly bucketMs: number;
  /** Neighbouring buckets, oldest first; counts of acknowledged writes by side. */
  readonly buckets: readonly { readonly startMs: number; readonly blue: number; readonly green: number }[];
}

/** As clients saw it. */
export function gapMs(clients: ClientView): number {
  return clients.firstAfterMs - clients.lastBeforeMs;
}

export function oldSide(direction: DirectionReport): Side {
  return direction.summary.direction === 'cutover' ? 'blue' : 'green';
}

export function newSide(direction: DirectionReport): Side {
  return direction.summary.direction === 'cutover' ? 'green' : 'blue';
}

export function titleOf(direction: DirectionReport, id: string): string {
  return direction.titles[id] ?? id;
}
