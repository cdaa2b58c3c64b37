import { appendFile } from 'node:fs/promises';

/**
 * What happened, one JSON object a line, beside the state; for people who look back. Best effort: it never throws and
 * never holds up a command, since nothing is decided from it.
 */
export interface Journal {
  readonly location: string;
  /** Entries keep their order. Each must be free of secrets. */
  append(entry: Readonly<Record<string, unknown>>): void;
  /** Resolves when everything appended so far is written or given up. */
  flush(): Promise<void>;
}

export function createJournal(stateFile: string): Journal {
  const location = `${stateFile}.journal`;
  let last: Promise<void> = Promise.resolve();
  return {
    location,
    append(entry) {
      let line: string;
      try {
        line = `${JSON.stringify(entry)}\n`;
      } catch {
        return;
      }
      // Not synchronous: a hanging network file system must not stop the deadlines of a cutover.
      last = last.then(() => appendFile(location, line, { mode: 0o600 })).catch(() => undefined);
    },
    flush: () => last,
  };
}
