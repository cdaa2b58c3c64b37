/** One connection to a server. Calls follow one another; each has its own deadline, because a dead server says nothing. */
import { OutcomeUnknownError, UpgradeError } from '../engine/errors';
import type { Clock } from '../ports/clock';
import type { CallLimits, MysqlSession, Query, Row, Side, Statement, Value } from '../ports/mysql-server';
import type { DialledConnection } from './mysql-dial';
import { driverFailure, refusedError, type DriverFailure } from './mysql-errors';
import { raceDeadline } from './race-deadline';

export interface SessionOptions {
  readonly side: Side;
  readonly clock: Clock;
  readonly dial: () => Promise<DialledConnection>;
  /** Whether a lost connection is replaced. Not for a session that stands for what it holds, such as a lock. */
  readonly reconnects: boolean;
  /** Ends the running statement of a connection that was given up; resolves when that is done or hopeless. */
  readonly killStatement: (connectionId: number) => Promise<void>;
}

type Call = Pick<Statement, 'name' | 'sql' | 'values'> & { readonly secrets?: readonly number[] };

type Attempt =
  | { readonly is: 'answered'; readonly rows: readonly Row[] }
  | { readonly is: 'refused'; readonly failure: DriverFailure }
  /** The server cannot have seen it. */
  | { readonly is: 'unsent'; readonly error: unknown }
  | { readonly is: 'lost'; readonly failure: DriverFailure }
  | { readonly is: 'late' }
  | { readonly is: 'aborted' };

/** A deadline in monotonic time. */
interface Deadline {
  readonly endMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export class Mysql2Session implements MysqlSession {
  private current: DialledConnection | undefined;
  private isClosed = false;
  private waiting = 0;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: SessionOptions,
    first: DialledConnection,
  ) {
    this.adopt(first);
  }

  /** Calls that run or wait here. */
  get load(): number {
    return this.waiting;
  }

  async connectionId(): Promise<number> {
    return (this.current ?? (await this.reconnect())).id;
  }

  read<T>(query: Query<T>, limits: CallLimits): Promise<T> {
    return this.inTurn(query, limits, async (deadline) => {
      let attempt = await this.attempt(query, deadline);
      if (attempt.is === 'lost' && this.options.reconnects) attempt = await this.attempt(query, deadline);
      if (attempt.is === 'answered') return query.parse(attempt.rows);
      if (attempt.is === 'late') throw this.timeout(query, deadline);
      throw this.failureOf(query, attempt, deadline);
    });
  }

  run(statement: Statement, limits: CallLimits): Promise<void> {
    return this.inTurn(statement, limits, async (deadline) => {
      const attempt = await this.attempt(statement, deadline);
      if (attempt.is === 'answered') return;
      if (attempt.is === 'refused' || attempt.is === 'unsent') throw this.failureOf(statement, attempt, deadline);
      throw this.outcomeUnknown(statement, attempt, deadline);
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const open = this.current;
    this.current = undefined;
    if (open === undefined) return;
    await raceDeadline(this.options.clock, open.connection.end(), CLOSE_TIMEOUT_MS).catch(() => undefined);
    open.destroy();
  }

  /** Calls of one session follow one another; the time in the queue counts. */
  private async inTurn<T>(call: Call, limits: CallLimits, work: (deadline: Deadline) => Promise<T>): Promise<T> {
    const { clock } = this.options;
    const deadline: Deadline = {
      endMs: clock.monotonicMs() + limits.timeoutMs,
      timeoutMs: limits.timeoutMs,
      signal: limits.signal,
    };
    this.waiting += 1;
    const before = this.tail;
    const mine = (async () => {
      const turn = await raceDeadline(clock, before, limits.timeoutMs, limits.signal);
      if (turn.is === 'late') throw this.timeout(call, deadline);
      if (turn.is === 'aborted') throw reasonOf(limits.signal);
      return work(deadline);
    })();
    // Who gave up waiting must not let the next one overtake the call that still runs.
    this.tail = Promise.allSettled([before, mine]);
    mine.catch(() => undefined).finally(() => (this.waiting -= 1));
    return mine;
  }

  private async attempt(call: Call, deadline: Deadline): Promise<Attempt> {
    const { clock } = this.options;
    const left = () => deadline.endMs - clock.monotonicMs();
    let open: DialledConnection;
    try {
      const raced = await raceDeadline(
        clock,
        Promise.resolve(this.current ?? this.reconnect()),
        left(),
        deadline.signal,
      );
      if (raced.is === 'late') return { is: 'unsent', error: this.timeout(call, deadline) };
      if (raced.is === 'aborted') return { is: 'unsent', error: reasonOf(deadline.signal) };
      open = raced.value;
    } catch (error) {
      return { is: 'unsent', error };
    }
    try {
      const answer = open.connection.query(call.sql, [...call.values]);
      const raced = await raceDeadline(clock, answer, left(), deadline.signal);
      if (raced.is === 'done') return { is: 'answered', rows: rowsOf(raced.value[0]) };
      await this.giveUp(open);
      return { is: raced.is };
    } catch (error) {
      const failure = driverFailure(error);
      if (failure.isFatal || ENDED_BY_SERVER.has(failure.errno ?? 0)) {
        this.drop(open);
        return { is: 'lost', failure };
      }
      return { is: 'refused', failure };
    }
  }

  /**
   * The statement may still run and take effect later, so it is ended before the caller goes on to probe; when the server
   * does not answer, waiting longer would not help.
   */
  private async giveUp(open: DialledConnection): Promise<void> {
    this.drop(open);
    await raceDeadline(this.options.clock, this.options.killStatement(open.id), KILL_WAIT_MS).catch(() => undefined);
  }

  private adopt(open: DialledConnection): void {
    this.current = open;
    // Noticed while idle: the next call then opens a new connection instead of failing.
    open.connection.on('error', () => this.drop(open));
    open.connection.on('end', () => this.drop(open));
  }

  private drop(open: DialledConnection): void {
    if (this.current === open) this.current = undefined;
    open.destroy();
  }

  private async reconnect(): Promise<DialledConnection> {
    const { side, reconnects, dial } = this.options;
    if (this.isClosed || !reconnects) {
      throw new UpgradeError(`a session on ${side} was lost`, {
        code: 'mysql-session-lost',
        source: 'mysql',
        hint:
          `The connection to ${side} that held locks or session settings has ended, and they with it. Nothing was sent. ` +
          'Run the same command again.',
      });
    }
    const open = await dial();
    this.adopt(open);
    return open;
  }

  private failureOf(call: Call, attempt: Exclude<Attempt, { is: 'answered' | 'late' }>, deadline: Deadline): unknown {
    if (attempt.is === 'refused') return refusedError(this.options.side, attempt.failure, call);
    if (attempt.is === 'unsent') return attempt.error;
    if (attempt.is === 'aborted') return reasonOf(deadline.signal);
    return new UpgradeError(`the connection to ${this.options.side} was lost`, {
      code: 'mysql-connection-lost',
      source: 'mysql',
      retryable: true,
      hint: `${attempt.failure.message} while asking for ${call.name}. Check that the server runs, then run the same command again.`,
    });
  }

  private timeout(call: Call, { timeoutMs }: Deadline): UpgradeError {
    return new UpgradeError(`${this.options.side} did not answer in time`, {
      code: 'mysql-timeout',
      source: 'mysql',
      retryable: true,
      hint:
        `${call.name} had ${timeoutMs} ms and has changed nothing. The server may be overloaded or unreachable, or a lock ` +
        'may be in the way. Look at its process list, then run the same command again.',
    });
  }

  private outcomeUnknown(
    call: Call,
    attempt: Extract<Attempt, { is: 'late' | 'lost' | 'aborted' }>,
    { timeoutMs }: Deadline,
  ): OutcomeUnknownError {
    const why = {
      late: `did not answer within ${timeoutMs} ms`,
      lost: 'closed the connection before it answered',
      aborted: 'was interrupted before it answered',
    }[attempt.is];
    return new OutcomeUnknownError(`whether ${call.name} took effect on ${this.options.side} is not known`, {
      source: 'mysql',
      hint: `${this.options.side} ${why}. The statement may have been done, so it is not simply repeated: what is true on the server is looked up first.`,
    });
  }
}

const CLOSE_TIMEOUT_MS = 1_000;
const KILL_WAIT_MS = 500;

/**
 * The statement was ended from outside: shutdown, query interrupted, session killed, session timed out. A procedure may
 * have done half of its work by then.
 */
const ENDED_BY_SERVER: ReadonlySet<number> = new Set([1053, 1317, 3169, 4031]);

function reasonOf(signal: AbortSignal | undefined): unknown {
  return signal?.reason ?? new Error('interrupted');
}

/** Rows of a SELECT, SHOW or of the first result of a CALL; none for statements that return none. */
function rowsOf(result: unknown): readonly Row[] {
  if (!Array.isArray(result)) return [];
  const rows: readonly unknown[] = Array.isArray(result[0]) ? result[0] : result;
  return rows.map(rowOf);
}

function rowOf(row: unknown): Row {
  return Object.fromEntries(
    Object.entries(typeof row === 'object' && row !== null ? row : {}).map(([key, value]) => [key, valueOf(value)]),
  );
}

/** Text columns of the dictionary are binary in some versions; bytes are read as UTF-8. */
function valueOf(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value);
}
