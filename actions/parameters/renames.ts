/** Parameters that Aurora MySQL 3 knows under another name (Aurora User Guide, AuroraMySQL.Compare-v2-v3). */
const RENAMES: Readonly<Record<string, string>> = {
  aurora_fwd_master_idle_timeout: 'aurora_fwd_writer_idle_timeout',
  aurora_fwd_master_max_connections_pct: 'aurora_fwd_writer_max_connections_pct',
  init_slave: 'init_replica',
  log_slow_slave_statements: 'log_slow_replica_statements',
  master_verify_checksum: 'source_verify_checksum',
  pseudo_slave_mode: 'pseudo_replica_mode',
  rpl_stop_slave_timeout: 'rpl_stop_replica_timeout',
  sql_slave_skip_counter: 'sql_replica_skip_counter',
  sync_master_info: 'sync_source_info',
  tx_isolation: 'transaction_isolation',
  tx_read_only: 'transaction_read_only',
};

/** Undefined when the name has not changed. `slave_*` became `replica_*` throughout. */
export function renamedParameter(name: string): string | undefined {
  if (RENAMES[name] !== undefined) return RENAMES[name];
  return name.startsWith('slave_') ? name.replace(/^slave_/, 'replica_') : undefined;
}
