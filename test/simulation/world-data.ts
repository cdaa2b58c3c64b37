/** All that a simulated world is, as plain data: it can be copied, compared and looked at. Times are milliseconds. */
import type { Table } from '../../actions/changes/table-model';
import type { Side, Statement } from '../../actions/ports/mysql-server';
import type { UpgradeState } from '../../actions/state/format';

export const SIDES: readonly Side[] = ['blue', 'green'];
/** Account of the application's sessions. */
export const APPLICATION = 'application';
export const APPLICATION_ACCOUNT = `${APPLICATION}@%`;

export interface WorldData {
  now: number;
  servers: Record<Side, ServerData>;
  clusters: Record<Side, ClusterData | null>;
  /** Cluster parameter groups by name. */
  groups: Record<string, GroupData>;
  /** Address that the application's record holds. */
  record: {
    value: string;
    inSyncAt: number;
    /** Ids of the versions of a secret that holds it, the current one last. */
    versions: string[];
    /** The outcome of a change is unknown, and nobody has looked since. */
    isUnclear: boolean;
  };
  /** What takes effect by itself when its time has come. */
  pending: Pending[];
  /** Identifiers of manual snapshots. */
  snapshots: string[];
  /** The state file. */
  disk: UpgradeState | null;
  /** Writes of the application that a server has acknowledged. */
  accepted: Transaction[];
  nextId: number;
}

export interface ServerData {
  version: string;
  isReadOnly: boolean;
  /** Binds accounts that pass read_only too. */
  isSuperReadOnly: boolean;
  /** The procedure of Aurora MySQL 3.06. */
  hasReadOnlyProcedure: boolean;
  binlogFormat: string;
  retentionHours: number | null;
  eventScheduler: 'ON' | 'OFF';
  /** Content that came with the snapshot. */
  inherited: readonly Transaction[];
  /** Everything done here since, replicated transactions too (log_replica_updates). */
  binlog: Transaction[];
  /** Index in `binlog` at which each file begins; a restart begins a new one. */
  files: number[];
  channel: ChannelData | null;
  /** Accounts of the tool by name. */
  accounts: Record<string, AccountData>;
  toolTables: string[];
  /** Tables of the application as far as changes of green look at them, by `schema.table`. */
  tables: Record<string, Table>;
  /** Upgrades that the tool's schema names. */
  recordedLineages: string[];
  connections: ConnectionData[];
  /** Connection that holds every table of the application. */
  tablesHeldBy: number | null;
  /** The application writes to a table that came after the hold was planned. */
  hasNewerTable: boolean;
  /** The application's address has pointed here: pools that have not noticed a switch keep coming. */
  hasServed: boolean;
  /** Accounts (user@host) that are locked. */
  lockedAccounts: string[];
  /** What the operator's own fence commands have done. */
  isHookClosed: boolean;
  /** Connection that holds the advisory lock. */
  lockedBy: number | null;
  accountsPassingReadOnly: { user: string; host: string }[];
  longestTransactionSeconds: number;
}

/** `b12`, `g13`: the application's write 12 on blue, 13 on green; `g:probe`: one of the tool on green. */
export type Transaction = string;

export interface ChannelData {
  host: string;
  port: number;
  /** Index in the source's binary log up to which events have been received and applied. */
  received: number;
  applied: number;
  isReceiving: boolean;
  isApplying: boolean;
  /** The applier waits for a lock: it runs and does not move. */
  isBlocked: boolean;
  /** The applier has fallen behind: it has applied no more than was waited for. */
  isBehind: boolean;
  error: string | null;
}

export interface AccountData {
  host: string;
  plugin: string;
  password: string;
  requiresTls: boolean;
  replicates: boolean;
  probes: boolean;
}

export interface ConnectionData {
  id: number;
  user: string;
  /** Of the tool's process that opened it; 0: the application's. */
  process: number;
}

export interface ClusterData {
  id: string;
  /** Another one for each cluster of the same identifier. */
  resourceId: string;
  status: string;
  engineVersion: string;
  endpoint: string;
  group: string;
  securityGroups: string[];
  deletionProtection: boolean;
  /** A group that was attached or a static parameter that was set is not in effect yet. */
  waitsForReboot: boolean;
  members: { instanceId: string; isWriter: boolean; status: string }[];
  events: { atMs: number; message: string }[];
}

export interface GroupData {
  family: string;
  values: Record<string, string>;
}

export type Pending =
  | { at: number; is: 'parameter'; side: Side; name: string; value: string }
  | { at: number; is: 'status'; side: Side; to: string }
  /** A statement or call whose client had given up on it. */
  | {
      at: number;
      is: 'statement';
      side: Side;
      statement: Pick<Statement, 'name' | 'args'> & Partial<Pick<Statement, 'sql'>>;
    };

export function copyOf(data: WorldData): WorldData {
  return {
    ...data,
    servers: { blue: copyOfServer(data.servers.blue), green: copyOfServer(data.servers.green) },
    clusters: structuredCopy(data.clusters),
    groups: structuredCopy(data.groups),
    record: { ...data.record, versions: [...data.record.versions] },
    pending: [...data.pending],
    snapshots: [...data.snapshots],
    accepted: [...data.accepted],
  };
}

function copyOfServer(server: ServerData): ServerData {
  return {
    ...server,
    binlog: [...server.binlog],
    files: [...server.files],
    channel: server.channel && { ...server.channel },
    accounts: structuredCopy(server.accounts),
    toolTables: [...server.toolTables],
    tables: { ...server.tables },
    recordedLineages: [...server.recordedLineages],
    lockedAccounts: [...server.lockedAccounts],
    accountsPassingReadOnly: [...server.accountsPassingReadOnly],
    connections: [...server.connections],
  };
}

/** Small plain objects only: several times quicker than structuredClone. */
function structuredCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
