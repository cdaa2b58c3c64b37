/** Runs statements of the application in read-only transactions, with rows streamed past instead of kept. */
import { UpgradeError } from '../engine/errors';
import type { Row, Value } from '../ports/mysql-server';
import type { ReadCaps, ReadOutcome, ReadRunner, ReadToRun, RowSink } from '../ports/read-runner';
import { createDialler, type DialledConnection } from './mysql-dial';
import { driverFailure } from './mysql-errors';
import type { ObserverOptions } from './mysql-observer';
import { raceDeadline } from './race-deadline';
import { streamRead } from './stream-read';

/**
 * Besides what the application's sessions have by default: its `sql_mode` and time zone stay the server's own, because a
 * difference of these between the sides is one that the application would meet. `timestamp` makes NOW() the same everywhere.
 */
function sessionSettings({ timeoutMs }: ReadCaps, at: Date): readonly string[] {
  return [
    'SET SESSION TRANSACTION READ ONLY',
    `SET SESSION autocommit = 1, lock_wait_timeout = 2, innodb_lock_wait_timeout = 2, max_execution_time = ${Math.round(timeoutMs)}, ` +
      `timestamp = ${Math.floor(at.getTime() / 1000)}`,
  ];
}

export interface ReadRunnerOptions extends ObserverOptions {
  readonly caps: ReadCaps;
  /** What NOW() answers in the session. */
  readonly at: Date;
}

/** Rejects with what `Dialler.dial` rejects with. */
export async function openReadRunner(options: ReadRunnerOptions): Promise<ReadRunner> {
  const { side, host, port, credentials, network, caps, at } = options;
  const dialler = createDialler({ ...network, sessionSettings: sessionSettings(caps, at) });
  const dial = (): Promise<DialledConnection> => dialler.dial({ side, host, port }, credentials);
  return new Mysql2ReadRunner(dial, await dial(), options);
}

/** Beyond the server's own limit, before the statement is killed. */
const GRACE_MS = 2_000;
const KILL_MS = 3_000;
const AROUND_MS = 10_000;
/** Ended by max_execution_time. */
const TIMED_OUT = 3024;
/** Unqualified names find no table in it. */
const NO_SCHEMA = 'information_schema';

class Mysql2ReadRunner implements ReadRunner {
  private schema: string | undefined;
  private isClosed = false;

  constructor(
    private readonly dial: () => Promise<DialledConnection>,
    private open: DialledConnection | undefined,
    private readonly options: ReadRunnerOptions,
  ) {}

  async run(read: ReadToRun, signal: AbortSignal, sink?: RowSink): Promise<ReadOutcome> {
    const { clock, caps } = this.options;
    const around = await this.enter(read.schema, signal);
    if (around.is === 'failed') return around;
    const { open } = around;
    const begin = clock.monotonicMs();
    const elapsed = (): number => clock.monotonicMs() - begin;
    try {
      const raced = await raceDeadline(
        clock,
        streamRead(open.connection, read.text, caps.rows, sink),
        caps.timeoutMs + GRACE_MS,
        signal,
      );
      const ms = elapsed();
      if (raced.is === 'aborted') {
        await this.giveUp(open);
        throw signal.reason;
      }
      if (raced.is === 'late') {
        await this.giveUp(open);
        return { is: 'late', ms };
      }
      if (raced.value.isCut) await this.giveUp(open);
      return { is: 'read', ms, rows: raced.value.rows, isCut: raced.value.isCut };
    } catch (error) {
      if (signal.aborted) throw error;
      return this.failed(error, open, elapsed());
    }
  }

  async warnings(signal: AbortSignal): Promise<readonly number[]> {
    if (!this.open) return [];
    const rows = await this.ask(this.open, 'SHOW WARNINGS', signal);
    return rows.map((row) => Number(row['Code'])).sort((a, b) => a - b);
  }

  async explain({ schema, text }: ReadToRun, signal: AbortSignal): Promise<readonly Row[]> {
    const around = await this.enter(schema, signal);
    if (around.is === 'failed') throw new Error(around.message);
    return this.ask(around.open, `EXPLAIN FORMAT = TRADITIONAL ${text}`, signal);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const { open } = this;
    this.open = undefined;
    if (!open) return;
    await raceDeadline(this.options.clock, open.connection.end(), KILL_MS).catch(() => undefined);
    open.destroy();
  }

  /** A connection in the schema, in a read-only transaction of its own. */
  private async enter(
    schema: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly is: 'entered'; readonly open: DialledConnection } | Extract<ReadOutcome, { is: 'failed' }>> {
    if (this.isClosed) throw new Error('the runner is closed');
    const open = (this.open ??= await this.dial());
    const wanted = schema ?? NO_SCHEMA;
    try {
      if (this.schema !== wanted) {
        await this.ask(open, `USE \`${wanted.replaceAll('`', '``')}\``, signal);
        this.schema = wanted;
      }
      // It also ends the transaction before.
      await this.ask(open, 'START TRANSACTION READ ONLY', signal);
      return { is: 'entered', open };
    } catch (error) {
      if (signal.aborted) throw error;
      const outcome = this.failed(error, open, 0);
      if (outcome.is === 'failed') return outcome;
      throw error;
    }
  }

  /** What the server refused is an outcome; anything else is a lost connection. */
  private failed(error: unknown, open: DialledConnection, ms: number): ReadOutcome {
    if (error instanceof UpgradeError) throw error;
    const { errno, code, message, isFatal } = driverFailure(error);
    if (errno === TIMED_OUT) return { is: 'late', ms };
    if (errno !== undefined && !isFatal) return { is: 'failed', ms, errno, code, message };
    this.drop(open);
    const { side, host } = this.options;
    throw new UpgradeError(`the connection to ${side} was lost`, {
      code: 'mysql-connection-lost',
      source: 'mysql',
      retryable: true,
      hint: `${host}: ${code || 'no answer'} while a statement of the sample ran. Check that the instance runs, then run the same command again.`,
    });
  }

  private async ask(open: DialledConnection, sql: string, signal: AbortSignal): Promise<readonly Row[]> {
    const raced = await raceDeadline(this.options.clock, open.connection.query(sql), AROUND_MS, signal);
    if (raced.is === 'done') return rowsOf(raced.value[0]);
    await this.giveUp(open);
    if (raced.is === 'aborted') throw signal.reason;
    throw new UpgradeError(`${this.options.side} did not answer in time`, {
      code: 'mysql-timeout',
      source: 'mysql',
      retryable: true,
      hint: `${sql.split(' ', 2).join(' ')} had ${AROUND_MS} ms. The server may be overloaded. Nothing was changed; run the same command again when it is quieter.`,
    });
  }

  /** A statement whose answer nobody waits for must not go on. */
  private async giveUp(open: DialledConnection): Promise<void> {
    this.drop(open);
    const kill = async (): Promise<void> => {
      const helper = await this.dial();
      try {
        await helper.connection
          .query('KILL ?', [open.id])
          .catch(() => helper.connection.query('CALL mysql.rds_kill(?)', [open.id]));
      } finally {
        helper.destroy();
      }
    };
    await raceDeadline(this.options.clock, kill(), KILL_MS).catch(() => undefined);
  }

  private drop(open: DialledConnection): void {
    if (this.open === open) {
      this.open = undefined;
      this.schema = undefined;
    }
    open.destroy();
  }
}

function rowsOf(result: unknown): readonly Row[] {
  if (!Array.isArray(result)) return [];
  return result.map((row: unknown) =>
    Object.fromEntries(
      Object.entries(typeof row === 'object' && row !== null ? row : {}).map(([key, cell]) => [key, valueOf(cell)]),
    ),
  );
}

function valueOf(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value);
}
