/**
 * The fence that frees itself: one session holds a read lock on every table of the applications while the switch can still
 * be undone. When the process, its watchdog or the whole machine dies, the server ends the session (at once when the
 * connection breaks, else after `cutover.freeAfter` of silence) and writes go on, with nobody doing anything. Writers wait
 * meanwhile instead of being refused, so a switch that is given up costs them nothing but the wait.
 *
 * Before the commit the lasting fence is closed behind it. `SET GLOBAL read_only` waits for statements that wait for the lock
 * (they hold an intention lock already: seen on 5.7.29 and 9.7.4), so these are ended while it is being closed.
 */
import { messageOf } from '../engine/errors';
import type { StepContext } from '../engine/step';
import {
  applicationTables,
  limitSession,
  lockProbeTable,
  lockTables,
  unlockTables,
  type TableName,
} from '../mysql/fence-statements';
import type { CallLimits, MysqlServer, MysqlSession, Statement } from '../ports/mysql-server';
import { fenceConfigs } from './fences/fencing';

export interface TableHold {
  readonly tables: number;
  /**
   * Connects and proves the right to lock, with a table of the tool. Shortly before `take`: the server ends a session that is
   * silent for too long.
   */
  prepare(within: CallLimits): Promise<void>;
  take(within: CallLimits): Promise<void>;
  /** Lets waiting writers go. Never throws: the session is ended, and its lock with it. */
  release(): Promise<void>;
}

/** Above it, taking the lock would itself be downtime; what the statement names must also fit into one packet. */
const MAX_TABLES = 5_000;
/** For one table; the shortest that servers know. */
const LOCK_WAIT_SECONDS = 1;
const EXAMINE_MS = 15_000;
const RELEASE_MS = 1_000;

export type Holding =
  | { readonly is: 'ready'; readonly hold: TableHold }
  /** `isAsked`: configured by name, so that going on without it is not what the operator wants. */
  | { readonly is: 'not-possible'; readonly why: string; readonly isAsked: boolean }
  | { readonly is: 'not-wanted' };

/** Looks only. */
export async function examineHold(context: StepContext, server: MysqlServer): Promise<Holding> {
  const { side } = server;
  if (!fenceConfigs(context, side).some(({ kind }) => kind === 'lock-tables')) return { is: 'not-wanted' };
  const isAsked = context.config.cutover.fences[side].length > 0;
  const within: CallLimits = { timeoutMs: EXAMINE_MS, signal: context.signal };
  try {
    const tables = await server.read(applicationTables(MAX_TABLES + 1), within);
    if (tables.length > MAX_TABLES)
      return { is: 'not-possible', why: `${side} has more than ${MAX_TABLES} tables`, isAsked };
    if (tables.length === 0) return { is: 'not-possible', why: `${side} has no table to lock`, isAsked };
    return { is: 'ready', hold: holdOf(context, server, tables) };
  } catch (error) {
    return { is: 'not-possible', why: messageOf(error), isAsked };
  }
}

function holdOf(context: StepContext, server: MysqlServer, tables: readonly TableName[]): TableHold {
  let session: MysqlSession | undefined;
  return {
    tables: tables.length,
    async prepare(within) {
      session = await server.openSession();
      for (const statement of preparingStatements(context)) await session.run(statement, within);
    },
    async take(within) {
      if (!session) throw new Error('the session that is to hold the tables has not been opened');
      await session.run(lockTables(tables), within);
    },
    async release() {
      const held = session;
      session = undefined;
      await held?.run(unlockTables(), { timeoutMs: RELEASE_MS }).catch(() => undefined);
      await held?.close();
    },
  };
}

/** What `prepare` runs: it stops nobody, and nothing of it outlives the session. */
export function preparingStatements({ config }: Pick<StepContext, 'config'>): readonly Statement[] {
  const silenceSeconds = Math.max(1, Math.floor(config.cutover.freeAfter / 1_000));
  return [limitSession(LOCK_WAIT_SECONDS, silenceSeconds), lockProbeTable(), unlockTables()];
}
