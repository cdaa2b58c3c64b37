/** A person chooses when a switch begins: a time, a file that somebody creates, or both. Nothing is held meanwhile. */
import { UpgradeError } from '../engine/errors';
import { BlockedError } from '../engine/runner';
import type { StepContext } from '../engine/step';
import { waitUntil } from '../engine/wait-until';

export interface Moment {
  readonly at?: Date;
  readonly goFile?: GoFile;
}

export interface GoFile {
  readonly path: string;
  exists(): Promise<boolean>;
}

const POLL_MS = 1_000;
/** A machine that was asleep at the time chosen must not switch hours later. */
const MISSED_MS = 60_000;
/** Whoever forgets about a command that waits must not be surprised by it days later. */
const GO_FILE_MS = 24 * 3_600_000;
const LOOK_EVERY_MS = 60_000;

/**
 * ISO 8601 with a time, or HH:MM of today, both local unless the text says a zone. Throws `usage` for what is no time, what
 * has passed, and what does not exist there (a summer-time gap).
 */
export function parseMoment(text: string, now: Date): Date {
  const time = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  const at = time ? today(now, Number(time[1]), Number(time[2])) : fromIso(text);
  if (!at) {
    throw usage(
      `--at ${text} is not a time`,
      'Give HH:MM of today in local time, or an ISO 8601 time such as 2027-03-01T03:00 or 2027-03-01T03:00:00Z. Nothing was changed.',
    );
  }
  if (at.getTime() <= now.getTime()) {
    throw usage(
      `--at ${text} has passed`,
      `It is ${now.toISOString()} now (UTC). For another day give an ISO 8601 time with its date. Nothing was changed.`,
    );
  }
  return at;
}

function today(now: Date, hours: number, minutes: number): Date | undefined {
  const at = new Date(now.getFullYear(), now.getMonth(), now.getDate(), hours, minutes);
  return at.getHours() === hours && at.getMinutes() === minutes ? at : undefined;
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/;

/** A date without a time would be midnight in UTC, which nobody means. */
function fromIso(text: string): Date | undefined {
  const parts = ISO.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hours, minutes] = parts.slice(1, 6).map(Number) as [number, number, number, number, number];
  const zone = parts[7];
  // The 31st of a month with 30 days, and an hour that summer time leaves out, come back as something else.
  const inUtc = new Date(Date.UTC(year, month - 1, day, hours, minutes));
  if (inUtc.getUTCMonth() !== month - 1 || inUtc.getUTCDate() !== day || inUtc.getUTCHours() !== hours)
    return undefined;
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return undefined;
  return zone === undefined && at.getHours() !== hours ? undefined : at;
}

/** Refuses a file that is there already: it was meant for an earlier switch, or for another one. */
export async function refuseStaleGoFile(direction: string, goFile: GoFile): Promise<void> {
  if (!(await goFile.exists())) return;
  throw refusal(
    direction,
    'go-file-stale',
    'the go-file is there already',
    `${goFile.path} exists before anybody was asked to wait for it, so it says nothing about this ${direction}. Remove it, start the command, and create it when the moment has come. Nothing was changed.`,
  );
}

type Waiter = Pick<StepContext, 'clock' | 'emit' | 'signal'>;

/**
 * Resolves when the time has come and then the file is there. Throws `BlockedError` when the time was slept through or nobody
 * created the file for a day, and the signal's reason on Ctrl-C. `look` says once a minute how things stand, for the person
 * who decides.
 */
export async function awaitMoment(
  context: Waiter,
  direction: string,
  { at, goFile }: Moment,
  look: () => Promise<string>,
): Promise<void> {
  const seen = regularly(context, look);
  if (at) await awaitTime(context, direction, at, seen);
  if (goFile) await awaitFile(context, direction, goFile, seen);
}

async function awaitTime(context: Waiter, direction: string, at: Date, seen: () => Promise<string>): Promise<void> {
  const { clock } = context;
  const left = (): number => at.getTime() - clock.now().getTime();
  // By the wall clock, which is the one that the person has looked at, so without a budget of its own.
  const start = clock.monotonicMs();
  let lastTold = -Infinity;
  while (left() > 0) {
    const now = clock.monotonicMs();
    if (now - lastTold >= HEARTBEAT_MS) {
      const elapsedMs = now - start;
      const reason = `${at.toISOString()} to begin the ${direction}; ${await seen()}`;
      context.emit({ type: 'waiting', reason, elapsedMs, budgetMs: elapsedMs + Math.max(0, left()) });
      lastTold = now;
    }
    await clock.sleep(Math.min(POLL_MS, Math.max(1, left())), context.signal);
  }
  if (left() < -MISSED_MS) {
    throw refusal(
      direction,
      'moment-missed',
      'the time to begin was missed',
      `It is ${clock.now().toISOString()}, and the ${direction} was to begin at ${at.toISOString()}: this machine slept or its clock was changed. Nothing was changed; choose another time.`,
    );
  }
}

const HEARTBEAT_MS = 5_000;

async function awaitFile(
  context: Waiter,
  direction: string,
  goFile: GoFile,
  seen: () => Promise<string>,
): Promise<void> {
  try {
    await waitUntil(
      {
        ...context,
        reason: `somebody to create ${goFile.path}`,
        budgetMs: GO_FILE_MS,
        intervalMs: POLL_MS,
        hint: '',
      },
      async (see) => {
        if (await goFile.exists()) return true;
        see(await seen());
        return undefined;
      },
    );
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.code !== 'wait-timeout') throw error;
    throw refusal(
      direction,
      'go-file-missing',
      'nobody has given the word',
      `${goFile.path} was not created within 24 hours. Nothing was changed; start the command again when somebody is there to decide.`,
    );
  }
}

/** Asks at most once a minute; says the last answer in between. */
function regularly({ clock }: Waiter, look: () => Promise<string>): () => Promise<string> {
  let last = { at: -Infinity, text: '' };
  return async () => {
    if (clock.monotonicMs() - last.at >= LOOK_EVERY_MS) last = { text: await look(), at: clock.monotonicMs() };
    return last.text;
  };
}

function refusal(direction: string, code: string, summary: string, detail: string): BlockedError {
  return new BlockedError({ id: direction }, [{ code, summary, detail }]);
}

function usage(message: string, hint: string): UpgradeError {
  return new UpgradeError(message, { code: 'usage', source: 'user', hint });
}
