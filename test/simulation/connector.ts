/** MysqlConnector over the simulated servers. */
import { UpgradeError } from '../../actions/engine/errors';
import type {
  Credentials,
  LoginOutcome,
  MysqlConnector,
  MysqlServer,
  MysqlSession,
  Query,
  Side,
  Statement,
  CallLimits,
} from '../../actions/ports/mysql-server';
import type { SimulatedProcess } from './process';
import { rowsFor } from './server-queries';
import { actOn, refused } from './server-statements';

export const MASTER: Credentials = { user: 'admin', password: 'the master password' };

export function simulatedConnector(process: SimulatedProcess): MysqlConnector {
  const open = new Map<Side, Promise<MysqlServer>>();
  return {
    connect(side) {
      const found = open.get(side);
      if (found) return found;
      const opening = openServer(process, side);
      open.set(side, opening);
      opening.catch(() => open.delete(side));
      return opening;
    },
    masterCredentials: () => Promise.resolve(MASTER),
    async tryLogin(side, credentials): Promise<LoginOutcome> {
      try {
        return await process.attempt<LoginOutcome>({
          kind: 'connect',
          text: `log in to ${side} as ${credentials.user}`,
          act: () => (canLogIn(process, side, credentials) ? 'accepted' : 'refused'),
        });
      } catch {
        return 'unreachable';
      }
    },
    openSessionAs: (side, credentials) => openSession(process, side, credentials),
    close: () => Promise.resolve(),
  };
}

async function openServer(process: SimulatedProcess, side: Side): Promise<MysqlServer> {
  const session = await openSession(process, side, MASTER);
  const server = (): { connections: { id: number; process: number }[]; version: string } =>
    process.world.data.servers[side];
  return {
    ...session,
    side,
    version: server().version,
    openSession: () => openSession(process, side, MASTER, true),
    ownConnectionIds: () =>
      server()
        .connections.filter((one) => one.process === process.id)
        .map(({ id }) => id),
  };
}

/** A `lone` session is never replaced when its connection has broken. */
async function openSession(
  process: SimulatedProcess,
  side: Side,
  credentials: Credentials,
  lone = false,
): Promise<MysqlSession> {
  const { data } = process.world;
  const { user } = credentials;
  const connect = (): number => {
    const cluster = data.clusters[side];
    if (cluster?.status !== 'available' || cluster.members.length === 0) {
      throw new UpgradeError(`${side} cannot be reached`, {
        code: 'mysql-unreachable',
        source: 'mysql',
        retryable: true,
      });
    }
    if (!canLogIn(process, side, credentials)) throw refused(side, 'the login', 1045, 'Access denied');
    const id = data.nextId++;
    data.servers[side].connections.push({ id, user, process: process.id });
    return id;
  };
  let id = await process.attempt({ kind: 'connect', text: `connect to ${side} as ${user}`, act: connect });
  const connected = (): number => {
    if (data.servers[side].connections.some((one) => one.id === id)) return id;
    if (lone) {
      throw new UpgradeError(`a session on ${side} was lost`, { code: 'mysql-session-lost', source: 'mysql' });
    }
    id = connect();
    return id;
  };
  const ask = <T>(query: Query<T>): T => {
    const connection = connected();
    const pass = (ms: number): void => process.world.pass(ms);
    return query.parse(rowsFor(query, { data, side, connection, pass }));
  };
  return {
    connectionId: () => Promise.resolve(id),
    read: (query, limits) =>
      process.attempt({
        kind: WAITS.has(query.name) ? 'waiting' : 'question',
        text: `${side} ${query.name}`,
        limits,
        act: () => ask(query),
      }),
    run: (statement: Statement, limits: CallLimits) =>
      process.attempt({
        kind: 'statement',
        text: `${side} ${statement.name}${describe(statement.args)}`,
        limits,
        act: () => {
          actOn(data, side, user, statement, connected());
        },
        actLater: (at) => data.pending.push({ at, is: 'statement', side, statement }),
      }),
    close: () => {
      process.world.breakConnections(side, (one) => one.id === id);
      return Promise.resolve();
    },
  };
}

/** Questions with an effect of their own. */
const WAITS: ReadonlySet<string> = new Set(['wait-for-position', 'take-advisory-lock']);

function canLogIn(process: SimulatedProcess, side: Side, { user, password }: Credentials): boolean {
  if (user === MASTER.user) return password === MASTER.password;
  return process.world.data.servers[side].accounts[user]?.password === password;
}

function describe(args: Statement['args']): string {
  const shown = Object.entries(args).map(([name, value]) => `${name}=${String(value)}`);
  return shown.length === 0 ? '' : `(${shown.join(', ')})`;
}
