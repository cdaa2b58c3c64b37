/**
 * The writer of one side with two warm connections, so that a long wait does not keep other calls from the server. A call
 * goes to the connection with fewer calls; for state that lives in a session there is `openSession`.
 */
import type { Clock } from '../ports/clock';
import type { CallLimits, MysqlServer, MysqlSession, Query, Side, Statement } from '../ports/mysql-server';
import type { DialledConnection } from './mysql-dial';
import { driverFailure } from './mysql-errors';
import { Mysql2Session } from './mysql-session';
import { raceDeadline } from './race-deadline';

const WARM_CONNECTIONS = 2;
const KILL_TIMEOUT_MS = 5_000;
const UNKNOWN_THREAD = 1094;

export interface Access {
  readonly side: Side;
  readonly clock: Clock;
  /** A new connection as the account that this access is for. */
  readonly dial: () => Promise<DialledConnection>;
  /** Ids of every connection of this process on the server. */
  readonly openIds: () => readonly number[];
}

/** Opens the warm connections. Rejects with what `dial` rejects with. */
export async function openMysql2Server(access: Access): Promise<MysqlServer> {
  const { side, dial } = access;
  const dialled = await allOrNone(Array.from({ length: WARM_CONNECTIONS }, () => dial()));
  const warm = dialled.map((connection) => sessionOver(access, connection, true));
  const freest = (): Mysql2Session => {
    const [first, ...others] = warm;
    if (first === undefined) throw new Error('a server has at least one connection');
    return others.reduce((best, session) => (session.load < best.load ? session : best), first);
  };
  return {
    side,
    version: dialled[0]?.version ?? '',
    connectionId: () => freest().connectionId(),
    read: <T>(query: Query<T>, limits: CallLimits) => freest().read(query, limits),
    run: (statement: Statement, limits: CallLimits) => freest().run(statement, limits),
    openSession: () => openLoneSession(access),
    ownConnectionIds: () => access.openIds(),
    async close() {
      await Promise.all(warm.map((session) => session.close()));
    },
  };
}

/** A session that is never replaced when it is lost: locks and session settings are lost with it. */
export async function openLoneSession(access: Access): Promise<MysqlSession> {
  return sessionOver(access, await access.dial(), false);
}

function sessionOver(access: Access, first: DialledConnection, reconnects: boolean): Mysql2Session {
  return new Mysql2Session({ ...access, reconnects, killStatement: (id) => killOn(access, id) }, first);
}

/** When one connection cannot be made the others are closed again. */
async function allOrNone(dials: readonly Promise<DialledConnection>[]): Promise<readonly DialledConnection[]> {
  try {
    return await Promise.all(dials);
  } catch (error) {
    for (const result of await Promise.allSettled(dials)) {
      if (result.status === 'fulfilled') result.value.destroy();
    }
    throw error;
  }
}

/**
 * Never rejects. The connection is killed and not only its statement: one that is still on its way when the kill arrives
 * finds no session to run in. Plain KILL may be refused on Aurora, which has a procedure for it (mysql-stored-proc-ending).
 */
async function killOn({ dial, clock }: Access, connectionId: number): Promise<void> {
  let helper: DialledConnection;
  try {
    helper = await dial();
  } catch {
    return;
  }
  const { connection } = helper;
  const kill = connection.query('KILL ?', [connectionId]).catch(async (error: unknown) => {
    if (driverFailure(error).errno === UNKNOWN_THREAD) return;
    await connection.query('CALL mysql.rds_kill(?)', [connectionId]);
  });
  // Whatever comes of it, the caller probes.
  await raceDeadline(clock, kill, KILL_TIMEOUT_MS).catch(() => undefined);
  helper.destroy();
}
