/** What a simulated server answers to each question of actions/mysql/queries.ts, as the rows that a real one would send. */
import { SAFE_CONNECTION } from '../../actions/mysql/reverse-rules';
import { rowsOfTable } from '../../actions/mysql/change-rows';
import type { Query, Row, Side } from '../../actions/ports/mysql-server';
import { dialectOf } from '../../actions/mysql/version';
import { binaryLogs, contentOf, endPosition, flowUpTo, indexOf, lagSeconds, positionAt, sourceOf } from './binlog';
import { VERIFY_ANSWERS } from './verify-queries';
import { APPLICATION, type ServerData, type WorldData } from './world-data';

export interface Asker {
  readonly data: WorldData;
  readonly side: Side;
  /** Connection that asks. */
  readonly connection: number;
  /** Lets time pass on the server's side, for waits. */
  readonly pass: (ms: number) => void;
}

export function rowsFor(query: Pick<Query<unknown>, 'name' | 'args'>, asker: Asker): readonly Row[] {
  const { schema, table } = query.args;
  const rows = rowsOfTable(query.name, asker.data.servers[asker.side].tables[`${String(schema)}.${String(table)}`]);
  if (rows) return rows;
  const answer = ANSWERS[query.name];
  if (!answer) throw new Error(`the simulated server does not know ${query.name}`);
  return answer({ ...asker, server: asker.data.servers[asker.side], args: query.args });
}

interface Question extends Asker {
  readonly server: ServerData;
  readonly args: Query<unknown>['args'];
}

const ANSWERS: Readonly<Record<string, (question: Question) => readonly Row[]>> = {
  'server-identity': ({ server, side }) => [{ uuid: `uuid-of-${side}`, ro: server.isReadOnly ? 1 : 0, reader: 0 }],
  'binlog-position': ({ server }) => {
    if (server.binlogFormat === 'OFF') return [];
    const { file, position } = endPosition(server);
    return [{ File: file, Position: position }];
  },
  'binary-logs': ({ server }) => binaryLogs(server).map(({ file, bytes }) => ({ Log_name: file, File_size: bytes })),
  'global-variables': ({ server, args }) => {
    const known = variablesOf(server);
    return String(args['names'])
      .split(',')
      .flatMap((name) => (known[name] === undefined ? [] : [{ Variable_name: name, Value: known[name] }]));
  },
  'replica-status': replicaStatusRow,
  'wait-for-position': waitForPosition,
  'binlog-retention': ({ server }) => [{ name: 'binlog retention hours', value: server.retentionHours }],
  'accounts-named': ({ server, args }) => {
    const account = server.accounts[String(args['user'])];
    if (!account) return [];
    const right = account.replicates ? 'Y' : 'N';
    return [
      {
        account_user: String(args['user']),
        account_host: account.host,
        account_plugin: account.plugin,
        account_tls: account.requiresTls ? 'ANY' : '',
        repl_slave: right,
        repl_client: right,
      },
    ];
  },
  'table-privileges': ({ server, args }) =>
    server.accounts[String(args['user'])]?.probes === true ? [{ privileges: 'Insert' }] : [],
  sessions: ({ server }) =>
    server.connections.map(({ id, user }) => {
      const waits = user === APPLICATION && server.tablesHeldBy !== null;
      return {
        id,
        session_user_name: user,
        session_host: '10.0.0.1:40000',
        command: waits ? 'Query' : 'Sleep',
        seconds: 1,
        state: waits ? 'Waiting for table metadata lock' : '',
      };
    }),
  'running-sessions': ({ server }) =>
    server.connections.map(({ id, user }) => ({
      id,
      session_user_name: user,
      command: user === DDL_USER ? 'Query' : 'Sleep',
      seconds: 1,
      state: '',
      statement: user === DDL_USER ? 'ALTER TABLE orders ADD COLUMN x INT' : null,
    })),
  'pending-read-only-changes': ({ data, side }) => [
    {
      pending: data.pending.filter((one) => one.is === 'statement' && one.side === side && isFence(one.statement))
        .length,
    },
  ],
  'open-transactions': ({ server }) =>
    server.longestTransactionSeconds === 0
      ? []
      : [{ session_id: 77, age_seconds: server.longestTransactionSeconds, rows_modified: 3 }],
  'accounts-passing-read-only': ({ server }) =>
    server.accountsPassingReadOnly.map(({ user, host }) => ({ account_user: user, account_host: host })),
  'locked-accounts': ({ server }) =>
    server.lockedAccounts.map((account) => ({
      account_user: account.split('@')[0] ?? '',
      account_host: account.split('@')[1] ?? '',
    })),
  'application-tables': () => [{ schema_of: 'orders', table_of: 'orders' }],
  'account-locks': ({ server, args }) =>
    String(args['accounts'])
      .split(',')
      .map((account) => ({
        account_user: account.split('@')[0] ?? '',
        account_host: account.split('@')[1] ?? '',
        account_lock: server.lockedAccounts.includes(account) ? 'Y' : 'N',
      })),
  'new-collation-uses': () => [],
  'session-default-for-utf8mb4': () => [{ collation_of: 'utf8mb4_general_ci' }],
  'account-columns': () => [],
  'account-details': () => [],
  'account-grants': () => [],
  'authentication-plugins': () => [],
  'known-privileges': () => [],
  'client-kinds': () => [],
  'take-advisory-lock': ({ server, connection }) => {
    server.lockedBy ??= connection;
    return [{ taken: server.lockedBy === connection ? 1 : 0 }];
  },
  'holds-advisory-lock': ({ server, connection }) => [
    { held: server.lockedBy === null ? null : Number(server.lockedBy === connection) },
  ],
  markers: ({ server }) => markersOf(server).reverse(),
  'marker-history': ({ server }) => [
    ...markersOf(server).reverse(),
    ...server.recordedLineages.map((lineage) => ({ marker_id: lineage, lineage, direction: 'lineage', written: 0 })),
  ],
  'recorded-lineages': ({ server }) => server.recordedLineages.map((lineage) => ({ lineage })),
  ...VERIFY_ANSWERS,
  'type-conversions': () => [{ conversions: '' }],
  'running-change': () => [],
  'change-progress': () => [],
  'tool-tables': ({ server }) => server.toolTables.map((name) => ({ table_name_of: name })),
};

/** A session of this account is in the middle of an ALTER TABLE. */
const DDL_USER = 'ddl';

function isFence({ name }: { readonly name: string }): boolean {
  return name === 'set-read-only' || name === 'set-global-read-only';
}

const MARKER = ':marker ';

/** Oldest first, a minute between them. */
function markersOf(server: ServerData): Row[] {
  return contentOf(server)
    .filter((one) => one.slice(1).startsWith(MARKER))
    .map((one, index) => {
      const [marker_id = '', lineage = '', direction = '', final_position = '', reverse_position = ''] = one
        .slice(1 + MARKER.length)
        .split('|');
      const written = new Date(60_000 * index).toISOString();
      return { marker_id, lineage, direction, final_position, reverse_position, written };
    });
}

function variablesOf(server: ServerData): Readonly<Record<string, string>> {
  return {
    log_bin: server.binlogFormat === 'OFF' ? 'OFF' : 'ON',
    binlog_format: server.binlogFormat,
    binlog_row_image: 'FULL',
    event_scheduler: server.eventScheduler,
    character_set_server: 'utf8mb4',
    collation_server: 'utf8mb4_general_ci',
    init_connect: server.hasReadOnlyProcedure ? SAFE_CONNECTION : '',
    ...(server.hasReadOnlyProcedure
      ? { binlog_row_value_options: '', binlog_transaction_compression: 'OFF' }
      : { log_bin_use_v1_row_events: 'OFF' }),
  };
}

function replicaStatusRow({ data, side, server }: Question): readonly Row[] {
  const { channel } = server;
  if (!channel) return [];
  const from = sourceOf(data, channel);
  const place = (index: number): { file: string; position: number } =>
    from ? positionAt(data.servers[from], index) : { file: '', position: 0 };
  const received = place(channel.received);
  const applied = place(channel.applied);
  const [source, replica] = dialectOf(server.version) === 'source' ? ['Source', 'Replica'] : ['Master', 'Slave'];
  return [
    {
      [`${source}_Host`]: channel.host,
      [`${source}_Port`]: channel.port,
      [`${replica}_IO_Running`]: channel.isReceiving ? 'Yes' : 'No',
      [`${replica}_SQL_Running`]: channel.isApplying ? 'Yes' : 'No',
      [`${replica}_SQL_Running_State`]: '',
      [`Seconds_Behind_${source}`]: lagSeconds(data, side),
      Last_IO_Error: channel.isReceiving ? '' : channel.error,
      Last_SQL_Error: channel.isReceiving ? channel.error : '',
      [`${source}_Log_File`]: received.file,
      [`Read_${source}_Log_Pos`]: received.position,
      [`Relay_${source}_Log_File`]: applied.file,
      [`Exec_${source}_Log_Pos`]: applied.position,
    },
  ];
}

/** NULL when the applier does not run, also when it stops meanwhile; -1 after the time. */
function waitForPosition({ data, side, server, args, pass }: Question): readonly Row[] {
  const { channel } = server;
  const source = channel ? sourceOf(data, channel) : undefined;
  if (!channel?.isApplying || source === undefined) return [{ waited: null }];
  const index = indexOf(data.servers[source], { file: String(args['file']), position: Number(args['position']) });
  if (index === undefined || !flowUpTo(data, side, index)) {
    pass(Number(args['timeoutSeconds']) * 1_000);
    return [{ waited: -1 }];
  }
  return [{ waited: 1 }];
}
