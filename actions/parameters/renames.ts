/** Parameters that a later family knows under another name (Aurora User Guide, AuroraMySQL.Compare-v2-v3). */
const RENAMES: Readonly<Record<string, string>> = {
  aurora_fwd_master_idle_timeout: 'aurora_fwd_writer_idle_timeout',
  aurora_fwd_master_max_connections_pct: 'aurora_fwd_writer_max_connections_pct',
  aurora_load_from_s3_role: 'aws_default_s3_role',
  aurora_pq: 'aurora_parallel_query',
  aurora_select_into_s3_role: 'aws_default_s3_role',
  init_slave: 'init_replica',
  log_slave_updates: 'log_replica_updates',
  log_slow_slave_statements: 'log_slow_replica_statements',
  master_verify_checksum: 'source_verify_checksum',
  pseudo_slave_mode: 'pseudo_replica_mode',
  rpl_stop_slave_timeout: 'rpl_stop_replica_timeout',
  sql_slave_skip_counter: 'sql_replica_skip_counter',
  sync_master_info: 'sync_source_info',
  tx_isolation: 'transaction_isolation',
  tx_read_only: 'transaction_read_only',
};

/** One spelling for comparisons: RDS writes `gtid-mode` and `slave-skip-errors`, servers write underscores. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

/** In plain spelling; undefined when the name has not changed. `slave_*` became `replica_*` throughout. */
export function renamedParameter(name: string): string | undefined {
  const plain = plainName(name);
  if (RENAMES[plain] !== undefined) return RENAMES[plain];
  return plain.startsWith('slave_') ? plain.replace(/^slave_/, 'replica_') : undefined;
}
