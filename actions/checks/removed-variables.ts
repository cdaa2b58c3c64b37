/** System variables that a newer version lacks (MySQL manuals, "Server ... Removed"), in the order of their removal. */
import { crosses, type Crossing, type MysqlNumbers } from './crossing';

interface Removal {
  readonly since: MysqlNumbers;
  /** Value of a 5.7 server that nobody has configured, upper case; undefined when it says nothing about a wish. */
  readonly defaults: Readonly<Record<string, string | undefined>>;
}

const REMOVALS: readonly Removal[] = [
  {
    since: [8, 0, 11],
    defaults: {
      date_format: '%Y-%M-%D',
      datetime_format: '%Y-%M-%D %H:%I:%S',
      time_format: '%H:%I:%S',
      have_crypt: undefined,
      ignore_builtin_innodb: 'OFF',
      ignore_db_dirs: '',
      innodb_checksums: 'ON',
      innodb_file_format: 'BARRACUDA',
      innodb_file_format_check: 'ON',
      innodb_file_format_max: undefined,
      innodb_large_prefix: 'ON',
      innodb_locks_unsafe_for_binlog: 'OFF',
      innodb_stats_sample_pages: '8',
      innodb_support_xa: 'ON',
      innodb_undo_logs: '128',
      log_builtin_as_identified_by_password: 'OFF',
      log_warnings: '2',
      max_tmp_tables: '32',
      multi_range_count: '256',
      old_passwords: '0',
      query_cache_limit: '1048576',
      query_cache_min_res_unit: '4096',
      query_cache_size: undefined,
      query_cache_type: 'OFF',
      query_cache_wlock_invalidate: 'OFF',
      secure_auth: 'ON',
      show_compatibility_56: 'OFF',
      sync_frm: 'ON',
      tx_isolation: 'REPEATABLE-READ',
      tx_read_only: 'OFF',
    },
  },
  { since: [8, 0, 13], defaults: { metadata_locks_cache_size: '1024', metadata_locks_hash_instances: '8' } },
  {
    since: [8, 0, 13],
    defaults: { log_syslog: 'OFF', log_syslog_facility: 'DAEMON', log_syslog_include_pid: 'ON', log_syslog_tag: '' },
  },
  { since: [8, 0, 16], defaults: { internal_tmp_disk_storage_engine: 'INNODB' } },
  { since: [8, 2, 0], defaults: { expire_logs_days: '0' } },
  {
    since: [8, 3, 0],
    defaults: {
      group_replication_ip_whitelist: undefined,
      log_bin_use_v1_row_events: 'OFF',
      master_info_file: undefined,
      master_info_repository: undefined,
      relay_log_info_file: undefined,
      relay_log_info_repository: undefined,
      slave_rows_search_algorithms: 'TABLE_SCAN,INDEX_SCAN',
      transaction_write_set_extraction: 'OFF',
    },
  },
  {
    since: [8, 4, 0],
    defaults: {
      avoid_temporal_upgrade: 'OFF',
      binlog_transaction_dependency_tracking: 'COMMIT_ORDER',
      group_replication_recovery_complete_at: undefined,
      new: 'OFF',
      old: 'OFF',
      profiling: 'OFF',
      profiling_history_size: '15',
      show_old_temporals: 'OFF',
    },
  },
];

/** Defaults of 5.7 by the name of each variable that goes away on the way. */
export function newlyRemovedVariables(crossing: Crossing): ReadonlyMap<string, string | undefined> {
  return new Map(
    REMOVALS.filter(({ since }) => crosses(crossing, ...since)).flatMap(({ defaults }) => Object.entries(defaults)),
  );
}

/** The variable under whose new name the target carries the value on. */
export const RENAMED_VARIABLES: Readonly<Record<string, string>> = {
  expire_logs_days: 'binlog_expire_logs_seconds',
  group_replication_ip_whitelist: 'group_replication_ip_allowlist',
  internal_tmp_disk_storage_engine: 'nothing: such tables are always InnoDB',
  log_warnings: 'log_error_verbosity',
  tx_isolation: 'transaction_isolation',
  tx_read_only: 'transaction_read_only',
};
