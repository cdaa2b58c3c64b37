/** What recorded statements and calls would have changed: whoever asks next is answered as if they had been made. */
import type { Table } from '../changes/table-model';
import type { Cluster, Instance, DnsRecord } from '../ports/aws';
import type { Row, Side } from '../ports/mysql-server';

export interface RecordedWorld {
  readonly servers: Readonly<Record<Side, RecordedServer>>;
  readonly clusters: Map<string, RecordedCluster>;
  /** Values that were set, by group and name. */
  readonly groups: Map<string, Map<string, string>>;
  /** Groups that were created, with their family. */
  readonly families: Map<string, string>;
  readonly records: Map<string, readonly string[]>;
  /** A green that Terraform would have made. */
  green?: SupposedGreen;
}

/** Absent: as the real server says. */
export interface RecordedServer {
  isReadOnly?: boolean;
  /** Null: none is configured any more. */
  channel?: { readonly host: string; readonly port: number } | null;
  isRunning?: boolean;
  readonly accounts: Map<string, RecordedAccount | null>;
  tables?: readonly string[];
  lineages?: readonly string[];
  retention?: { readonly hours: number | null };
  readonly variables: Map<string, string>;
  readonly markers: string[];
  readonly killed: Set<number>;
  /** Tables as changes would leave them, by `schema.table`. */
  readonly changed: Map<string, Table>;
  /** Taken when writes were first refused: from then on the log stands still. */
  end?: readonly Row[];
}

export interface RecordedAccount {
  readonly host: string;
  readonly plugin: string;
  readonly requiresTls: boolean;
  replicates: boolean;
  probes: boolean;
}

export interface RecordedCluster {
  /** `deleted`: RDS no longer knows it. */
  status?: string;
  parameterGroup?: string;
  deletionProtection?: boolean;
  readonly deleted: Set<string>;
  readonly rebooted: Set<string>;
}

export interface SupposedGreen {
  readonly cluster: Cluster;
  readonly instances: readonly Instance[];
  /** `VERSION()`. */
  readonly serverVersion: string;
  readonly variables: ReadonlyMap<string, string>;
  /** Words of the restore event; the position in it is not known before. */
  readonly event: string;
}

export function newRecordedWorld(): RecordedWorld {
  return {
    servers: { blue: newServer(), green: newServer() },
    clusters: new Map(),
    groups: new Map(),
    families: new Map(),
    records: new Map(),
  };
}

function newServer(): RecordedServer {
  return { accounts: new Map(), variables: new Map(), markers: [], killed: new Set(), changed: new Map() };
}

export function clusterIn(world: RecordedWorld, id: string): RecordedCluster {
  const known = world.clusters.get(id);
  if (known) return known;
  const made: RecordedCluster = { deleted: new Set(), rebooted: new Set() };
  world.clusters.set(id, made);
  return made;
}

/** A dynamic parameter takes effect on the running server. */
export function applyParameter(server: RecordedServer, name: string, value: string): void {
  server.variables.set(name, value);
  if (name === 'read_only') server.isReadOnly = value === '1';
  if (name === 'binlog_format') server.variables.set('log_bin', value === 'OFF' ? 'OFF' : 'ON');
}

export function recordOf(world: RecordedWorld, record: DnsRecord): DnsRecord {
  const values = world.records.get(bare(record.name));
  return values ? { ...record, values } : record;
}

/** As names are compared: lower case, no final dot. */
export function bare(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
