/** What stops a replica, by MySQL's error number: cause and remedy for people. Pure. */
export interface ReplicaFailure {
  readonly cause: string;
  /** A command, or what a person does. */
  readonly next: string;
}

const BY_HAND =
  'bring what that transaction changed over by hand, CALL mysql.rds_skip_repl_error; on the old side, then compare the data; or give the way back up: npm run finalize';

const LOG_IN: ReplicaFailure = {
  cause: 'the replication account cannot log in (password, plugin, host or TLS)',
  next: 'look at the account on the new side: plugin, host, REQUIRE SSL, whether it is locked; it logs in again by itself',
};

const NETWORK: ReplicaFailure = {
  cause: 'the new side cannot be reached (network, security group, or it is down)',
  next: 'npx cdktf diff (the replication rule), then wait: it connects again by itself',
};

const SOURCE: ReplicaFailure = {
  cause: 'the new side cannot send its log from that position on',
  next: 'read the error in `npm run status`; when the log is damaged the way back is over: npm run finalize',
};

const COLLATION: ReplicaFailure = {
  cause: 'a client wrote under a collation that the old side does not know (utf8mb4_0900_*)',
  next: BY_HAND,
};

const FORMAT: ReplicaFailure = {
  cause: 'it cannot parse an event: compressed transactions, partial JSON, or a damaged log',
  next: 'switch binlog_transaction_compression and PARTIAL_JSON off on the new side; what was written meanwhile cannot be read, so the way back is over: npm run finalize',
};

const DATA: ReplicaFailure = {
  cause: 'its rows are not those of the new side: something else has written there',
  next: 'compare the data and mend it by hand, then CALL mysql.rds_start_replication; on the old side; or give the way back up: npm run finalize',
};

const SYNTAX: ReplicaFailure = {
  cause: 'a statement that the old side does not understand, as a rule DDL of a newer version',
  next: 'carry the change out in its own words on the old side (SET sql_log_bin = 0), then CALL mysql.rds_skip_repl_error; there',
};

/** Error numbers that were seen between 5.7.29 and 9.7.4, and the usual ones of a replica (MySQL error reference). */
const FAILURES: Readonly<Record<number, ReplicaFailure>> = {
  22: COLLATION,
  1032: DATA,
  1062: DATA,
  1044: LOG_IN,
  1045: LOG_IN,
  1130: LOG_IN,
  2059: LOG_IN,
  2061: LOG_IN,
  3118: LOG_IN,
  2002: NETWORK,
  2003: NETWORK,
  2005: NETWORK,
  2013: NETWORK,
  2026: LOG_IN,
  1236: SOURCE,
  13114: SOURCE,
  1593: {
    cause: 'the two servers do not go together (gtid_mode, server_id)',
    next: 'give both sides the same gtid_mode and different server ids; it starts with CALL mysql.rds_start_replication;',
  },
  1594: FORMAT,
  13121: FORMAT,
  1064: SYNTAX,
  1101: SYNTAX,
  1115: COLLATION,
  1273: SYNTAX,
  1305: SYNTAX,
  1410: SYNTAX,
  1524: SYNTAX,
  1800: SYNTAX,
  1677: {
    cause: 'a column has another type there',
    next: 'give the column the same type on the old side (SET sql_log_bin = 0), then CALL mysql.rds_start_replication; there',
  },
};

export function failureOf(errno: number): ReplicaFailure {
  return (
    FAILURES[errno] ?? {
      cause: 'see the error of the channel',
      next: 'end the cause, then CALL mysql.rds_start_replication; on the old side',
    }
  );
}
