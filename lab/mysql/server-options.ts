/** The options of one lab mysqld: Aurora-like fixed settings first, then what the parameter groups say. */
import { join } from 'node:path';
import type { ServerCertificate } from './certificates';
import type { Series } from './binaries';

/** Everything that decides how one mysqld is started. Kept in the lab's folder, so that any process can start it again. */
export interface ServerSettings {
  /** Folder of this server: data, socket, logs, pid file. */
  readonly folder: string;
  readonly series: Series;
  readonly address: string;
  readonly port: number;
  readonly serverId: number;
  /** User-set values of the parameter groups, as RDS writes them. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly certificate: ServerCertificate;
  /** The only folder that the server may read and write data files in, shared by all servers of the lab. */
  readonly dumpFolder: string;
  /** Host names that replication may connect to, in the format of hosts(5); read again whenever it changes. */
  readonly hostsFile: string;
}

export const BINLOG_NAME = 'mysql-bin-changelog';

/** What the lab decides itself, and what exists as a group parameter but not as an option (see `globalsAfterStart`). */
const NOT_PASSED = new Set(
  (
    'basedir bind_address binlog_format datadir general_log_file log_bin log_bin_basename log_error pid_file plugin_dir port ' +
    'relay_log secure_file_priv server_id skip_name_resolve slow_query_log_file socket ssl_ca ssl_cert ssl_key ' +
    'sync_binlog tmpdir time_zone user log_slave_updates log_replica_updates'
  ).split(' '),
);

/** Session defaults that mysqld takes only by SET GLOBAL. */
const SET_AFTER_START = [
  'character_set_client',
  'character_set_connection',
  'character_set_database',
  'character_set_results',
  'collation_connection',
  'default_collation_for_utf8mb4',
];

/** Paths below a server's folder. */
export function serverFiles(folder: string): Record<'data' | 'log' | 'pid' | 'socket', string> {
  return {
    data: join(folder, 'data'),
    log: join(folder, 'mysqld.log'),
    pid: join(folder, 'mysqld.pid'),
    socket: join(folder, 'mysqld.sock'),
  };
}

/**
 * Whether this server writes a binary log. As on Aurora, `binlog_format` decides: OFF (also its default) means none, and a
 * change between OFF and anything else needs a restart.
 */
export function writesBinlog(parameters: Readonly<Record<string, string>>): boolean {
  return (normalise(parameters).get('binlog_format') ?? 'OFF').toUpperCase() !== 'OFF';
}

/** mysqld's arguments behind `--no-defaults` and the options of the installation. */
export function serverOptions(settings: ServerSettings): string[] {
  const files = serverFiles(settings.folder);
  return [
    `--datadir=${files.data}`,
    `--socket=${files.socket}`,
    `--pid-file=${files.pid}`,
    `--log-error=${files.log}`,
    `--general-log-file=${join(settings.folder, 'general.log')}`,
    `--slow-query-log-file=${join(settings.folder, 'slow.log')}`,
    `--bind-address=${settings.address}`,
    `--port=${settings.port}`,
    `--server-id=${settings.serverId}`,
    `--secure-file-priv=${settings.dumpFolder}`,
    `--ssl-ca=${settings.certificate.ca}`,
    `--ssl-cert=${settings.certificate.certificate}`,
    `--ssl-key=${settings.certificate.key}`,
    ...userOption(),
    ...FIXED,
    ...(settings.series === '5.7' ? FIXED_57 : FIXED_9),
    ...binlogOptions(settings),
    ...parameterOptions(settings.parameters),
  ];
}

/** Values to set by SET GLOBAL once the server answers. */
export function globalsAfterStart(parameters: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const given = normalise(parameters);
  return new Map([...given].filter(([name]) => SET_AFTER_START.includes(name)));
}

/**
 * A value of a parameter group as mysqld understands it; undefined for one that only RDS can compute. An external
 * replication source does not make a cluster a replica in the sense of `{TrueIfReplica}`.
 */
export function plainValue(value: string): string | undefined {
  if (/^\{TrueIf(Cluster)?Replica\}$/.test(value)) return '0';
  return value.includes('{') ? undefined : value;
}

/** Parameter names with underscores (`gtid-mode` is RDS spelling) and plain values. */
export function normalise(parameters: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const plain = new Map<string, string>();
  for (const [name, value] of Object.entries(parameters)) {
    const known = plainValue(value);
    if (known !== undefined) plain.set(name.replaceAll('-', '_'), known);
  }
  return plain;
}

/** mysqld refuses to run as root unless told to. */
export function userOption(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** Durability is Aurora's; doublewrite only guards against a torn page after a power cut, which a lab does not need. */
const FIXED = [
  '--skip-name-resolve',
  '--local-infile=0',
  '--default-time-zone=+00:00',
  '--innodb-buffer-pool-size=96M',
  '--innodb-flush-log-at-trx-commit=1',
  '--innodb-doublewrite=0',
  '--max-connections=1000',
  '--relay-log=relay-bin',
  '--relay-log-recovery=1',
];

const FIXED_57 = [
  '--innodb-log-file-size=48M',
  '--master-info-repository=TABLE',
  '--relay-log-info-repository=TABLE',
  '--character-set-server=latin1',
];

/** GTIDs are off by default on Aurora, but on by default in community 9.x. */
const FIXED_9 = [
  '--innodb-redo-log-capacity=96M',
  '--mysqlx=0',
  '--gtid-mode=OFF',
  '--enforce-gtid-consistency=OFF',
  '--activate-all-roles-on-login=ON',
  '--character-set-server=utf8mb4',
];

function binlogOptions({ series, parameters }: ServerSettings): string[] {
  if (!writesBinlog(parameters)) return ['--skip-log-bin'];
  const format = normalise(parameters).get('binlog_format') ?? 'ROW';
  const updates = series === '5.7' ? '--log-slave-updates=1' : '--log-replica-updates=1';
  return [`--log-bin=${BINLOG_NAME}`, '--sync-binlog=1', `--binlog-format=${format}`, updates];
}

/** Variables of 5.7 whose option has another name. */
const OPTION_NAMES: Readonly<Record<string, string>> = {
  tx_isolation: 'transaction_isolation',
  tx_read_only: 'transaction_read_only',
};

/** `--loose-` makes mysqld pass over names that only Aurora has. */
function parameterOptions(parameters: Readonly<Record<string, string>>): string[] {
  const given = normalise(parameters);
  const options = [...given]
    .filter(([name]) => !NOT_PASSED.has(name) && !SET_AFTER_START.includes(name))
    .map(([name, value]) => `--loose-${OPTION_NAMES[name] ?? name}=${value}`);
  const zone = given.get('time_zone');
  if (zone !== undefined && /^([+-]\d\d?:\d\d|UTC)$/i.test(zone)) {
    options.push(`--default-time-zone=${zone.toUpperCase() === 'UTC' ? '+00:00' : zone}`);
  }
  return options;
}
