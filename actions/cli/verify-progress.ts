import type { Clock } from '../ports/clock';
import type { Told } from '../verify/run-verification';
import type { Printer } from '../view/printer';
import { describeProgress } from '../view/verify-progress-text';

/** Without a terminal a line as often as this is enough. */
const LINE_EVERY_MS = 10_000;
const JSON_EVERY_MS = 1_000;
const CLEAR_LINE = '\r\x1b[2K';

export interface VerifyProgress {
  readonly tell: (told: Told) => void;
  /** Leaves the line empty. */
  end(): void;
}

/** On stderr, in one line that is written over; with `json` as objects between others. */
export function verifyProgress(stderr: NodeJS.WriteStream, json: Printer | undefined, clock: Clock): VerifyProgress {
  let toldAt = -Infinity;
  let table = '';
  const isDue = (everyMs: number, told: Told): boolean => {
    const now = clock.monotonicMs();
    if (now - toldAt < everyMs && (told.table === table || everyMs === LINE_EVERY_MS)) return false;
    toldAt = now;
    ({ table } = told);
    return true;
  };
  return {
    tell(told) {
      if (json) {
        if (!isDue(JSON_EVERY_MS, told)) return;
        const { progress, ...rest } = told;
        const { chunks = 0, rows = 0, suspects = [] } = progress ?? {};
        json.result({ text: '', json: { type: 'verify-progress', ...rest, chunks, rows, suspects: suspects.length } });
      } else if (stderr.isTTY) {
        stderr.write(`${CLEAR_LINE}${`… ${describeProgress(told)}`.slice(0, stderr.columns - 1)}`);
      } else if (isDue(LINE_EVERY_MS, told)) {
        stderr.write(`${describeProgress(told)}\n`);
      }
    },
    end() {
      if (!json && stderr.isTTY) stderr.write(CLEAR_LINE);
    },
  };
}
