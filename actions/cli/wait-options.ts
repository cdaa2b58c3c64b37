/** `--wait-for-quiet`, `--at` and `--go-file`: what they mean, and whether they can. */
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathExists } from 'fs-extra';
import { parseDuration } from '../config/scalars';
import type { Waits } from '../cutover/begin-when-ready';
import { parseMoment, refuseStaleGoFile, type Moment } from '../cutover/moment';
import { messageOf, UpgradeError } from '../engine/errors';

export interface WaitOptions {
  /** `true` without a duration. */
  readonly waitForQuiet?: string | true;
  readonly at?: string;
  readonly goFile?: string;
}

/** It begins at once, and a closed gate refuses. */
export const NO_WAITS: Waits = { moment: undefined, quietMs: undefined };

const QUIET = '30m';

/** Throws `usage` for what cannot be meant, and `BlockedError` for a go-file that is there already. */
export async function parseWaits(direction: string, options: WaitOptions, now: Date): Promise<Waits> {
  const quietMs = options.waitForQuiet === undefined ? undefined : quiet(options.waitForQuiet);
  const at = options.at === undefined ? undefined : parseMoment(options.at, now);
  const goFile = options.goFile === undefined ? undefined : await goFileAt(options.goFile);
  if (goFile) await refuseStaleGoFile(direction, goFile);
  const moment = at || goFile ? { ...(at ? { at } : {}), ...(goFile ? { goFile } : {}) } : undefined;
  return { moment, quietMs };
}

function quiet(given: string | true): number {
  const text = given === true ? QUIET : given;
  if (!/^\d{1,9}(ms|s|m|h|d)$/.test(text)) {
    throw usage(
      `--wait-for-quiet ${text} is not a duration`,
      'Give a duration such as 90s, 15m or 2h, or none for 30m. Nothing was changed.',
    );
  }
  return parseDuration(text);
}

/** A folder that is not there is a slip of the pen: the file would be waited for in vain. */
async function goFileAt(path: string): Promise<NonNullable<Moment['goFile']>> {
  const full = resolve(path);
  try {
    if (!(await stat(dirname(full))).isDirectory()) throw new Error('it is not a folder');
  } catch (cause) {
    throw usage(
      '--go-file lies in a folder that cannot be used',
      `${dirname(full)}: ${messageOf(cause)}. Nobody could create ${full}. Nothing was changed.`,
    );
  }
  return { path: full, exists: () => pathExists(full) };
}

function usage(message: string, hint: string): UpgradeError {
  return new UpgradeError(message, { code: 'usage', source: 'user', hint });
}
