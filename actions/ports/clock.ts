/** Time, so that tests and the explorer own it. */
export interface Clock {
  /** Wall clock, for records that people read. */
  now(): Date;
  /** Milliseconds that only go forward, for deadlines and durations: a wall-clock jump must not end a cutover. */
  monotonicMs(): number;
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
