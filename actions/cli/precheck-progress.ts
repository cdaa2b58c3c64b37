import type { Emit } from '../engine/events';

/** A check that takes longer than this is worth a line in a log. */
const SLOW_MS = 2_000;
const CLEAR_LINE = '\r\x1b[2K';

export interface Progress {
  readonly emit: Emit;
  /** Leaves the line empty. */
  end(): void;
}

/** On stderr: which check runs, in one line that is written over; without a terminal only the slow ones. */
export function precheckProgress(stderr: NodeJS.WriteStream, total: number): Progress {
  let number = 0;
  return {
    emit(event) {
      if (event.type === 'step-started') {
        number += 1;
        if (stderr.isTTY) stderr.write(`${CLEAR_LINE}… ${number} of ${total}: ${event.title}`.slice(0, stderr.columns));
      } else if (event.type === 'step-ended' && !stderr.isTTY && event.durationMs >= SLOW_MS) {
        stderr.write(`${event.id}: ${(event.durationMs / 1_000).toFixed(1)} s (${number} of ${total})\n`);
      } else if (event.type === 'note') {
        if (stderr.isTTY) stderr.write(CLEAR_LINE);
        stderr.write(`${event.text}\n`);
      }
    },
    end() {
      if (stderr.isTTY) stderr.write(CLEAR_LINE);
    },
  };
}
