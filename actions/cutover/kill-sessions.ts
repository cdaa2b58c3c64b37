/** Ends the application's sessions on a side. Which sessions are never touched: Aurora User Guide, reserved users. */
import { messageOf } from '../engine/errors';
import { sessions, type SessionFacts } from '../mysql/queries';
import { killSession } from '../mysql/statements';
import { PROBE_USER } from '../steps/tool-accounts';
import type { Side } from '../ports/mysql-server';
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

/** Best effort: a session that ends by itself in the meantime is fine. Answers how many were ended. */
export async function killApplicationSessions(context: SwitchContext, side: Side): Promise<number> {
  const server = context.servers[side];
  const own = new Set(server.ownConnectionIds());
  const targets = (await server.read(sessions(), context.within())).filter((session) =>
    isApplication(session, context, own),
  );
  for (const session of targets) {
    try {
      await server.run(killSession(session.id), context.within());
    } catch (error) {
      context.emit({
        type: 'note',
        level: 'info',
        code: 'session-not-killed',
        text: `session ${session.id} on ${side}: ${messageOf(error)}`,
      });
    }
  }
  return targets.length;
}

export function isApplication(
  session: SessionFacts,
  context: Pick<SwitchContext, 'config'>,
  own: ReadonlySet<number>,
): boolean {
  if (own.has(session.id) || RESERVED_USERS.has(session.user)) return false;
  if (session.user === context.config.replication.user || session.user === PROBE_USER) return false;
  return !session.command.startsWith('Binlog Dump') && session.command !== 'Daemon';
}
