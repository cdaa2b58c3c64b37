/**
 * Defaults of the MySQL server itself, for parameters of which RDS shows none: only those that differ between series, and
 * what the difference means to an application or to replication. From the MySQL manuals ("Server defaults changes"); 5.7 and 9.7
 * read from the servers.
 */
export interface ServerDefault {
  /** From these series (`major.minor`) on, ascending; empty where only RDS's own default changes. */
  readonly since: Readonly<Record<string, string>>;
  readonly means: string;
  /**
   * Whether green is kept at blue's value: where the same statement of the application means something else, or where DDL
   * that passes on blue stops replication (innodb_strict_mode; tried 5.7.29 -> 9.7.4).
   */
  readonly isKept?: true;
}

const STRICT = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO';

const ONLY_REPLICATION = 'Only replication notices.';

export const SERVER_DEFAULTS: Readonly<Record<string, ServerDefault>> = {
  character_set_server: {
    since: { '5.7': 'latin1', '8.0': 'utf8mb4' },
    means: 'New databases get another character set.',
  },
  collation_server: {
    since: { '5.7': 'latin1_swedish_ci', '8.0': 'utf8mb4_0900_ai_ci' },
    means: 'New databases sort and compare otherwise, and a 5.7 replica does not know the new collation.',
  },
  explicit_defaults_for_timestamp: {
    since: { '5.7': '0', '8.0': '1' },
    means: 'A new TIMESTAMP column without NULL or DEFAULT is nullable, and no longer set by itself.',
    isKept: true,
  },
  innodb_adaptive_hash_index: { since: {}, means: 'Reads of the same keys again and again take another time.' },
  innodb_autoinc_lock_mode: {
    since: { '5.7': '1', '8.0': '2' },
    means: 'Ids of one INSERT of several rows may have gaps and mix with those of others.',
  },
  innodb_strict_mode: {
    since: { '5.7': '1' },
    means: 'DDL that passes on blue with a warning is an error on green, and stops replication.',
    isKept: true,
  },
  max_allowed_packet: {
    since: { '5.7': '4194304', '8.0': '67108864' },
    means: 'Larger statements and rows are taken.',
  },
  max_error_count: { since: { '5.7': '64', '8.0': '1024' }, means: 'SHOW WARNINGS answers more rows.' },
  optimizer_trace_max_mem_size: {
    since: { '5.7': '16384', '8.0': '1048576' },
    means: 'Traces are cut off later.',
  },
  replica_parallel_type: { since: {}, means: ONLY_REPLICATION },
  replica_parallel_workers: { since: {}, means: ONLY_REPLICATION },
  replica_preserve_commit_order: { since: {}, means: ONLY_REPLICATION },
  require_secure_transport: { since: {}, means: 'Clients that connect without TLS are refused.' },
  sql_mode: {
    since: {
      '5.7': `${STRICT},NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION`,
      '8.0': `${STRICT},NO_ENGINE_SUBSTITUTION`,
    },
    means: 'Statements that passed are refused, or the other way round.',
    isKept: true,
  },
  thread_stack: { since: { '5.7': '262144', '8.0': '1048576' }, means: 'Each connection takes more memory.' },
};

/** Undefined for a parameter that the table does not have. `series` as families name it: `8.0`. */
export function serverDefault(name: string, series: string): string | undefined {
  const steps = Object.entries(SERVER_DEFAULTS[name]?.since ?? {});
  return steps.filter(([since]) => Number(since) <= Number(series)).at(-1)?.[1];
}

/** `5.7` of `aurora-mysql5.7`. */
export function seriesOfFamily(family: string): string {
  return family.replace(/^\D*/, '');
}
