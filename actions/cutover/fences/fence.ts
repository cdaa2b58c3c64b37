/** One way to stop the writes of applications on one cluster, and to let them in again. */
import type { FenceConfig } from '../../config/schema';
import type { CallLimits } from '../../ports/mysql-server';
import type { Change } from '../../engine/step';

export type FenceKind = Exclude<FenceConfig['kind'], 'lock-tables'>;

export interface Fence {
  readonly kind: FenceKind;
  /** Resolves when it can be seen to be closed, sessions that it leaves included. May be asked when it is closed already. */
  close(within: CallLimits): Promise<void>;
  /** Resolves when it can be seen to be open. */
  open(within: CallLimits): Promise<void>;
  /** Resolves when nothing that was asked for earlier can still close or open it. */
  settle(within: CallLimits): Promise<void>;
  isClosed(within: CallLimits): Promise<boolean>;
  /**
   * What must be undone on the side to be opened before the way back begins, because it is in the binary log: the other
   * side would follow it.
   */
  prepareOpen?(within: CallLimits): Promise<void>;
  /**
   * Instead of `close`, when it is closed again behind the fence of read_only, which stays closed: what the other side's
   * statements have opened through the channel.
   */
  closeAgain?(within: CallLimits): Promise<void>;
  /** Whether it also stops this account (user@host), should the account pass read_only. */
  binds(account: string): boolean;
  /** For plans. */
  changes(closed: boolean): readonly Change[];
  /** What a person types to open it when the tool is gone. */
  manualOpen(): readonly string[];
  /** Proves on this server that it can work, without stopping anybody. Answers what was seen; throws when it cannot. */
  probe(within: CallLimits): Promise<string>;
}
