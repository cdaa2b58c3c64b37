import type { Clock } from '../ports/clock';
import type { Printer } from '../view/printer';

const CLEAR_LINE = '\r\x1b[2K';
/** Without a terminal a line as often as this is enough. */
const LINE_EVERY_MS = 10_000;
const JSON_EVERY_MS = 1_000;

export interface ReadProgress {
  /** `json` is told with `--json` only. */
  tell(text: string, json: Readonly<Record<string, unknown>>): void;
  /** Leaves the line empty. */
  end(): void;
}

/** On stderr, in one line that is written over; with `json` as objects of a type between others. */
export function readProgress(
  stderr: NodeJS.WriteStream,
  json: { readonly printer: Printer; readonly type: string } | undefined,
  clock: Clock,
): ReadProgress {
  let toldAt = -Infinity;
  const isDue = (everyMs: number): boolean => {
    const now = clock.monotonicMs();
    if (now - toldAt < everyMs) return false;
    toldAt = now;
    return true;
  };
  return {
    tell(text, object) {
      if (json) {
        if (isDue(JSON_EVERY_MS)) json.printer.result({ text: '', json: { type: json.type, ...object } });
      } else if (stderr.isTTY) {
        stderr.write(`${CLEAR_LINE}${`… ${text}`.slice(0, stderr.columns - 1)}`);
      } else if (isDue(LINE_EVERY_MS)) {
        stderr.write(`${text}\n`);
      }
    },
    end() {
      if (!json && stderr.isTTY) stderr.write(CLEAR_LINE);
    },
  };
}
