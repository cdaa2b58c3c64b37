import { readDefinitions } from './definition';

/**
 * Instance-level parameters that a user would set, and some that AWS keeps to itself. In the 5.7 family `read_only` exists
 * here too; from 8.0 on only clusters have it.
 */
export const INSTANCE_PARAMETERS = readDefinitions(`
activate_all_roles_on_login                      | dynamic | boolean | 0,1 | 0 | 8.0-
aurora_disable_hash_join                         | dynamic | boolean | 0,1 | 0 | 5.7
aurora_lab_mode                                  | static  | boolean | 0,1 | 0 | 5.7
aurora_oom_response                              | dynamic | string  | | | *
aurora_parallel_query                            | dynamic | boolean | 0,1 | 0 | *
aurora_read_replica_read_committed               | dynamic | boolean | 0,1 | | *
autocommit                                       | dynamic | boolean | 0,1 | | *
automatic_sp_privileges                          | dynamic | boolean | 0,1 | | *
back_log                                         | static  | integer | 1-65535 | | *
binlog_cache_size                                | dynamic | integer | 4096-18446744073709547520 | 32768 | *
binlog_max_flush_queue_time                      | dynamic | integer | 0-100000 | | *
binlog_order_commits                             | dynamic | boolean | 0,1 | | *
binlog_stmt_cache_size                           | dynamic | integer | 4096-18446744073709547520 | | *
bulk_insert_buffer_size                          | dynamic | integer | 0-18446744073709551615 | | *
concurrent_insert                                | dynamic | string  | NEVER,AUTO,ALWAYS,0,1,2 | | *
connect_timeout                                  | dynamic | integer | 2-31536000 | | *
default_authentication_plugin                    | fixed   | string  | mysql_native_password,sha256_password,caching_sha2_password | mysql_native_password | 8.0
default_time_zone                                | fixed   | string  | | | *
default_tmp_storage_engine                       | dynamic | string  | InnoDB,MEMORY,MyISAM | | *
default_week_format                              | dynamic | integer | 0-7 | | *
delay_key_write                                  | dynamic | string  | OFF,ON,ALL | | *
div_precision_increment                          | dynamic | integer | 0-30 | | *
end_markers_in_json                              | dynamic | boolean | 0,1 | | *
eq_range_index_dive_limit                        | dynamic | integer | 0-4294967295 | | *
event_scheduler                                  | dynamic | string  | ON,OFF | | 5.7
explicit_defaults_for_timestamp                  | static  | boolean | 0,1 | 5.7=0;8.0-=1 | *
ft_min_word_len                                  | static  | integer | 1-84 | | *
general_log                                      | dynamic | boolean | 0,1 | | *
general_log_file                                 | fixed   | string  | | | *
group_concat_max_len                             | dynamic | integer | 4-18446744073709551615 | | *
host_cache_size                                  | dynamic | integer | 0-65536 | | *
init_connect                                     | dynamic | string  | | | *
innodb_adaptive_hash_index                       | dynamic | boolean | 0,1 | | 5.7
innodb_buffer_pool_size                          | static  | integer | 5242880-18446744073709551615 | {DBInstanceClassMemory*3/4} | *
innodb_compression_level                         | dynamic | integer | 0-9 | | *
innodb_file_format                               | dynamic | string  | Antelope,Barracuda | | 5.7
innodb_ft_enable_stopword                        | dynamic | boolean | 0,1 | | *
innodb_large_prefix                              | dynamic | boolean | 0,1 | 1 | 5.7
innodb_lock_wait_timeout                         | dynamic | integer | 1-1073741824 | | *
innodb_lru_scan_depth                            | dynamic | integer | 100-18446744073709551615 | | *
innodb_max_purge_lag                             | dynamic | integer | 0-4294967295 | | *
innodb_monitor_enable                            | dynamic | string  | | | *
innodb_old_blocks_time                           | dynamic | integer | 0-4294967295 | | *
innodb_open_files                                | static  | integer | 10-4294967295 | | *
innodb_print_all_deadlocks                       | dynamic | boolean | 0,1 | | *
innodb_read_only                                 | fixed   | boolean | 0,1 | | *
innodb_sort_buffer_size                          | static  | integer | 65536-67108864 | | *
innodb_stats_auto_recalc                         | dynamic | boolean | 0,1 | | *
innodb_stats_persistent                          | dynamic | boolean | 0,1 | | *
innodb_stats_persistent_sample_pages             | dynamic | integer | 1-18446744073709551615 | | *
interactive_timeout                              | dynamic | integer | 1-31536000 | | *
internal_tmp_disk_storage_engine                 | dynamic | string  | INNODB,MYISAM | | 5.7
join_buffer_size                                 | dynamic | integer | 128-18446744073709547520 | | *
key_buffer_size                                  | dynamic | integer | 0-18446744073709551615 | 16777216 | *
local_infile                                     | dynamic | boolean | 0,1 | 1 | *
lock_wait_timeout                                | dynamic | integer | 1-31536000 | | *
log_bin_trust_function_creators                  | dynamic | boolean | 0,1 | | *
log_output                                       | dynamic | string  | TABLE,FILE,NONE | FILE | *
log_queries_not_using_indexes                    | dynamic | boolean | 0,1 | | *
log_replica_updates                              | fixed   | boolean | 0,1 | | 8.0-
log_slave_updates                                | fixed   | boolean | 0,1 | | 5.7
log_warnings                                     | dynamic | integer | 0-2 | | 5.7
long_query_time                                  | dynamic | float   | 0-31536000 | | *
max_allowed_packet                               | dynamic | integer | 1024-1073741824 | | *
max_binlog_size                                  | fixed   | integer | 4096-1073741824 | 134217728 | *
max_connect_errors                               | dynamic | integer | 1-18446744073709547520 | | *
max_connections                                  | dynamic | integer | 1-16000 | {GREATEST({log(DBInstanceClassMemory/805306368)*45},{log(DBInstanceClassMemory/8187281408)*1000})} | *
max_execution_time                               | dynamic | integer | 0-18446744073709551615 | | *
max_heap_table_size                              | dynamic | integer | 16384-1844674407370954752 | | *
max_join_size                                    | dynamic | integer | 1-18446744073709551615 | | *
max_length_for_sort_data                         | dynamic | integer | 4-8388608 | | 5.7
max_prepared_stmt_count                          | dynamic | integer | 0-1048576 | | *
max_sort_length                                  | dynamic | integer | 4-8388608 | | *
max_user_connections                             | dynamic | integer | 0-4294967295 | | *
net_read_timeout                                 | dynamic | integer | 1-31536000 | | *
net_retry_count                                  | dynamic | integer | 1-18446744073709547520 | | *
net_write_timeout                                | dynamic | integer | 1-31536000 | | *
old_passwords                                    | dynamic | integer | 0-2 | | 5.7
optimizer_prune_level                            | dynamic | integer | 0-1 | | *
optimizer_search_depth                           | dynamic | integer | 0-62 | | *
optimizer_switch                                 | dynamic | string  | | | *
performance_schema                               | static  | boolean | 0,1 | | *
query_cache_limit                                | dynamic | integer | 0-18446744073709547520 | | 5.7
query_cache_size                                 | dynamic | integer | 0-18446744073709547520 | {DBInstanceClassMemory/24} | 5.7
query_cache_type                                 | static  | integer | 0-2 | | 5.7
range_alloc_block_size                           | dynamic | integer | 4096-18446744073709547520 | | *
read_buffer_size                                 | dynamic | integer | 8200-2147479552 | | *
read_only                                        | dynamic | string  | 0,1,{TrueIfReplica},{TrueIfClusterReplica} | {TrueIfReplica} | 5.7
read_rnd_buffer_size                             | dynamic | integer | 8200-2147479552 | | *
relay_log_info_repository                        | fixed   | string  | TABLE,FILE | TABLE | 5.7
relay_log_recovery                               | fixed   | boolean | 0,1 | 1 | *
replica_checkpoint_group                         | dynamic | integer | 32-524280 | | 8.0-
replica_checkpoint_period                        | dynamic | integer | 1-4294967295 | | 8.0-
replica_pending_jobs_size_max                    | dynamic | integer | 1024-18446744073709547520 | | 8.0-
replica_sql_verify_checksum                      | dynamic | boolean | 0,1 | | 8.0-
secure_auth                                      | static  | boolean | 1 | 1 | 5.7
skip-slave-start                                 | fixed   | boolean | 0,1 | 1 | *
skip_show_database                               | static  | boolean | 0,1 | | *
slave_checkpoint_group                           | dynamic | integer | 32-524280 | | 5.7
slave_checkpoint_period                          | dynamic | integer | 1-4294967295 | | 5.7
slave_pending_jobs_size_max                      | dynamic | integer | 1024-18446744073709547520 | | 5.7
slave_sql_verify_checksum                        | dynamic | boolean | 0,1 | | 5.7
slow_launch_time                                 | dynamic | integer | 0-31536000 | | *
slow_query_log                                   | dynamic | boolean | 0,1 | | *
slow_query_log_file                              | fixed   | string  | | | *
sort_buffer_size                                 | dynamic | integer | 32768-18446744073709551615 | | *
sql_mode                                         | dynamic | list    | ALLOW_INVALID_DATES,ANSI,ANSI_QUOTES,ERROR_FOR_DIVISION_BY_ZERO,HIGH_NOT_PRECEDENCE,IGNORE_SPACE,NO_AUTO_CREATE_USER,NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES,NO_DIR_IN_CREATE,NO_ENGINE_SUBSTITUTION,NO_FIELD_OPTIONS,NO_KEY_OPTIONS,NO_TABLE_OPTIONS,NO_UNSIGNED_SUBTRACTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,ONLY_FULL_GROUP_BY,PAD_CHAR_TO_FULL_LENGTH,PIPES_AS_CONCAT,REAL_AS_FLOAT,STRICT_ALL_TABLES,STRICT_TRANS_TABLES,TRADITIONAL | | 5.7
sql_mode                                         | dynamic | list    | ALLOW_INVALID_DATES,ANSI,ANSI_QUOTES,ERROR_FOR_DIVISION_BY_ZERO,HIGH_NOT_PRECEDENCE,IGNORE_SPACE,NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES,NO_DIR_IN_CREATE,NO_ENGINE_SUBSTITUTION,NO_UNSIGNED_SUBTRACTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,ONLY_FULL_GROUP_BY,PAD_CHAR_TO_FULL_LENGTH,PIPES_AS_CONCAT,REAL_AS_FLOAT,STRICT_ALL_TABLES,STRICT_TRANS_TABLES,TIME_TRUNCATE_FRACTIONAL,TRADITIONAL | | 8.0-
stored_program_cache                             | dynamic | integer | 256-524288 | | *
sync_binlog                                      | fixed   | integer | 0-4294967295 | 1 | *
sync_master_info                                 | dynamic | integer | 0-4294967295 | | 5.7
sync_source_info                                 | dynamic | integer | 0-4294967295 | | 8.0-
table_definition_cache                           | dynamic | integer | 400-524288 | {LEAST({DBInstanceClassMemory/393040},20000)} | *
table_open_cache                                 | dynamic | integer | 1-524288 | {LEAST({DBInstanceClassMemory/1179121},6000)} | *
temptable_max_mmap                               | dynamic | integer | 0-18446744073709551615 | 1073741824 | 8.0-
temptable_max_ram                                | dynamic | integer | 2097152-18446744073709551615 | {GREATEST({DBInstanceClassMemory/12},67108864)} | 8.0-
thread_cache_size                                | dynamic | integer | 0-16384 | | *
thread_stack                                     | static  | integer | 131072-18446744073709551615 | | *
tmp_table_size                                   | dynamic | integer | 1024-18446744073709551615 | | *
transaction_isolation                            | dynamic | string  | READ-UNCOMMITTED,READ-COMMITTED,REPEATABLE-READ,SERIALIZABLE | | 8.0-
tx_isolation                                     | dynamic | string  | READ-UNCOMMITTED,READ-COMMITTED,REPEATABLE-READ,SERIALIZABLE | | 5.7
updatable_views_with_limit                       | dynamic | boolean | 0,1 | | *
wait_timeout                                     | dynamic | integer | 1-31536000 | | *
`);
