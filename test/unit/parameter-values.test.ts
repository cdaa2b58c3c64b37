import { compareValues } from '../../actions/mysql/parameter-values';

describe('a declared value and a live one', () => {
  it.each([
    ['autocommit', '1', 'ON', 'same'],
    ['autocommit', '0', 'ON', 'different'],
    ['gtid-mode', 'OFF_PERMISSIVE', 'OFF_PERMISSIVE', 'same'],
    ['transaction_isolation', 'read-committed', 'READ-COMMITTED', 'same'],
    ['long_query_time', '2', '2.000000', 'same'],
    ['long_query_time', '2', '2.500000', 'different'],
    ['sql_mode', 'ANSI_QUOTES,STRICT_TRANS_TABLES', 'STRICT_TRANS_TABLES,ANSI_QUOTES', 'same'],
    ['sql_mode', 'ANSI', 'REAL_AS_FLOAT,PIPES_AS_CONCAT,ANSI_QUOTES,IGNORE_SPACE,ONLY_FULL_GROUP_BY,ANSI', 'same'],
    ['sql_mode', 'ANSI_QUOTES', 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', 'different'],
    ['optimizer_switch', 'hash_join=off', 'index_merge=on,hash_join=off', 'same'],
    ['optimizer_switch', 'hash_join=off', 'index_merge=on,hash_join=on', 'different'],
    ['character_set_server', 'utf8', 'utf8mb3', 'same'],
    ['collation_server', 'utf8_general_ci', 'utf8mb3_general_ci', 'same'],
    ['collation_server', 'utf8_general_ci', 'utf8mb4_general_ci', 'different'],
    ['time_zone', 'UTC', '+00:00', 'same'],
    ['time_zone', 'Europe/Berlin', 'SYSTEM', 'different'],
    ['completion_type', '1', 'CHAIN', 'same'],
    ['max_allowed_packet', '5000000', '4999168', 'same'],
    ['max_allowed_packet', '5000000', '4194304', 'different'],
    ['max_allowed_packet', '18446744073709551615', '18446744073709551614', 'different'],
    ['innodb_buffer_pool_size', '{DBInstanceClassMemory*3/4}', '100663296', 'cannot-tell'],
    ['innodb_buffer_pool_size', '100000000', '134217728', 'cannot-tell'],
    ['init_connect', 'SET a', 'set a', 'different'],
  ])('%s: %s and %s are %s', (name, declared, live, likeness) => {
    expect(compareValues(name, declared, live)).toBe(likeness);
  });
});
