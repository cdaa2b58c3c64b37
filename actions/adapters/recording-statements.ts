/** What each statement of `mysql/statements.ts` would change, and what each question of `mysql/queries.ts` would then be answered. */
import { tableText, type Table } from '../changes/table-model';
import { UpgradeError } from '../engine/errors';
import type { Query, Row, Statement, Value } from '../ports/mysql-server';
import { rowsOfTable } from '../mysql/change-rows';
import type { RecordedAccount, RecordedServer } from './recording-world';

/** A statement that is not known here changes nothing that anybody asks for. Throws what a fenced server answers. */
export function suppose(server: RecordedServer, statement: Statement): void {
  ACTS[statement.name]?.(server, statement);
}

type Act = (server: RecordedServer, statement: Statement) => void;

const ACTS: Readonly<Record<string, Act>> = {
  'set-external-source': (server, { args }) => {
    server.channel = { host: String(args['host']), port: Number(args['port']) };
    server.isRunning = false;
  },
  'reset-external-source': (server) => {
    server.channel = null;
    server.isRunning = false;
  },
  'start-replication': (server) => {
    server.isRunning = true;
  },
  'stop-replication': (server) => {
    server.isRunning = false;
  },
  'set-read-only': (server, { args }) => {
    server.isReadOnly = args['on'] === 1;
  },
  'set-binlog-retention': (server, { args }) => {
    const hours = args['hours'];
    server.retention = { hours: typeof hours === 'number' ? hours : null };
  },
  'kill-session': (server, { args }) => {
    server.killed.add(Number(args['id']));
  },
  'create-account': setAccount,
  'set-account-password': setAccount,
  'grant-replication': (server, { args }) => {
    const account = server.accounts.get(String(args['user']));
    if (account) account.replicates = true;
  },
  'grant-probe': (server, { args }) => {
    const account = server.accounts.get(String(args['user']));
    if (account) account.probes = true;
  },
  'drop-account': (server, { args }) => {
    server.accounts.set(String(args['user']), null);
  },
  'create-marker-table': (server) => addTable(server, 'marker'),
  'create-probe-table': (server) => addTable(server, 'probe'),
  'drop-tool-schema': (server) => {
    server.tables = [];
    server.lineages = [];
  },
  'record-lineage': (server, { values }) => {
    server.lineages = [...(server.lineages ?? []), String(values[1])];
  },
  'green-change': (server, { args }) => {
    if (typeof args['after'] !== 'string') return;
    const after = JSON.parse(args['after']) as Table;
    server.changed.set(tableText(after), after);
  },
  'write-marker': (server, { args }) => {
    server.markers.push(String(args['id']));
  },
  'probe-write': (server) => {
    if (server.isReadOnly !== true) return;
    throw new UpgradeError('the server runs with --read-only', { code: 'mysql-1290', source: 'mysql' });
  },
};

function setAccount(server: RecordedServer, { args, sql }: Statement): void {
  const user = String(args['user']);
  const before = server.accounts.get(user);
  server.accounts.set(user, {
    host: String(args['host']),
    plugin: /IDENTIFIED WITH '(\w+)'/.exec(sql)?.[1] ?? '',
    requiresTls: sql.endsWith('REQUIRE SSL'),
    replicates: before?.replicates ?? false,
    probes: before?.probes ?? false,
  });
}

function addTable(server: RecordedServer, name: string): void {
  server.tables = [...(server.tables ?? []), name];
}

/** Of the side that is asked and of the other one. */
export interface Supposed {
  readonly own: RecordedServer;
  readonly other: RecordedServer;
}

type Args = Query<unknown>['args'];

/** The whole answer where nothing needs to be asked of the real server; else undefined. */
export function answerOf(query: Pick<Query<unknown>, 'name' | 'args'>, supposed: Supposed): readonly Row[] | undefined {
  const { schema, table } = query.args;
  const changed = supposed.own.changed.get(`${String(schema)}.${String(table)}`);
  return WHOLE[query.name]?.(supposed, query.args) ?? (changed && rowsOfTable(query.name, changed));
}

const WHOLE: Readonly<Record<string, (supposed: Supposed, args: Args) => readonly Row[] | undefined>> = {
  // Nobody is kept away by a command that changes nothing.
  'take-advisory-lock': () => [{ taken: 1 }],
  'holds-advisory-lock': () => [{ held: 1 }],
  'pending-read-only-changes': ({ own }) => (own.isReadOnly === undefined ? undefined : [{ pending: 0 }]),
  // Behind a supposed fence or over a supposed channel the other side has whatever there is to have.
  'wait-for-position': ({ own, other }) =>
    own.channel !== undefined || own.isRunning !== undefined || other.end !== undefined ? [{ waited: 0 }] : undefined,
  'binlog-position': ({ own }) => own.end,
  'binary-logs': ({ own }) =>
    own.end?.map((row): Row => ({ Log_name: row['File'] ?? null, File_size: row['Position'] ?? null })),
  'binlog-retention': ({ own }) => own.retention && [{ name: 'binlog retention hours', value: own.retention.hours }],
  'accounts-named': ({ own }, args) => {
    const account = own.accounts.get(String(args['user']));
    return account === undefined ? undefined : account === null ? [] : [accountRow(String(args['user']), account)];
  },
  'table-privileges': ({ own }, args) => {
    const account = own.accounts.get(String(args['user']));
    return account === undefined ? undefined : account?.probes === true ? [{ privileges: 'Insert' }] : [];
  },
  'recorded-lineages': ({ own }) => own.lineages?.map((lineage) => ({ lineage })),
  'tool-tables': ({ own }) => own.tables?.map((name) => ({ table_name_of: name })),
  'replica-status': ({ own }) =>
    own.channel === undefined
      ? undefined
      : own.channel === null
        ? []
        : [channelRow(own.channel, own.isRunning === true)],
};

function accountRow(user: string, account: RecordedAccount): Row {
  const right = account.replicates ? 'Y' : 'N';
  return {
    account_user: user,
    account_host: account.host,
    account_plugin: account.plugin,
    account_tls: account.requiresTls ? 'ANY' : '',
    repl_slave: right,
    repl_client: right,
  };
}

function channelRow(channel: { readonly host: string; readonly port: number }, isRunning: boolean): Row {
  return {
    Source_Host: channel.host,
    Source_Port: channel.port,
    ...runningColumns(isRunning),
    Last_IO_Error: '',
    Last_SQL_Error: '',
  };
}

/** The parser takes the newer names first. */
function runningColumns(isRunning: boolean): Row {
  const word = isRunning ? 'Yes' : 'No';
  return {
    Replica_IO_Running: word,
    Replica_SQL_Running: word,
    Replica_SQL_Running_State: '',
    Seconds_Behind_Source: isRunning ? 0 : null,
  };
}

/** What the real server has answered, with what would have changed since. */
export function revise(
  query: Pick<Query<unknown>, 'name' | 'args'>,
  rows: readonly Row[],
  supposed: Supposed,
): readonly Row[] {
  return REVISIONS[query.name]?.(rows, supposed, query.args) ?? rows;
}

const REVISIONS: Readonly<
  Record<string, (rows: readonly Row[], supposed: Supposed, args: Args) => readonly Row[] | undefined>
> = {
  'server-identity': (rows, { own }) =>
    own.isReadOnly === undefined ? rows : rows.map((row): Row => ({ ...row, ro: own.isReadOnly === true ? 1 : 0 })),
  'global-variables': (rows, { own }, args) => {
    const asked = new Set(String(args['names']).split(','));
    const supposed = [...own.variables].filter(([name]) => asked.has(name));
    const names = new Set(supposed.map(([name]) => name));
    return [
      ...rows.filter((row) => !names.has(String(row['Variable_name']))),
      ...supposed.map(([name, value]): Row => ({ Variable_name: name, Value: value })),
    ];
  },
  'binlog-position': (rows, { own }) => {
    const found = rows.length > 0 || own.variables.get('log_bin') !== 'ON' ? rows : [UNKNOWN_END];
    if (own.isReadOnly === true) own.end = found;
    return found;
  },
  'replica-status': (rows, { own }) =>
    own.isRunning === undefined
      ? rows
      : rows.map((row): Row => ({ ...row, ...runningColumns(own.isRunning === true) })),
  sessions: (rows, { own }) => rows.filter((row) => !own.killed.has(Number(row['id']))),
  // What is written on one side arrives on the other.
  markers: (rows, { own, other }) => [
    ...[...own.markers, ...other.markers].map((id): Row => ({ marker_id: id, lineage: '', direction: '' })),
    ...rows,
  ],
};

/** A log that is not on yet begins somewhere. */
const UNKNOWN_END: Readonly<Record<string, Value>> = { File: 'first-binary-log.000001', Position: 4 };
