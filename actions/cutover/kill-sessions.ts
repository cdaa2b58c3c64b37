/** Ends sessions on a side. Which are never touched: Aurora User Guide, reserved users. */
import { messageOf, UpgradeError } from '../engine/errors';
import type { StepContext } from '../engine/step';
import { killOwn } from '../mysql/fence-statements';
import { sessions, type SessionFacts } from '../mysql/queries';
import { killSession } from '../mysql/statements';
import { PROBE_USER } from '../steps/tool-accounts';
import type { CallLimits, MysqlServer, MysqlSession, Side } from '../ports/mysql-server';
import type { SwitchContext } from './switch-context';

const RESERVED_USERS = new Set([
  'rdsadmin',
  'rdsrepladmin',
  'rdsrepladmin_priv_checks_user',
  'rdsproxyadmin',
  'system user',
  'event_scheduler',
  'unauthenticated user',
]);

/** Ends one session, by whichever way this server allows. */
export interface SessionKiller {
  kill(session: SessionFacts, within: CallLimits): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}

/** There is no such procedure, or no right to call it, or only the owner may end the session. */
const NOT_ALLOWED = new Set(['mysql-1305', 'mysql-1370', 'mysql-1095', 'mysql-1227']);
/** It has ended meanwhile. */
const GONE = 'mysql-1094';

/**
 * `rds_kill`; plain KILL on a server without it; where the master user may do neither, as the session's own user, whose
 * secrets are in `cutover.sessionSecrets`. Those connections are made now: behind an account lock nobody could log in.
 */
export async function sessionKiller(context: StepContext, server: MysqlServer): Promise<SessionKiller> {
  const owners = new Map<string, MysqlSession>();
  for (const arn of context.config.cutover.sessionSecrets) {
    const credentials = await context.aws.secrets.credentials(arn);
    owners.set(credentials.user, await context.mysql.openSessionAs(server.side, credentials));
  }
  return {
    async kill({ id, user }, within) {
      const owner = owners.get(user);
      const ways = [
        () => server.run(killSession(id), within),
        () => server.run(killOwn(id), within),
        ...(owner ? [() => owner.run(killOwn(id), within)] : []),
      ];
      for (const [index, way] of ways.entries()) {
        try {
          await way();
          return;
        } catch (error) {
          if (!(error instanceof UpgradeError)) throw error;
          if (error.code === GONE) return;
          if (!NOT_ALLOWED.has(error.code) || index === ways.length - 1) throw error;
        }
      }
    },
    async close() {
      for (const owner of owners.values()) await owner.close();
    },
  };
}

/** Best effort: a session that cannot be ended is named, and the others end. Answers how many were found. */
export async function killApplicationSessions(context: SwitchContext, side: Side): Promise<number> {
  return killOnce(context, context.servers[side], context.killers[side], context.within(), () => true);
}

/** Sessions that wait for a table that nobody may write: their statements have not begun. */
export async function killWaiters(context: SwitchContext, side: Side): Promise<number> {
  return killOnce(context, context.servers[side], context.killers[side], context.within(), ({ state }) =>
    state.startsWith('Waiting for table metadata lock'),
  );
}

const BRIEF_SECONDS = 2;

/**
 * A change of read_only waits for statements that write and for LOCK TABLES, and everybody who writes waits for it in turn
 * (`Waiting for global read lock`): one session then keeps a whole server from writing. After a moment the statements that
 * were running before it are ended; where there is none, sessions that do nothing: who holds a LOCK TABLES is not to be seen.
 * Answers how many.
 */
export async function endHolders(
  context: StepContext,
  server: MysqlServer,
  killer: SessionKiller,
  within: CallLimits,
): Promise<number> {
  const isWaiting = ({ state }: SessionFacts): boolean => state.startsWith('Waiting for global read lock');
  const all = await server.read(sessions(), within);
  if (!all.some((session) => isWaiting(session) && session.seconds >= BRIEF_SECONDS)) return 0;
  const end = (command: string): Promise<number> =>
    killOnce(
      context,
      server,
      killer,
      within,
      (session) => session.command === command && session.seconds >= BRIEF_SECONDS && !isWaiting(session),
    );
  const ended = (await end('Query')) || (await end('Sleep'));
  if (ended === 0) return 0;
  context.emit({
    type: 'note',
    level: 'warning',
    code: 'statements-ended',
    text: `long statements or locked tables on ${server.side} kept read_only from being changed, and everybody else from writing; ${ended} sessions were ended`,
  });
  return ended;
}

const PAUSE_MS = 20;

/** Ends sessions again and again until none is left: pools connect anew until they are refused. */
export async function endSessions(
  context: StepContext,
  server: MysqlServer,
  killer: SessionKiller,
  within: CallLimits,
  which: (session: SessionFacts) => boolean,
): Promise<void> {
  const end = context.clock.monotonicMs() + within.timeoutMs;
  for (;;) {
    const found = await killOnce(context, server, killer, within, which);
    if (found === 0) return;
    if (context.clock.monotonicMs() >= end) {
      throw new UpgradeError(`${found} sessions on ${server.side} come back or do not end`, {
        code: 'sessions-left',
        source: 'mysql',
        retryable: true,
        hint: 'The fence keeps their new connections out only if it binds their accounts; a transaction that rolls back takes its time. Look at the process list.',
      });
    }
    await context.clock.sleep(PAUSE_MS, within.signal ?? context.signal);
  }
}

async function killOnce(
  context: StepContext,
  server: MysqlServer,
  killer: SessionKiller,
  within: CallLimits,
  which: (session: SessionFacts) => boolean,
): Promise<number> {
  const own = new Set(server.ownConnectionIds());
  const targets = (await server.read(sessions(), within)).filter(
    (session) => isApplication(session, context, own) && which(session),
  );
  const failures: string[] = [];
  // One after the other: the connection that is free takes each. Beside a fence that waits for these very sessions, the other one
  // waits too, and a kill in its queue would never be sent.
  for (const session of targets) {
    try {
      await killer.kill(session, within);
    } catch (error) {
      failures.push(`session ${session.id}: ${messageOf(error)}`);
    }
  }
  if (failures.length > 0) {
    const [named] = failures;
    const others = failures.length > 1 ? `, and ${failures.length - 1} more` : '';
    context.emit({
      type: 'note',
      level: 'info',
      code: 'session-not-killed',
      text: `on ${server.side} ${named ?? ''}${others}`,
    });
  }
  return targets.length;
}

export function isApplication(
  session: SessionFacts,
  context: Pick<StepContext, 'config'>,
  own: ReadonlySet<number>,
): boolean {
  if (own.has(session.id) || RESERVED_USERS.has(session.user)) return false;
  if (session.user === context.config.replication.user || session.user === PROBE_USER) return false;
  return !session.command.startsWith('Binlog Dump') && session.command !== 'Daemon';
}
