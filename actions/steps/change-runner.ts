/** Carries statements of DDL out on green while nothing else changes it: one after the other, watched, resumable. */
import { limits } from '../engine/context';
import { explain, OutcomeUnknownError, UpgradeError } from '../engine/errors';
import type { StepContext } from '../engine/step';
import { waitUntil } from '../engine/wait-until';
import { ANY_CHANGE, changeProgress, runningChange } from '../mysql/change-queries';
import { greenChange, patientSession } from '../mysql/change-statements';
import { formatPosition } from '../mysql/position';
import { binlogPosition, waitForPosition } from '../mysql/queries';
import { startReplication, stopReplication } from '../mysql/statements';
import type { Table } from '../changes/table-model';
import type { CallLimits, MysqlSession } from '../ports/mysql-server';
import { channelOf, describeChannel, isRunning } from './channel';

/** For a metadata lock, against whoever reads the table on green. */
const LOCK_WAIT_SECONDS = 600;
const HEARTBEAT_MS = 5_000;
/** For a statement that was just killed: what it has built is dropped first. */
const KILLED_MS = 30_000;
/** The longest that a timer can be set for. */
const LONGEST_MS = 2_147_483_647;

export interface WantedChange {
  /** Short, without spaces: the mark in the process list. */
  readonly mark: string;
  /** For people. */
  readonly id: string;
  readonly sql: string;
  /**
   * Just before it: what is to be known before it begins. `hasWaited`: for the same statement of an earlier run. `is-there`:
   * it need not be carried out any more.
   */
  readonly prepare: (hasWaited: boolean) => Promise<{ readonly after: Table | undefined } | 'is-there'>;
  /** Just after it, also when it was there. */
  readonly done: () => Promise<void>;
  /** Instead, when the server has refused it: it has changed nothing. */
  readonly refused?: () => Promise<void>;
}

/**
 * The channel is stopped meanwhile and started again once nothing of it runs on green: a change under a running applier fails
 * after hours when the rows of that time outgrow innodb_online_alter_log_max_size (1799), or the two wait for each other's
 * metadata locks. Whoever starts it later asks `everyChangeEnded` first. Blue keeps its binary logs for
 * `replication.retention`, which is therefore the longest that one statement may take.
 */
export async function runOnGreen(context: StepContext, changes: readonly WantedChange[]): Promise<void> {
  const green = await context.mysql.connect('green');
  const status = await channelOf(context, 'green');
  // Without the signal: Ctrl-C must not leave green behind.
  const startAgain = async (): Promise<void> => {
    if (status) await green.run(startReplication(), { timeoutMs: limits(context).timeoutMs });
  };
  try {
    // A stop that was interrupted or took too long may come true all the same.
    if (status && isRunning(status)) await green.run(stopReplication(), limits(context));
    await carryOut(context, changes);
  } catch (error) {
    await (status ? startUnlessRunning(context, startAgain) : Promise.resolve()).catch((second: unknown) => {
      const text = `The channel of green could not be started again: ${explain(second)} The next \`npm run apply\` starts it.`;
      context.emit({ type: 'note', level: 'warning', code: 'channel-not-started', text });
    });
    throw error;
  }
  await startAgain();
}

/** After a failure: a statement whose session was lost may go on in the server for hours. */
async function startUnlessRunning(context: StepContext, startAgain: () => Promise<void>): Promise<void> {
  const green = await context.mysql.connect('green');
  const { clock } = context;
  const within: CallLimits = { timeoutMs: limits(context).timeoutMs };
  const end = clock.monotonicMs() + KILLED_MS;
  while ((await green.read(runningChange(ANY_CHANGE), within)).length > 0) {
    if (clock.monotonicMs() >= end) {
      const text =
        'A schema change still runs on green, without the tool. The channel of green is left stopped, since the two would hinder each other. Run the same command again: it waits for the change, starts the channel and goes on. To end the change instead, find it in the process list of green by its mark "aurora-cutover change" and end it with `CALL mysql.rds_kill(<id>)` first.';
      context.emit({ type: 'note', level: 'warning', code: 'channel-left-stopped', text });
      return;
    }
    await clock.sleep(1_000);
  }
  await startAgain();
}

async function carryOut(context: StepContext, changes: readonly WantedChange[]): Promise<void> {
  const session = await (await context.mysql.connect('green')).openSession();
  try {
    await session.run(patientSession(LOCK_WAIT_SECONDS), limits(context));
    for (const change of changes) {
      context.signal.throwIfAborted();
      const prepared = await change.prepare(await othersEnded(context, change));
      try {
        if (prepared !== 'is-there') await watched(context, session, change, prepared.after);
      } catch (error) {
        if (isRefusal(error)) await change.refused?.();
        throw error;
      }
      await change.done();
    }
  } finally {
    await session.close();
  }
}

/** Throws `change-stopped-replication` when rows that blue has written meanwhile do not fit. */
export async function caughtUpAgain(context: StepContext): Promise<string> {
  const [blue, green] = await Promise.all([context.mysql.connect('blue'), context.mysql.connect('green')]);
  const position = await blue.read(binlogPosition(blue.version), limits(context));
  if (!position) return 'blue writes no binary log';
  await waitUntil(
    {
      ...context,
      reason: 'green to apply what blue has written meanwhile',
      budgetMs: context.config.replication.catchUp,
      intervalMs: 1_000,
      hint: 'Look at the lag in `npm run status`, then run the same command again to go on waiting.',
    },
    async (see) => {
      const status = await channelOf(context, 'green');
      if (status?.lastError !== undefined) throw stopped(status.lastError);
      if (status) see(describeChannel(status));
      const outcome = await green.read(waitForPosition(green.version, position, 1), limits(context));
      return outcome === 'reached' ? true : undefined;
    },
  );
  return formatPosition(position);
}

/**
 * A statement whose client has died goes on in the server; the same one behind it would fail after as long a time. Answers
 * whether there was one.
 */
export async function othersEnded(
  context: StepContext,
  { mark, id }: Pick<WantedChange, 'mark' | 'id'>,
): Promise<boolean> {
  const green = await context.mysql.connect('green');
  let hasWaited = false;
  await waitUntil(
    {
      ...context,
      reason: `${id}, which an earlier run has begun, to end on green`,
      budgetMs: longest(context),
      intervalMs: 1_000,
      hint: `Look at the process list of green: the statement carries the mark "aurora-cutover change${mark === ANY_CHANGE ? '' : ` ${mark}`}". End it with \`CALL mysql.rds_kill(<id>)\` if it stands still, then run the same command again.`,
    },
    async () => {
      if ((await green.read(runningChange(mark), limits(context))).length === 0) return true;
      hasWaited = true;
      return undefined;
    },
  );
  return hasWaited;
}

/** Before green's channel is started: what a run that has died had begun, or had begun to take back, may go on in the server. */
export async function everyChangeEnded(context: StepContext): Promise<void> {
  if ((context.facts().greenChanges ?? []).length === 0) return;
  await othersEnded(context, { mark: ANY_CHANGE, id: 'a schema change' });
}

/** The server's own no; a statement that was lost or ended from outside is not known to have failed. */
function isRefusal(error: unknown): boolean {
  return error instanceof UpgradeError && !(error instanceof OutcomeUnknownError) && /^mysql-\d+$/.test(error.code);
}

/** Progress as a heartbeat: what InnoDB tells of the statement, where the performance schema is on. */
async function watched(
  context: StepContext,
  session: MysqlSession,
  change: WantedChange,
  after: Table | undefined,
): Promise<void> {
  const { clock, emit, signal } = context;
  const budgetMs = longest(context);
  const within: CallLimits = { timeoutMs: budgetMs, signal };
  const sessionId = await session.connectionId();
  const start = clock.monotonicMs();
  const ended = new AbortController();
  const beats = (async () => {
    for (;;) {
      await clock.sleep(HEARTBEAT_MS, ended.signal);
      const seen = await progressOf(context, sessionId);
      const reason = `${change.id} on green${seen === '' ? '' : `: ${seen}`}`;
      if (!ended.signal.aborted) emit({ type: 'waiting', reason, elapsedMs: clock.monotonicMs() - start, budgetMs });
    }
  })().catch(() => undefined);
  try {
    await session.run(greenChange(change.mark, change.sql, after), within);
  } finally {
    ended.abort();
    await beats;
  }
}

async function progressOf(context: StepContext, sessionId: number): Promise<string> {
  try {
    const green = await context.mysql.connect('green');
    const progress = await green.read(changeProgress(sessionId), limits(context));
    return progress ? `${progress.stage} ${Math.floor(progress.share * 100)} %` : '';
  } catch {
    // The performance schema may be closed to the account: then the time alone is told.
    return '';
  }
}

function longest({ config }: StepContext): number {
  return Math.min(config.replication.retention, LONGEST_MS);
}

function stopped(error: string): UpgradeError {
  return new UpgradeError('replication to green has stopped after the changes were made', {
    code: 'change-stopped-replication',
    source: 'mysql',
    hint: `Green reports: ${error}. A row of blue does not fit what the changes made of green. Take the changes back with \`npm run undo -- --changes\`, and their files out of green.changes; or cure the row on blue. Blue serves as before.`,
  });
}
