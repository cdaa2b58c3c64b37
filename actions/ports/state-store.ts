import type { MovedNote } from '../state/encoding';
import type { UpgradeState } from '../state/format';

/** Where the state of one upgrade lives. */
export interface StateStore {
  /** For people: where it is. */
  readonly location: string;
  /** Undefined when there is none yet. Throws `UpgradeError` when it is there and cannot be trusted. */
  read(): Promise<UpgradeState | undefined>;
  /** Durable when it resolves. The previous version is kept as a backup. Throws when the serial on disk has moved. */
  write(state: UpgradeState): Promise<void>;
  /** Takes the lock for `command` or throws `UpgradeError` code `state-locked` with the holder's details. */
  lock(command: string): Promise<StateLock>;
  /** Who holds the lock. */
  lockHolder(): Promise<LockHolder | undefined>;
  /** Removes a lock that somebody left behind, after a person has said that its holder is gone. */
  breakLock(id: string): Promise<void>;
}

/** A store whose content may be lost or spoilt: what a rebuild needs beyond reading and writing. */
export interface RescuableStore extends StateStore {
  /** The raw texts, whatever they are; undefined for what is not there. */
  texts(): Promise<{ readonly state: string | undefined; readonly backup: string | undefined }>;
  /**
   * Writes `state` durably over anything, also over what cannot be read. What was there is kept beside it; answers where,
   * undefined when there was nothing.
   */
  replace(state: UpgradeState): Promise<string | undefined>;
  /** As `replace`, but leaves a note of where the state has gone, which every reader refuses to take for a state. */
  leaveNote(note: MovedNote): Promise<string | undefined>;
}

export interface StateLock {
  readonly holder: LockHolder;
  release(): Promise<void>;
}

export interface LockHolder {
  readonly id: string;
  readonly command: string;
  readonly user: string;
  readonly host: string;
  readonly bootId: string;
  readonly pid: number;
  /** When the process started, in the system's own unit: tells it from a later one with the same pid. */
  readonly processStart?: string;
  /** Which pid namespace `pid` counts in: a process of another container cannot be seen. */
  readonly pidNamespace?: string;
  readonly since: string;
}
