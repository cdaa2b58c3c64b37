/** Settings that an application notices, and what it notices. */
import { compareValues, withoutDeadModes } from '../../mysql/parameter-values';

export interface ApplicationVariable {
  readonly name: string;
  /** What happens when green has another value. */
  readonly why: string;
  /** Where blue's value is none that green could take. */
  readonly cure?: string;
  /** `larger`: more on green hurts nobody. `negotiated`: clients name their own when they connect. */
  readonly harmless?: 'larger' | 'negotiated';
  /** Whether these two values break the application, or the way back, for certain. `isOldBlue`: blue is before 8.0. */
  readonly breaks?: (blue: string, green: string, isOldBlue: boolean) => boolean;
}

const ALWAYS = (): boolean => true;

/** Collations of UCA 9.0.0 came with 8.0: a server without any cannot read a single transaction of a session that uses one. */
function isNewCollation(blue: string, green: string, isOldBlue: boolean): boolean {
  return isOldBlue && green.includes('_0900_') && !blue.includes('_0900_');
}

const LENGTH_OF_IDLE = 'Connections of a pool are closed after another time of idleness.';
const NEGOTIATED = 'Clients name their own when they connect.';

export const APPLICATION_VARIABLES: readonly ApplicationVariable[] = [
  variable(
    'autocommit',
    'Statements outside of a transaction are no longer committed, or no longer wait for COMMIT.',
    ALWAYS,
  ),
  variable(
    'lower_case_table_names',
    'Names of tables that differ in case only are found on one side and not on the other.',
    ALWAYS,
  ),
  variable('time_zone', 'NOW() and every TIMESTAMP that is read or written become another local time.', ALWAYS),
  variable(
    'collation_server',
    'New databases sort and compare otherwise; before 8.0 a server cannot read what sessions with a newer collation write.',
    isNewCollation,
  ),
  variable('character_set_server', 'New databases take another character set.'),
  variable('sql_mode', 'The same statement is taken on one side and refused, or read otherwise, on the other.'),
  variable('transaction_isolation', 'Transactions see other rows and take other locks.'),
  variable('explicit_defaults_for_timestamp', 'A new TIMESTAMP column without NULL or DEFAULT is another column.'),
  variable('log_bin_trust_function_creators', 'Functions and triggers can be made on one side and not on the other.'),
  variable('innodb_autoinc_lock_mode', 'Ids of an INSERT of several rows may have gaps and mix with those of others.'),
  variable(
    'innodb_strict_mode',
    'DDL that passes on one side with a warning is an error on the other, and stops replication.',
  ),
  variable('innodb_default_row_format', 'New tables are stored otherwise; long indexes may be refused.'),
  variable(
    'innodb_rollback_on_timeout',
    'After a lock wait timeout the whole transaction is gone, or only the statement.',
  ),
  variable('innodb_lock_wait_timeout', 'Waits for a row end after another time.'),
  variable('lock_wait_timeout', 'Waits for a table end after another time.'),
  variable('wait_timeout', LENGTH_OF_IDLE),
  variable('interactive_timeout', `${LENGTH_OF_IDLE} Aurora takes the shorter one of both.`),
  variable('net_read_timeout', 'Slow clients are cut off after another time.'),
  variable('net_write_timeout', 'Slow readers of large results are cut off after another time.'),
  variable('max_execution_time', 'SELECT statements end after another time.'),
  variable('auto_increment_increment', 'Generated ids have other distances.'),
  variable('auto_increment_offset', 'Generated ids are others.'),
  variable('completion_type', 'COMMIT also begins a transaction, or ends the connection.'),
  variable('default_week_format', 'WEEK() answers otherwise.'),
  variable('div_precision_increment', 'Divisions are rounded otherwise.'),
  variable('lc_time_names', 'Names of days and months are of another language.'),
  variable('default_storage_engine', 'New tables are of another engine.'),
  variable('updatable_views_with_limit', 'Updates through views are refused, or no longer.'),
  variable('ft_min_word_len', 'Full-text searches find other words.'),
  variable('innodb_ft_min_token_size', 'Full-text searches find other words.'),
  variable('local_infile', 'LOAD DATA LOCAL is refused, or no longer.'),
  variable('require_secure_transport', 'Connections without TLS are refused, or no longer.'),
  {
    name: 'tls_version',
    why: 'Clients that know old versions of TLS only cannot connect.',
    cure: "bring clients up to date that show an old one on blue: SELECT variable_value, COUNT(*) FROM performance_schema.status_by_thread WHERE variable_name = 'Ssl_version' GROUP BY 1;",
  },
  variable('init_connect', 'Sessions begin otherwise.'),
  larger('group_concat_max_len', 'Longer results of GROUP_CONCAT are cut off.'),
  larger('max_allowed_packet', 'Larger statements and rows are refused.'),
  larger('max_connections', 'Fewer connections are taken.'),
  larger('max_user_connections', 'Fewer connections of one account are taken; 0 is no limit.'),
  larger('max_error_count', 'SHOW WARNINGS answers fewer rows.'),
  larger('max_prepared_stmt_count', 'Fewer prepared statements are kept.'),
  larger('max_sort_length', 'Long values are sorted by fewer bytes.'),
  larger('max_sp_recursion_depth', 'Procedures may call themselves less deeply.'),
  larger('max_join_size', 'Large joins are refused.'),
  larger('sql_select_limit', 'Results are cut off.'),
  larger('max_connect_errors', 'Hosts are blocked after fewer failures.'),
  negotiated('character_set_client'),
  negotiated('character_set_connection'),
  negotiated('character_set_results'),
  negotiated('collation_connection'),
];

function variable(name: string, why: string, breaks?: ApplicationVariable['breaks']): ApplicationVariable {
  return { name, why, ...(breaks ? { breaks } : {}) };
}

function larger(name: string, why: string): ApplicationVariable {
  return { name, why, harmless: 'larger' };
}

function negotiated(name: string): ApplicationVariable {
  return { name, why: NEGOTIATED, harmless: 'negotiated' };
}

/** `zones`: what SYSTEM stands for on each side. */
export function isSeenTheSame(
  name: string,
  blue: string,
  green: string,
  zones: { readonly blue: string | undefined; readonly green: string | undefined },
): boolean {
  const zoneOf = (value: string, zone: string | undefined): string =>
    name === 'time_zone' && value.toUpperCase() === 'SYSTEM' ? (zone ?? value) : value;
  const [one, other] = [zoneOf(blue, zones.blue), zoneOf(green, zones.green)];
  if (name === 'sql_mode') return compareValues(name, withoutDeadModes(one), withoutDeadModes(other)) === 'same';
  return compareValues(name, one, other) === 'same';
}

/** For `larger`: 0 means no limit where a limit is optional. */
export function isLarger(name: string, blue: string, green: string): boolean {
  if (!/^\d+$/.test(blue) || !/^\d+$/.test(green)) return false;
  if (name === 'max_user_connections') return green === '0' || (blue !== '0' && BigInt(green) > BigInt(blue));
  return BigInt(green) > BigInt(blue);
}
