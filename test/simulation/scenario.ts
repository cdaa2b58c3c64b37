/** Worlds to begin with: a blue cluster as people have it, and green as Terraform makes it. */
import type { Column, Table } from '../../actions/changes/table-model';
import { upgradeSchema, type UpgradeConfig } from '../../actions/config/schema';
import { greenNames } from '../../actions/config/names';
import { familyOf, parseAuroraVersion } from '../../actions/mysql/version';
import { contentOf, endPosition } from './binlog';
import type { ClusterData, ServerData, WorldData } from './world-data';

export type Pair = '57-97' | '57-57' | '97-97';

const VERSIONS = {
  '57': { engine: '5.7.mysql_aurora.2.12.4', server: '5.7.29-log' },
  '97': { engine: '9.7.mysql_aurora.9.7.4', server: '9.7.4' },
} as const;

export const OPEN_GROUPS: readonly string[] = ['sg-1'];

const RECORD = 'orders-db.example.com';

/** The application's table, as both servers have it. */
const ORDERS: Table = {
  schema: 'orders',
  table: 'orders',
  columns: [
    { ...emptyColumn('id', 'bigint'), isNullable: false, isAutoIncrement: true },
    emptyColumn('placed_at', 'datetime'),
  ],
  indexes: [{ name: 'PRIMARY', kind: 'unique', columns: ['id'] }],
  foreignKeys: [],
  checks: [],
  triggers: [],
  partitioning: undefined,
  charset: 'utf8mb4',
  collation: 'utf8mb4_general_ci',
  lines: ['`id` bigint NOT NULL AUTO_INCREMENT', '`placed_at` datetime DEFAULT NULL', 'PRIMARY KEY (`id`)'],
};

function emptyColumn(name: string, type: string): Column {
  return {
    name,
    type,
    isNullable: true,
    hasDefault: false,
    isAutoIncrement: false,
    isGenerated: false,
    charset: undefined,
    collation: undefined,
  };
}

/** `more`: further parts of upgrade.yaml, as written there. */
export function configOf(pair: Pair, more: Readonly<Record<string, unknown>> = {}): UpgradeConfig {
  return upgradeSchema.parse({
    name: 'orders',
    region: 'eu-west-1',
    blue: { cluster: 'orders' },
    green: { cluster: 'orders-green', engineVersion: versionsOf(pair).green.engine },
    endpoints: [{ kind: 'route53', zoneId: 'Z0123456789ABC', name: RECORD, ttl: '1s' }],
    ...more,
  });
}

/** Blue serves, nothing has been prepared, there is no green. */
export function newWorld(pair: Pair): WorldData {
  const { blue } = versionsOf(pair);
  const group = `default.${familyOf(parseAuroraVersion(blue.engine))}`;
  return {
    now: 0,
    servers: { blue: server(blue, false), green: server(blue, true) },
    clusters: { blue: cluster('orders', blue.engine, group), green: null },
    groups: { [group]: { family: familyOf(parseAuroraVersion(blue.engine)), values: {} } },
    record: { value: 'orders.cluster-x.internal', inSyncAt: 0, versions: ['first'], isUnclear: false },
    pending: [],
    snapshots: [],
    disk: null,
    accepted: [],
    nextId: 1,
  };
}

/** What `cdktf deploy` does once blue is prepared: a snapshot, restored at the target version. */
export function deployGreen(data: WorldData, pair: Pair): void {
  const { green } = versionsOf(pair);
  const names = greenNames(configOf(pair));
  const { blue } = data.servers;
  const { file, position } = endPosition(blue);
  data.groups[names.clusterParameterGroup] = {
    family: names.family,
    values: { binlog_format: 'ROW', read_only: '1', event_scheduler: 'OFF' },
  };
  data.clusters.green = {
    ...cluster(names.cluster, green.engine, names.clusterParameterGroup),
    resourceId: `cluster-${data.nextId++}`,
    waitsForReboot: true,
    events: [
      { atMs: data.now, message: `Binlog position from crash recovery is ${file} ${position}` },
      { atMs: data.now + 1, message: 'DB instance created' },
    ],
  };
  data.servers.green = {
    ...server(green, true),
    binlogFormat: 'ROW',
    inherited: contentOf(blue),
    accounts: JSON.parse(JSON.stringify(blue.accounts)) as ServerData['accounts'],
    toolTables: [...blue.toolTables],
    recordedLineages: [...blue.recordedLineages],
    accountsPassingReadOnly: [...blue.accountsPassingReadOnly],
  };
}

function versionsOf(pair: Pair): Record<'blue' | 'green', (typeof VERSIONS)[keyof typeof VERSIONS]> {
  const [blue, green] = pair.split('-') as [keyof typeof VERSIONS, keyof typeof VERSIONS];
  return { blue: VERSIONS[blue], green: VERSIONS[green] };
}

function server({ engine, server: version }: { engine: string; server: string }, isReadOnly: boolean): ServerData {
  return {
    version,
    isReadOnly,
    isSuperReadOnly: false,
    hasReadOnlyProcedure: !engine.startsWith('5.7'),
    binlogFormat: 'OFF',
    retentionHours: null,
    eventScheduler: 'OFF',
    inherited: [],
    binlog: [],
    files: [0],
    channel: null,
    accounts: {},
    toolTables: [],
    tables: { 'orders.orders': ORDERS },
    recordedLineages: [],
    connections: [],
    tablesHeldBy: null,
    hasNewerTable: false,
    hasServed: false,
    lockedAccounts: [],
    isHookClosed: false,
    lockedBy: null,
    accountsPassingReadOnly: [],
    longestTransactionSeconds: 0,
  };
}

function cluster(id: string, engineVersion: string, group: string): ClusterData {
  return {
    id,
    resourceId: 'cluster-0',
    status: 'available',
    engineVersion,
    endpoint: `${id}.cluster-x.internal`,
    group,
    securityGroups: [...OPEN_GROUPS],
    deletionProtection: true,
    waitsForReboot: false,
    members: [{ instanceId: `${id}-1`, isWriter: true, status: 'available' }],
    events: [],
  };
}
