/** Stops the writes of ordinary accounts on one cluster, and lets them in again. */
import type { CallLimits } from '../../ports/mysql-server';
import type { Change } from '../../engine/step';

export interface Fence {
  readonly kind: 'rds-set-read-only' | 'cluster-parameter-group';
  /** Resolves when the server itself shows the fence. May be asked when it is closed already. */
  close(within: CallLimits): Promise<void>;
  /** Resolves when the server itself shows that writes are let in. */
  open(within: CallLimits): Promise<void>;
  /** Resolves when nothing that was asked for earlier can still close or open it. */
  settle(within: CallLimits): Promise<void>;
  isClosed(within: CallLimits): Promise<boolean>;
  /** For plans. */
  changes(closed: boolean): readonly Change[];
  /** What a person types to open it when the tool is gone. */
  manualOpen(): readonly string[];
}
