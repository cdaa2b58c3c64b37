/** What `status` found out, at one instant. */
import type { Health } from '../health/health';
import type { BinlogPosition } from '../mysql/position';
import type { WayBack } from '../mysql/way-back-health';
import type { Side } from '../ports/mysql-server';
import type { LockHolder } from '../ports/state-store';
import type { CutoverRecord, Phase } from '../state/format';
import type { TrialStatus } from './trial-text';

export interface StatusReport {
  readonly name: string;
  /** ISO 8601. */
  readonly at: string;
  readonly phase: Phase;
  /** The side that takes the application's writes; undefined while a cutover is under way. */
  readonly serving: Side | undefined;
  readonly blue: SideStatus;
  readonly green: SideStatus;
  /** Absent when neither side follows the other. */
  readonly channel?: ChannelStatus;
  /** While green serves and blue follows: whether going back is safe. */
  readonly wayBack?: WayBack;
  /** Absent when there was no trial and no clone is left of one. */
  readonly trial?: TrialStatus;
  /** What CloudWatch says of both writers. */
  readonly health?: Health;
  readonly terraform: TerraformStatus;
  /** The cutover or rollback under way. */
  readonly cutover?: CutoverRecord;
  /** Another command that is running now. */
  readonly lock?: LockHolder;
  readonly next: { readonly command: string; readonly why: string };
}

export type SideStatus =
  | { readonly is: 'missing' }
  | { readonly is: 'unreachable'; readonly endpoint: string; readonly reason: string }
  | {
      readonly is: 'up';
      /** `VERSION()` of the server. */
      readonly version: string;
      readonly endpoint: string;
      readonly isReadOnly: boolean;
      /** Undefined when the binary log is off. */
      readonly position: BinlogPosition | undefined;
    };

export interface ChannelStatus {
  readonly source: Side;
  readonly replica: Side;
  readonly isRunning: boolean;
  /** Undefined when the server does not know. */
  readonly lagSeconds: number | undefined;
  /** Of the source's binary log, as far as the replica has applied it. */
  readonly applied: BinlogPosition | undefined;
  readonly error: string | undefined;
}

export type TerraformStatus =
  { readonly is: 'not-planned' } | { readonly is: 'planned'; readonly pending: number; readonly at: string };
