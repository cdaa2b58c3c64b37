/**
 * The replication procedures of Aurora MySQL version 2 (5.7) and of version 3 and later (Aurora User Guide:
 * mysql-stored-proc-replicating). They differ in names and statements only, so one text serves both.
 */
import type { Series } from '../binaries';
import {
  EXECUTE_STATEMENT,
  REPLICATION_RUNS,
  SOURCE_IS_SET,
  WRITER_WITH_AUTOCOMMIT,
  refuseWhen,
  withoutBinlog,
  type Procedure,
} from './procedure';
import { noteAction } from './shared';

interface Words {
  /** Prefix of the options: MASTER_HOST or SOURCE_HOST. */
  readonly option: 'MASTER' | 'SOURCE';
  readonly change: string;
  readonly replica: 'SLAVE' | 'REPLICA';
  readonly skipCounter: string;
  readonly setSource: string;
  readonly resetSource: string;
}

const WORDS: Readonly<Record<Series, Words>> = {
  '5.7': {
    option: 'MASTER',
    change: 'CHANGE MASTER TO',
    replica: 'SLAVE',
    skipCounter: 'sql_slave_skip_counter',
    setSource: 'rds_set_external_master',
    resetSource: 'rds_reset_external_master',
  },
  '9.x': {
    option: 'SOURCE',
    change: 'CHANGE REPLICATION SOURCE TO',
    replica: 'REPLICA',
    skipCounter: 'sql_replica_skip_counter',
    setSource: 'rds_set_external_source',
    resetSource: 'rds_reset_external_source',
  },
};

/** Procedures of a series. */
export function replicationProcedures(series: Series): readonly Procedure[] {
  const words = WORDS[series];
  const common = [setSource(words), resetSource(words), start(words), stop(words), skipError(words)];
  return [...common, ...(series === '5.7' ? SESSION_BINLOG : [setReadOnly, setSourceSsl, startUntil])];
}

/**
 * The replica connects from its own instance's address, so that the source's security groups can tell who it is. Retries
 * come every second (on Aurora: 60) to keep a rehearsal short. A running channel is refused by the server itself.
 */
function setSource({ option, change, setSource: name }: Words): Procedure {
  const text = (column: string, value: string): string => `'${option}_${column} = ', QUOTE(${value})`;
  const number = (column: string, value: string): string => `'${option}_${column} = ', ${value}`;
  const assignments = [
    text('HOST', 'host'),
    number('PORT', 'port'),
    text('USER', 'user_name'),
    text('PASSWORD', 'password'),
    text('LOG_FILE', 'log_file'),
    number('LOG_POS', 'log_pos'),
    number('SSL', 'ssl_encryption'),
    number('SSL_VERIFY_SERVER_CERT', '0'),
    text('BIND', '@@global.bind_address'),
    number('CONNECT_RETRY', '1'),
    number('RETRY_COUNT', '86400'),
  ].join(", ', ', ");
  const required = 'host port user_name password log_file log_pos ssl_encryption'.split(' ');
  return {
    name,
    parameters: `IN host VARCHAR(255), IN port INT, IN user_name VARCHAR(96), IN password VARCHAR(256),
  IN log_file VARCHAR(50), IN log_pos BIGINT, IN ssl_encryption TINYINT`,
    body: `BEGIN
  ${WRITER_WITH_AUTOCOMMIT}
  ${refuseWhen(required.map((column) => `${column} IS NULL`).join(' OR '), `No argument of ${name} may be NULL`)}
  ${refuseWhen('ssl_encryption NOT IN (0, 1)', 'ssl_encryption must be 0 or 1')}
  ${withoutBinlog(`SET @rds_statement = CONCAT('${change} ', ${assignments});
    ${EXECUTE_STATEMENT}
    ${noteAction('set master', 'host, port, user_name, log_file, log_pos, ssl_encryption')}`)}
END`,
  };
}

function resetSource({ replica, resetSource: name }: Words): Procedure {
  return {
    name,
    parameters: '',
    body: `BEGIN
  ${WRITER_WITH_AUTOCOMMIT}
  ${withoutBinlog(`RESET ${replica} ALL;
    ${noteAction('reset slave')}`)}
  SELECT 'Slave has been reset' AS message;
END`,
  };
}

function start({ replica }: Words): Procedure {
  return {
    name: 'rds_start_replication',
    parameters: '',
    body: `BEGIN
  ${WRITER_WITH_AUTOCOMMIT}
  ${refuseWhen(`NOT ${SOURCE_IS_SET}`, 'Replication is not configured: set an external source first')}
  IF ${REPLICATION_RUNS} THEN
    START ${replica};
    SELECT 'Slave may already be running. Call rds_stop_replication to stop replication' AS Message;
  ELSE
    START ${replica};
    ${withoutBinlog(noteAction('start slave'))}
    SELECT 'Slave running normally.' AS Message;
  END IF;
END`,
  };
}

function stop({ replica }: Words): Procedure {
  return {
    name: 'rds_stop_replication',
    parameters: '',
    body: `BEGIN
  ${WRITER_WITH_AUTOCOMMIT}
  IF ${REPLICATION_RUNS} THEN
    STOP ${replica};
    ${withoutBinlog(noteAction('stop slave'))}
    SELECT 'Slave is down or disabled' AS Message;
  ELSE
    SELECT 'Slave is already stopped or may not be configured. Call rds_start_replication to start replication' AS Message;
  END IF;
END`,
  };
}

function skipError({ replica, skipCounter }: Words): Procedure {
  return {
    name: 'rds_skip_repl_error',
    parameters: '',
    body: `BEGIN
  DECLARE failed INT DEFAULT 0;
  ${WRITER_WITH_AUTOCOMMIT}
  SELECT COUNT(*) INTO failed FROM performance_schema.replication_applier_status_by_worker WHERE last_error_number <> 0;
  IF failed = 0 THEN
    SELECT 'Slave is running normally. No errors detected to skip.' AS Message;
  ELSE
    STOP ${replica};
    SET GLOBAL ${skipCounter} = 1;
    START ${replica};
    SELECT 'Statement in error has been skipped' AS Message;
  END IF;
END`,
  };
}

const SESSION_BINLOG: readonly Procedure[] = [
  { name: 'rds_disable_session_binlog', parameters: '', body: 'BEGIN SET SESSION sql_log_bin = 0; END' },
  { name: 'rds_enable_session_binlog', parameters: '', body: 'BEGIN SET SESSION sql_log_bin = 1; END' },
];

/** Changes only the variable of this server; a reboot takes the value of the parameter group again. */
const setReadOnly: Procedure = {
  name: 'rds_set_read_only',
  parameters: 'IN mode TINYINT',
  body: `BEGIN
  ${refuseWhen('mode IS NULL OR mode NOT IN (0, 1)', 'The argument of rds_set_read_only must be 0 or 1')}
  SET GLOBAL read_only = mode;
END`,
};

const setSourceSsl: Procedure = {
  name: 'rds_set_binlog_source_ssl',
  parameters: 'IN mode TINYINT',
  body: `BEGIN
  ${WRITER_WITH_AUTOCOMMIT}
  ${refuseWhen('mode IS NULL OR mode NOT IN (0, 1)', 'The argument of rds_set_binlog_source_ssl must be 0 or 1')}
  ${withoutBinlog(`SET @rds_statement = CONCAT('CHANGE REPLICATION SOURCE TO SOURCE_SSL = ', mode);
    ${EXECUTE_STATEMENT}`)}
END`,
};

const startUntil: Procedure = {
  name: 'rds_start_replication_until',
  parameters: 'IN log_file VARCHAR(200), IN log_pos BIGINT',
  body: `BEGIN
  ${WRITER_WITH_AUTOCOMMIT}
  ${refuseWhen(`NOT ${SOURCE_IS_SET}`, 'Replication is not configured: set an external source first')}
  ${refuseWhen(REPLICATION_RUNS, 'Replication is running: call rds_stop_replication first')}
  ${withoutBinlog(`SET @rds_statement = CONCAT(
      'START REPLICA UNTIL SOURCE_LOG_FILE = ', QUOTE(log_file), ', SOURCE_LOG_POS = ', log_pos);
    ${EXECUTE_STATEMENT}
    ${noteAction('start slave')}`)}
END`,
};
