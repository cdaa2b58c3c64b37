import type { Direction } from '../state/format';

/** A second process that finishes what this one has begun, should this one die. */
export interface Watchdog {
  /** Resolves when it watches. Throws when it cannot be started. */
  arm(direction: Direction): Promise<ArmedWatchdog>;
}

export interface ArmedWatchdog {
  /** Tells it that all is well. Never throws. */
  disarm(): Promise<void>;
}
