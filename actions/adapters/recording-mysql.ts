/** `MysqlConnector` that asks the real servers, records every statement, and never sends one. */
import { UpgradeError } from '../engine/errors';
import type {
  CallLimits,
  MysqlConnector,
  MysqlServer,
  MysqlSession,
  Query,
  Row,
  Side,
  Statement,
} from '../ports/mysql-server';
import { answerOf, revise, suppose } from './recording-statements';
import type { RecordedWorld, SupposedGreen } from './recording-world';

export function recordingMysql(
  inner: MysqlConnector,
  world: RecordedWorld,
  record: (side: Side, statement: Statement) => void,
): MysqlConnector {
  const wrap = (side: Side, real: MysqlSession): MysqlSession => {
    const own = world.servers[side];
    const supposed = { own, other: world.servers[side === 'blue' ? 'green' : 'blue'] };
    return {
      connectionId: () => real.connectionId(),
      async read<T>(query: Query<T>, limits: CallLimits): Promise<T> {
        const known = answerOf(query, supposed);
        if (known) return query.parse(known);
        return query.parse(revise(query, await real.read(rowsOf(query), limits), supposed));
      },
      async run(statement: Statement, limits: CallLimits) {
        limits.signal?.throwIfAborted();
        record(side, statement);
        if (own.isReadOnly === undefined && statement.name === 'probe-write')
          own.isReadOnly = Number((await real.read(IS_READ_ONLY, limits))[0]?.['ro']) === 1;
        suppose(own, statement);
      },
      close: () => Promise.resolve(),
    };
  };
  const connect = async (side: Side): Promise<MysqlServer> => {
    if (side === 'green' && world.green) return supposedServer(world, world.green, (real) => wrap('green', real));
    const real = await inner.connect(side);
    const session = wrap(side, real);
    return {
      ...session,
      side,
      version: real.version,
      // Locks are not taken, so they need no connection of their own.
      openSession: () => Promise.resolve(session),
      ownConnectionIds: () => real.ownConnectionIds(),
    };
  };
  return {
    connect,
    masterCredentials: (side) => inner.masterCredentials(side === 'green' && world.green ? 'blue' : side),
    async tryLogin(side, credentials) {
      const account = world.servers[side].accounts.get(credentials.user);
      if (account !== undefined) return account === null ? 'refused' : 'accepted';
      return side === 'green' && world.green ? 'accepted' : inner.tryLogin(side, credentials);
    },
    async openSessionAs(side, credentials) {
      if (world.servers[side].accounts.get(credentials.user)) return connect(side);
      const real = await inner.openSessionAs(side, credentials);
      return { ...wrap(side, real), close: () => real.close() };
    },
    close: () => inner.close(),
  };
}

const IS_READ_ONLY: Query<readonly Row[]> = {
  name: 'server-identity',
  sql: 'SELECT @@global.read_only AS ro',
  values: [],
  args: {},
  parse: (rows) => rows,
};

function rowsOf(query: Query<unknown>): Query<readonly Row[]> {
  return { ...query, parse: (rows) => rows };
}

/** A server that is not there yet: a copy of blue at another version, closed for writes. */
function supposedServer(
  world: RecordedWorld,
  green: SupposedGreen,
  wrap: (real: MysqlSession) => MysqlSession,
): MysqlServer {
  const { blue } = world.servers;
  const empty: MysqlSession = {
    connectionId: () => Promise.resolve(0),
    read<T>(query: Query<T>): Promise<T> {
      // The copy carries what has been made on blue before it was taken.
      const copied = COPIED.has(query.name) ? answerOf(query, { own: blue, other: world.servers.green }) : undefined;
      const rows = copied ?? ABSENT[query.name]?.(green, query.args);
      if (rows) return Promise.resolve(query.parse(rows));
      throw new UpgradeError(`green is not there yet, so ${query.name} cannot be asked`, {
        code: 'green-not-there',
        source: 'user',
        hint: 'Run `npx cdktf deploy` first.',
      });
    },
    run: () => Promise.reject(new Error('a supposed server is sent nothing')),
    close: () => Promise.resolve(),
  };
  const session = wrap(empty);
  return {
    ...session,
    side: 'green',
    version: green.serverVersion,
    openSession: () => Promise.resolve(session),
    ownConnectionIds: () => [],
  };
}

const COPIED = new Set(['accounts-named', 'table-privileges', 'tool-tables']);

const ABSENT: Readonly<Record<string, (green: SupposedGreen, args: Query<unknown>['args']) => readonly Row[]>> = {
  'server-identity': () => [{ uuid: 'known after cdktf deploy', ro: 1, reader: 0 }],
  'global-variables': ({ variables }, args) =>
    String(args['names'])
      .split(',')
      .flatMap((name) => {
        const value = variables.get(name);
        return value === undefined ? [] : [{ Variable_name: name, Value: value }];
      }),
  'binlog-position': () => [{ File: 'end-of-green.000001', Position: 4 }],
  'replica-status': () => [],
  'binlog-retention': () => [],
  'accounts-named': (_green, args) => [{ account_user: String(args['user']), account_host: '%' }],
  'tool-tables': () => ['marker', 'probe'].map((name) => ({ table_name_of: name })),
  'pending-read-only-changes': () => [{ pending: 0 }],
  sessions: () => [],
};
