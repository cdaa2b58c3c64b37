/** What each statement of actions/mysql/statements.ts does to a simulated server. */
import { UpgradeError } from '../../actions/engine/errors';
import type { Table } from '../../actions/changes/table-model';
import type { Side, Statement, Value } from '../../actions/ports/mysql-server';
import { dialectOf } from '../../actions/mysql/version';
import { actOnLock, indexOf, sourceOf, transaction } from './binlog';
import type { AccountData, ServerData, WorldData } from './world-data';

export type Effect = Pick<Statement, 'name' | 'args'> & Partial<Pick<Statement, 'sql' | 'values'>>;

/** Throws what the adapter would throw when the server refuses. */
export function actOn(data: WorldData, side: Side, user: string, statement: Effect, connection = 0): void {
  const act = ACTS[statement.name];
  if (!act) throw new Error(`the simulated server does not know ${statement.name}`);
  const { args, sql = '', values = [] } = statement;
  act({ data, side, user, connection, server: data.servers[side], args, sql, values });
}

export function refused(side: Side, name: string, errno: number, says: string): UpgradeError {
  return new UpgradeError(`${side} refused ${name}: MySQL error ${errno}`, {
    code: `mysql-${errno}`,
    source: 'mysql',
    hint: `MySQL says: ${says}.`,
  });
}

interface Act {
  readonly data: WorldData;
  readonly side: Side;
  readonly user: string;
  /** 0: its session has gone. */
  readonly connection: number;
  readonly server: ServerData;
  readonly args: Statement['args'];
  readonly sql: string;
  readonly values: readonly Value[];
}

const ACTS: Readonly<Record<string, (act: Act) => void>> = {
  'set-external-source': ({ data, side, server, args }) => {
    refuseWhileRunning(side, server, 'set-external-source');
    const channel = {
      host: String(args['host']),
      port: Number(args['port']),
      received: 0,
      applied: 0,
      isReceiving: false,
      isApplying: false,
      isBlocked: false,
      isBehind: false,
      error: null,
    };
    const source = sourceOf(data, channel);
    const start =
      source && indexOf(data.servers[source], { file: String(args['file']), position: Number(args['position']) });
    server.channel = {
      ...channel,
      received: start ?? 0,
      applied: start ?? 0,
      error: start === undefined ? 'Got fatal error 1236 from source when reading data from binary log' : null,
    };
  },
  'reset-external-source': ({ side, server }) => {
    refuseWhileRunning(side, server, 'reset-external-source');
    server.channel = null;
  },
  'use-tls-on-channel': ({ side, server }) => {
    refuseWhileRunning(side, server, 'use-tls-on-channel');
  },
  'start-replication': ({ data, side, server }) => {
    const { channel } = server;
    if (!channel) throw refused(side, 'start-replication', 1200, 'The server is not configured as replica');
    const source = sourceOf(data, channel);
    const canLogIn = source !== undefined && Object.values(data.servers[source].accounts).some((one) => one.replicates);
    channel.isReceiving = canLogIn && channel.error === null;
    channel.isApplying = true;
  },
  'patient-session': () => undefined,
  'green-change': ({ side, server, args }) => {
    // The master user passes read_only from 8.0 on.
    if (server.isReadOnly && dialectOf(server.version) === 'master')
      throw refused(side, 'green-change', 1290, 'the server runs with --read-only');
    const after = JSON.parse(String(args['after'])) as Table;
    server.tables[`${after.schema}.${after.table}`] = after;
  },
  'stop-replication': ({ server }) => {
    if (!server.channel) return;
    server.channel.isReceiving = false;
    server.channel.isApplying = false;
  },
  'set-read-only': ({ side, server, args }) => {
    if (!server.hasReadOnlyProcedure)
      throw refused(side, 'set-read-only', 1305, 'PROCEDURE mysql.rds_set_read_only does not exist');
    server.isReadOnly = args['on'] === 1;
  },
  'set-binlog-retention': ({ server, args }) => {
    const hours = args['hours'];
    server.retentionHours = typeof hours === 'number' ? hours : null;
  },
  'set-global-read-only': ({ server, args, sql }) => {
    server.isReadOnly = args['on'] === 1;
    server.isSuperReadOnly = server.isReadOnly && sql.includes('super_read_only');
  },
  'limit-session': () => undefined,
  'lock-probe-table': () => undefined,
  'lock-tables': ({ server, connection }) => {
    if (connection !== 0) server.tablesHeldBy = connection;
  },
  'unlock-tables': ({ server, connection }) => {
    if (server.tablesHeldBy === connection) server.tablesHeldBy = null;
  },
  'lock-account': ({ data, server, side, args }) => {
    refuseIfReadOnly(side, server, 'lock-account');
    const what = `lock ${data.nextId++} ${String(args['user'])}@${String(args['host'])} ${String(args['locked'])}`;
    const one = transaction(side, what);
    server.binlog.push(one);
    actOnLock(server, one);
  },
  'kill-session': ({ side, server, args }) => {
    const found = server.connections.findIndex(({ id }) => id === args['id']);
    if (found < 0) throw refused(side, 'kill-session', 1094, 'Unknown thread id');
    server.connections.splice(found, 1);
  },
  'create-account': ({ server, args, values }) => {
    server.accounts[String(args['user'])] ??= { ...NO_RIGHTS, host: String(args['host']), password: String(values[2]) };
  },
  'set-account-password': (act) => {
    const account = accountOf(act);
    account.password = String(act.values[2]);
    account.plugin = /IDENTIFIED WITH '(\w+)'/.exec(act.sql)?.[1] ?? '';
    account.requiresTls = act.sql.endsWith('REQUIRE SSL');
  },
  'grant-replication': (act) => {
    accountOf(act).replicates = true;
  },
  'grant-probe': (act) => {
    accountOf(act).probes = true;
  },
  'drop-account': ({ server, args }) => {
    server.accounts = Object.fromEntries(Object.entries(server.accounts).filter(([user]) => user !== args['user']));
  },
  'create-tool-schema': () => undefined,
  'create-marker-table': ({ server }) => addTable(server, 'marker'),
  'create-probe-table': ({ server }) => addTable(server, 'probe'),
  'drop-tool-schema': ({ server }) => {
    server.toolTables = [];
    server.recordedLineages = [];
  },
  'record-lineage': ({ server, values }) => {
    const lineage = String(values[1]);
    if (!server.recordedLineages.includes(lineage)) server.recordedLineages.push(lineage);
  },
  // The row goes its way through the binary log like any other.
  'write-marker': ({ server, side, args, values }) => {
    refuseIfReadOnly(side, server, 'write-marker');
    const about = ['lineage', 'direction'].map((name) => String(args[name]));
    const marker = transaction(side, `marker ${[args['id'], ...about, values[3], values[4]].join('|')}`);
    if (!server.binlog.includes(marker)) server.binlog.push(marker);
  },
  'probe-write': ({ server, side, user }) => {
    if (server.isReadOnly && user !== 'admin')
      throw refused(side, 'probe-write', 1290, 'The MySQL server is running with the --read-only option');
    server.binlog.push(transaction(side, 'probe'));
  },
};

/** The master user passes read_only from 8.0 on, with CONNECTION_ADMIN; nobody passes super_read_only. */
function refuseIfReadOnly(side: Side, server: ServerData, name: string): void {
  const binds = server.version.startsWith('5.') ? server.isReadOnly : server.isSuperReadOnly;
  if (binds) throw refused(side, name, 1290, 'The MySQL server is running with the --read-only option');
}

const NO_RIGHTS: AccountData = {
  host: '%',
  plugin: '',
  password: '',
  requiresTls: false,
  replicates: false,
  probes: false,
};

function accountOf({ server, side, args }: Act): AccountData {
  const account = server.accounts[String(args['user'])];
  if (!account) throw refused(side, 'account', 1396, 'Operation failed for the account');
  return account;
}

function addTable(server: ServerData, name: string): void {
  if (!server.toolTables.includes(name)) server.toolTables.push(name);
}

function refuseWhileRunning(side: Side, { channel }: ServerData, name: string): void {
  if (channel && (channel.isReceiving || channel.isApplying))
    throw refused(side, name, 3081, 'This operation cannot be performed with a running replica');
}
