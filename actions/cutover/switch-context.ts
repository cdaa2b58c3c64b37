/** What the effects of a switch share. The colours stay with the clusters; `from` and `to` are this switch's direction. */
import type { StepContext } from '../engine/step';
import type { BinlogPosition } from '../mysql/position';
import type { CallLimits, MysqlServer, MysqlSession, Side } from '../ports/mysql-server';
import type { Direction } from '../state/format';
import type { Endpoint } from './endpoints/endpoint';
import type { Fencing } from './fences/fencing';
import type { TableHold } from './hold-tables';
import type { SessionKiller } from './kill-sessions';
import type { SnapshotInTheMaking } from './snapshot-at-fence';
import type { RecentChunks } from '../verify/recent-chunks';

export interface SwitchContext extends StepContext {
  readonly id: string;
  readonly direction: Direction;
  /** The side that serves and is fenced. */
  readonly from: Side;
  readonly to: Side;
  /** Connected and warm before the fence: a handshake inside the window is downtime. */
  readonly servers: Readonly<Record<Side, MysqlServer>>;
  /** A connection of an account that every fence must bind; absent when the switch is resumed. */
  readonly probe: MysqlSession | undefined;
  readonly fences: Readonly<Record<Side, Fencing>>;
  /** Stops writes while the switch can be undone, and frees itself; absent when resumed, or when there is none. */
  readonly hold: TableHold | undefined;
  readonly killers: Readonly<Record<Side, SessionKiller>>;
  readonly endpoints: readonly Endpoint[];
  readonly locks: SwitchLocks;
  /** What effects learn on their way; durable from the commit on. */
  readonly found: SwitchFacts;
  /** Makes the positions in `found` durable after the commit, when they had to be taken again. */
  readonly rememberPositions: () => Promise<void>;
  /** Limits of one call: what is left until the deadline of the running effect. */
  readonly within: () => CallLimits;
}

/** Filled in by the effects as they go. */
export interface SwitchFacts {
  /** The tables of the serving side are held. */
  isHeld?: true;
  /** The fence that lasts has been asked for by this process. */
  isFenceAsked?: true;
  /** The channel of the side to be opened is being stopped by this process. Never rejects. */
  stopping?: Promise<void>;
  finalPosition?: BinlogPosition;
  reversePosition?: BinlogPosition;
  evidence: string[];
  /** Compared once more while nobody writes, when there is time for it. Closed with the switch. */
  recentChunks?: RecentChunks;
  /** Being taken beside the switch. */
  snapshot?: SnapshotInTheMaking;
}

/** Named locks on both writers against a second machine with its own copy of the state. */
export interface SwitchLocks {
  /** Throws when another session holds one of them. */
  take(): Promise<void>;
  /** Throws when one was lost; asked before every irreversible step. */
  confirm(within: CallLimits): Promise<void>;
  release(): Promise<void>;
}
