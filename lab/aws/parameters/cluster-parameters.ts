import { readDefinitions } from './definition';

/**
 * Cluster-level parameters that a user would set, and some that AWS keeps to itself. Names, levels and removals follow
 * the Aurora MySQL reference of configuration parameters; ApplyType follows the server's own "Dynamic" column, except
 * that AWS needs a reboot for `binlog_format`, `gtid-mode` and the other parameters which shape the binary log.
 */
export const CLUSTER_PARAMETERS = readDefinitions(`
aurora_binlog_replication_max_yield_seconds      | dynamic | integer | 0-36000 | 0 | *
aurora_binlog_replication_sec_index_parallel_workers | dynamic | integer | 0-1000 | 0 | 8.0-
aurora_binlog_use_large_read_buffer              | dynamic | boolean | 0,1 | 1 | 5.7
aurora_disable_hash_join                         | dynamic | boolean | 0,1 | 0 | 5.7
aurora_enable_replica_log_compression            | dynamic | boolean | 0,1 | 1 | 5.7
aurora_enable_repl_bin_log_filtering             | dynamic | boolean | 0,1 | 1 | 5.7
aurora_enable_zdr                                | dynamic | boolean | 0,1 | 1 | *
aurora_enhanced_binlog                           | static  | boolean | 0,1 | 0 | 8.0-
aurora_in_memory_relaylog                        | static  | string  | ON,OFF | OFF | 8.0-
aurora_jemalloc_background_thread                | dynamic | boolean | 0,1 | 0 | 8.0-
aurora_load_from_s3_role                         | dynamic | string  | | | 5.7
aurora_select_into_s3_role                       | dynamic | string  | | | 5.7
auto_increment_increment                         | dynamic | integer | 1-65535 | | *
auto_increment_offset                            | dynamic | integer | 1-65535 | | *
aws_default_lambda_role                          | dynamic | string  | | | *
aws_default_s3_role                              | dynamic | string  | | | *
binlog-do-db                                     | static  | string  | | | *
binlog-ignore-db                                 | static  | string  | | | *
binlog_backup                                    | static  | boolean | 0,1 | 1 | 8.0-
binlog_checksum                                  | dynamic | string  | NONE,CRC32 | 5.7=NONE;8.0-=CRC32 | *
binlog_format                                    | static  | string  | ROW,STATEMENT,MIXED,OFF | OFF | *
binlog_group_commit_sync_delay                   | dynamic | integer | 0-1000000 | | 8.0-
binlog_group_commit_sync_no_delay_count          | dynamic | integer | 0-1000000 | | 8.0-
binlog_replication_globaldb                      | static  | boolean | 0,1 | 1 | 8.0-
binlog_row_image                                 | fixed   | string  | full,minimal,noblob | | *
binlog_row_metadata                              | dynamic | string  | MINIMAL,FULL | MINIMAL | 8.0-
binlog_row_value_options                         | dynamic | string  | PARTIAL_JSON | | 8.0-
binlog_rows_query_log_events                     | dynamic | boolean | 0,1 | | *
binlog_transaction_compression                   | dynamic | boolean | 0,1 | 0 | 8.0-
binlog_transaction_compression_level_zstd        | dynamic | integer | 1-22 | 3 | 8.0-
binlog_transaction_dependency_history_size       | dynamic | integer | 1-1000000 | | *
binlog_transaction_dependency_tracking           | dynamic | string  | COMMIT_ORDER,WRITESET,WRITESET_SESSION | COMMIT_ORDER | -8.0
authentication_policy                            | static  | string  | *:caching_sha2_password,*:mysql_native_password | *:caching_sha2_password | 8.4-
character-set-client-handshake                   | static  | boolean | 0,1 | | *
character_set_client                             | dynamic | string  | latin1,utf8,utf8mb3,utf8mb4,ascii,binary | | *
character_set_connection                         | dynamic | string  | latin1,utf8,utf8mb3,utf8mb4,ascii,binary | | *
character_set_database                           | dynamic | string  | latin1,utf8,utf8mb3,utf8mb4,ascii,binary | | *
character_set_filesystem                         | dynamic | string  | latin1,utf8,utf8mb3,utf8mb4,ascii,binary | | *
character_set_results                            | dynamic | string  | latin1,utf8,utf8mb3,utf8mb4,ascii,binary | | *
character_set_server                             | dynamic | string  | latin1,utf8,utf8mb3,utf8mb4,ascii,binary,koi8r,gbk,sjis | | *
collation_connection                             | dynamic | string  | | | *
collation_server                                 | dynamic | string  | | | *
completion_type                                  | dynamic | string  | NO_CHAIN,CHAIN,RELEASE,0,1,2 | | *
default_storage_engine                           | fixed   | string  | InnoDB | InnoDB | *
enforce_gtid_consistency                         | static  | string  | OFF,ON,WARN | | *
event_scheduler                                  | dynamic | string  | ON,OFF | 8.0-=ON | *
explicit_defaults_for_timestamp                  | dynamic | boolean | 0,1 | | 8.4-
gtid-mode                                        | static  | string  | OFF,OFF_PERMISSIVE,ON_PERMISSIVE,ON | OFF_PERMISSIVE | *
init_connect                                     | dynamic | string  | | | *
innodb_adaptive_hash_index                       | dynamic | boolean | 0,1 | 8.0-=0 | 8.0-
innodb_autoinc_lock_mode                         | static  | integer | 0-2 | 5.7=1;8.0-=2 | *
innodb_checksums                                 | fixed   | boolean | 0,1 | | 5.7
innodb_deadlock_detect                           | dynamic | boolean | 0,1 | | *
innodb_default_row_format                        | dynamic | string  | DYNAMIC,COMPACT,REDUNDANT | | 8.0-
innodb_file_per_table                            | dynamic | boolean | 0,1 | 1 | *
innodb_flush_log_at_trx_commit                   | dynamic | integer | 0-2 | 1 | *
innodb_ft_min_token_size                         | static  | integer | 0-16 | | *
innodb_online_alter_log_max_size                 | dynamic | integer | 65536-18446744073709551615 | | *
innodb_print_all_deadlocks                       | dynamic | boolean | 0,1 | | *
innodb_purge_batch_size                          | dynamic | integer | 1-5000 | | *
innodb_purge_threads                             | static  | integer | 1-32 | | *
innodb_rollback_on_timeout                       | static  | boolean | 0,1 | | *
innodb_spin_wait_delay                           | dynamic | integer | 0-18446744073709551615 | | *
innodb_strict_mode                               | dynamic | boolean | 0,1 | 5.7=0 | *
innodb_support_xa                                | dynamic | boolean | 0,1 | | 5.7
innodb_trx_commit_allow_data_loss                | dynamic | boolean | 0,1 | 0 | 8.0-
internal_tmp_mem_storage_engine                  | dynamic | string  | TempTable,MEMORY | TempTable | 8.0-
lc_time_names                                    | dynamic | string  | | | *
log_bin_trust_function_creators                  | dynamic | boolean | 0,1 | | 8.0-
low_priority_updates                             | dynamic | boolean | 0,1 | | *
lower_case_table_names                           | static  | integer | 0-1 | 0 | *
master_verify_checksum                           | dynamic | boolean | 0,1 | | 5.7
max_execution_time                               | dynamic | integer | 0-18446744073709551615 | | *
min_examined_row_limit                           | dynamic | integer | 0-18446744073709551615 | | *
partial_revokes                                  | fixed   | boolean | 0,1 | 0 | 8.0-
query_cache_type                                 | dynamic | integer | 0-2 | | 5.7
read_only                                        | dynamic | string  | 0,1,{TrueIfReplica},{TrueIfClusterReplica} | 5.7={TrueIfReplica};8.0-=0 | *
replica_parallel_type                            | dynamic | string  | DATABASE,LOGICAL_CLOCK | LOGICAL_CLOCK | 8.0-
replica_parallel_workers                         | dynamic | integer | 0-1024 | 4 | 8.0-
replica_preserve_commit_order                    | dynamic | boolean | 0,1 | 1 | 8.0-
replica_transaction_retries                      | dynamic | integer | 0-18446744073709551615 | | 8.0-
replica_type_conversions                         | dynamic | string  | ALL_LOSSY,ALL_NON_LOSSY,ALL_SIGNED,ALL_UNSIGNED | | 8.0-
replicate-do-db                                  | dynamic | string  | | | 8.0-
replicate-do-table                               | dynamic | string  | | | 8.0-
replicate-ignore-db                              | dynamic | string  | | | 8.0-
replicate-ignore-table                           | dynamic | string  | | | 8.0-
replicate-wild-do-table                          | dynamic | string  | | | 8.0-
replicate-wild-ignore-table                      | dynamic | string  | | | 8.0-
require_secure_transport                         | dynamic | string  | ON,OFF | 5.7-8.0=OFF;8.4-=ON | *
restrict_fk_on_non_standard_key                  | dynamic | boolean | 0,1 | 1 | 8.4-
server_audit_events                              | dynamic | list    | CONNECT,QUERY,QUERY_DCL,QUERY_DDL,QUERY_DML,TABLE | | *
server_audit_excl_users                          | dynamic | string  | | | *
server_audit_incl_users                          | dynamic | string  | | | *
server_audit_logging                             | dynamic | boolean | 0,1 | 0 | *
server_audit_logs_upload                         | dynamic | boolean | 0,1 | 0 | *
server_id                                        | fixed   | integer | | | *
skip-character-set-client-handshake              | static  | boolean | 0,1 | | *
skip_name_resolve                                | fixed   | boolean | 0,1 | 1 | *
slave-skip-errors                                | static  | string  | | | 5.7
slave_parallel_type                              | dynamic | string  | DATABASE,LOGICAL_CLOCK | | 5.7
slave_parallel_workers                           | dynamic | integer | 0-1024 | | 5.7
slave_preserve_commit_order                      | dynamic | boolean | 0,1 | | 5.7
slave_type_conversions                           | dynamic | string  | ALL_LOSSY,ALL_NON_LOSSY,ALL_SIGNED,ALL_UNSIGNED | | 5.7
source_verify_checksum                           | dynamic | boolean | 0,1 | | 8.0-
ssl_max_protocol_version                         | dynamic | string  | TLSv1.2,TLSv1.3 | | 8.4-
ssl_min_protocol_version                         | dynamic | string  | TLSv1.2,TLSv1.3 | | 8.4-
sync_frm                                         | dynamic | boolean | 0,1 | | 5.7
time_zone                                        | dynamic | string  | | UTC | *
tls_version                                      | static  | string  | TLSv1,TLSv1.1,TLSv1.2,TLSv1.3 | | -8.0
transaction_write_set_extraction                 | dynamic | string  | OFF,MURMUR32,XXHASH64 | | -8.0
`);
