import type { CheckContext, Finding, UpgradeCheck } from './check';
import { crosses, type MysqlNumbers } from './crossing';
import { MYSQL_UPGRADING_FROM_PREVIOUS } from './manuals';

interface NewDefaults {
  readonly since: MysqlNumbers;
  /** Old default (as SHOW GLOBAL VARIABLES writes it, upper case) and new one. */
  readonly defaults: Readonly<Record<string, readonly [before: string, after: string]>>;
}

/** Those that change what statements mean or how much the server can do; from the MySQL manuals, "Server Defaults Changes". */
const NEW_DEFAULTS: readonly NewDefaults[] = [
  {
    since: [8, 0, 11],
    defaults: {
      character_set_server: ['LATIN1', 'utf8mb4'],
      collation_server: ['LATIN1_SWEDISH_CI', 'utf8mb4_0900_ai_ci'],
      event_scheduler: ['OFF', 'ON'],
      explicit_defaults_for_timestamp: ['OFF', 'ON'],
      innodb_autoinc_lock_mode: ['1', '2'],
      innodb_flush_neighbors: ['1', '0'],
      innodb_max_dirty_pages_pct: ['75.000000', '90'],
      log_bin: ['OFF', 'ON'],
      log_slave_updates: ['OFF', 'ON'],
      max_allowed_packet: ['4194304', '67108864'],
      max_error_count: ['64', '1024'],
      optimizer_trace_max_mem_size: ['16384', '1048576'],
      slave_rows_search_algorithms: ['TABLE_SCAN,INDEX_SCAN', 'INDEX_SCAN,HASH_SCAN'],
      transaction_write_set_extraction: ['OFF', 'XXHASH64'],
    },
  },
  {
    since: [8, 4, 0],
    defaults: {
      binlog_transaction_dependency_history_size: ['25000', '1000000'],
      innodb_adaptive_hash_index: ['ON', 'OFF'],
      innodb_change_buffering: ['ALL', 'none'],
      innodb_io_capacity: ['200', '10000'],
      innodb_numa_interleave: ['OFF', 'ON'],
      temptable_max_ram: ['1073741824', '3 % of the memory, 1 to 4 GiB'],
      temptable_use_mmap: ['ON', 'OFF'],
    },
  },
];

export const sysVarsNewDefaults: UpgradeCheck = {
  id: 'sysVarsNewDefaults',
  auroraId: 'sysVarsNewDefaults',
  title: 'Settings whose default changes',
  group: 'platform',
  severity: 'warning',
  whyItMatters:
    'What nobody has set gets the default of the new version, which can mean something else: other character sets for new tables, other TIMESTAMP columns, larger packets. Where Aurora has a default of its own, that one counts.',
  documentation: MYSQL_UPGRADING_FROM_PREVIOUS,
  needs:
    'nothing; with AWS rds:DescribeDBClusters, rds:DescribeDBInstances, rds:DescribeDBClusterParameters, rds:DescribeDBParameters',
  queries: [],
  appliesTo: (crossing) => NEW_DEFAULTS.some(({ since }) => crosses(crossing, ...since)),
  async run(context) {
    const variables = await context.variables();
    const set = await setByUser(context);
    // The tool carries them over by itself (docs: parameters of green).
    const carried =
      context.config === undefined ? [] : ['character_set_server', 'collation_server', 'log_bin', 'event_scheduler'];
    return NEW_DEFAULTS.filter(({ since }) => crosses(context.crossing, ...since)).flatMap(({ defaults }) =>
      Object.entries(defaults).flatMap(([name, [before, after]]): Finding[] => {
        if (variables.get(name)?.toUpperCase() !== before) return [];
        if (set.has(name) || carried.includes(name)) return [];
        return [
          {
            level: 'warning',
            object: name,
            description: `It is ${variables.get(name) ?? ''} by default here and ${after} by default in the target.`,
            cure: 'Set it in green.clusterParameters of upgrade.yaml if you depend on the old value.',
          },
        ];
      }),
    );
  },
};

async function setByUser(context: CheckContext): Promise<ReadonlySet<string>> {
  const { aws, config } = context;
  if (!aws || !config) return new Set();
  const { id, parameterGroup } = await context.blueCluster();
  const groups = [...new Set((await aws.rds.instances(id)).map((instance) => instance.parameterGroup))];
  const parameters = [
    ...(await aws.rds.parameters('cluster', parameterGroup, 'user')),
    ...(await Promise.all(groups.map((group) => aws.rds.parameters('instance', group, 'user')))).flat(),
  ];
  return new Set(parameters.map(({ name }) => name.replaceAll('-', '_')));
}
