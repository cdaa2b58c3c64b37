import { setTimeout as sleepFor } from 'node:timers/promises';

import type { Clock } from '../ports/clock';

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await sleepFor(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node wraps the reason in an AbortError; callers compare with the reason they gave.
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};
