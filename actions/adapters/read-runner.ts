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
 * difference of these between the sides is one that the application would meet. `timestamp` makes NOW() the same everywhere. The isolation is named, because under SERIALIZABLE every
 * SELECT of a transaction, a read-only one too, takes shared locks on the rows it reads, and the application waits for them.
 */
export function readSessionSettings({ timeoutMs }: ReadCaps, at: Date): readonly string[] {
  return [
    'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY',
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
  const dialler = createDialler({ ...network, sessionSettings: readSessionSettings(caps, at) });
  const dial = (): Promise<DialledConnection> => dialler.dial({ side, host, port }, credentials);
  return new Mysql2ReadRunner(dial, await dial(), options);
}

/** Beyond the server's own limit, before the statement is killed. */
const GRACE_MS = 2_000;
const KILL_MS = 3_000;
const AROUND_MS = 10_000;
/** Ended by max_execution_time. */
const TIMED_OUT = 3024;

class Mysql2ReadRunner implements ReadRunner {
  private schema: string | undefined;
  private isClosed = false;

  constructor(
    private readonly dial: () => Promise<DialledConnection>,
    private open: DialledConnection | undefined,
    private readonly options: ReadRunnerOptions,
  ) {}

  async run(read: ReadToRun, signal: AbortSignal, sink?: RowSink): Promise<ReadOutcome> {
    const around = await this.enter(read.schema, signal);
    if (around.is === 'failed') return around;
    const { open } = around;
    const outcome = await this.answered(open, read.text, signal, sink);
    // Given up: the connection is gone, and its transaction with it.
    if (this.open === open) await this.leave(open, signal, outcome.is === 'read' ? sink : undefined);
    return outcome;
  }

  async explain({ schema, text }: ReadToRun, signal: AbortSignal): Promise<readonly Row[]> {
    const around = await this.enter(schema, signal);
    if (around.is === 'failed') throw new Error(around.message);
    const { open } = around;
    try {
      return await this.ask(open, `EXPLAIN FORMAT = TRADITIONAL ${text}`, signal);
    } finally {
      if (this.open === open) await this.leave(open, signal, undefined);
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const { open } = this;
    this.open = undefined;
    if (!open) return;
    await raceDeadline(this.options.clock, open.connection.end(), KILL_MS).catch(() => undefined);
    open.destroy();
  }

  private async answered(
    open: DialledConnection,
    text: string,
    signal: AbortSignal,
    sink: RowSink | undefined,
  ): Promise<ReadOutcome> {
    const { clock, caps } = this.options;
    const begin = clock.monotonicMs();
    const elapsed = (): number => clock.monotonicMs() - begin;
    try {
      const answer = streamRead(open.connection, text, caps.rows, sink);
      const raced = await raceDeadline(clock, answer, caps.timeoutMs + GRACE_MS, signal);
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

  /** A connection in the schema, in a read-only transaction of its own. */
  private async enter(
    schema: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly is: 'entered'; readonly open: DialledConnection } | Extract<ReadOutcome, { is: 'failed' }>> {
    if (this.isClosed) throw new Error('the runner is closed');
    // Only a new session has no default schema.
    if (this.open && schema === undefined && this.schema !== undefined) this.drop(this.open);
    const open = (this.open ??= await this.dial());
    try {
      if (schema !== undefined && this.schema !== schema) {
        await this.ask(open, `USE \`${schema.replaceAll('`', '``')}\``, signal);
        this.schema = schema;
      }
      await this.ask(open, 'START TRANSACTION READ ONLY', signal);
      return { is: 'entered', open };
    } catch (error) {
      if (signal.aborted) throw error;
      const outcome = this.failed(error, open, 0);
      if (outcome.is === 'failed') return outcome;
      throw error;
    }
  }

  /**
   * The next statement may have to wait for long. An open transaction would meanwhile hold its tables against DDL, which
   * stops the applier (and then the lag that is waited for grows for good) or the application on the side that serves, and
   * old versions of rows against purge.
   */
  private async leave(open: DialledConnection, signal: AbortSignal, sink: RowSink | undefined): Promise<void> {
    try {
      if (sink?.warnings) {
        const rows = await this.ask(open, 'SHOW WARNINGS', signal);
        sink.warnings(rows.map((row) => Number(row['Code'])).sort((a, b) => a - b));
      }
      await this.ask(open, 'COMMIT', signal);
    } catch (error) {
      if (!signal.aborted) this.failed(error, open, 0);
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
