import type { CheckContext } from './check';
import { select } from './queries';

/**
 * Without PROCESS the process list silently shows only one's own threads, on every version (tried on 5.7.29 and 9.7.4), so
 * "nobody" would be a lie. This view answers 1227 then.
 */
export const PROCESS_GUARD = select(
  'process-privilege',
  'SELECT COUNT(*) AS transactions FROM information_schema.innodb_trx',
);

/** Throws when this account cannot see the threads of others. */
export async function requireProcessPrivilege(context: CheckContext): Promise<void> {
  await context.read(PROCESS_GUARD);
}

export function isOwnConnection(context: CheckContext, connectionId: number): boolean {
  return context.server.ownConnectionIds().includes(connectionId);
}

/** On Aurora nobody may end the sessions of others but by the procedure. */
export function killCommand(context: Pick<CheckContext, 'crossing'>, connectionId: number): string {
  const isAurora = context.crossing.sourceVersion.includes('mysql_aurora');
  return isAurora ? `CALL mysql.rds_kill(${connectionId});` : `KILL ${connectionId};`;
}
