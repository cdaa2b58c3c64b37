/** Tables and procedures that every Aurora MySQL version has (Aurora User Guide: mysql-stored-proc-configuring, -ending). */
import { refuseWhen, withoutBinlog, type Procedure } from './procedure';

const TABLE_OPTIONS = 'ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci';

const HISTORY_COLUMNS = `(
  action_timestamp TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  called_by_user VARCHAR(352) NOT NULL,
  action VARCHAR(20) NOT NULL,
  mysql_version VARCHAR(50) NOT NULL,
  master_host VARCHAR(255) NULL,
  master_port INT NULL,
  master_user VARCHAR(96) NULL,
  master_log_file VARCHAR(50) NULL,
  master_log_pos BIGINT NULL,
  master_ssl INT NULL
)`;

export const TABLES: readonly string[] = [
  `CREATE TABLE mysql.rds_configuration (
    name VARCHAR(100) NOT NULL PRIMARY KEY, value VARCHAR(100) NULL, description VARCHAR(300) NOT NULL
  ) ${TABLE_OPTIONS}`,
  `INSERT INTO mysql.rds_configuration VALUES ('binlog retention hours', NULL,
    'binlog retention hours specifies the duration in hours before binary logs are automatically deleted.')`,
  `CREATE TABLE mysql.rds_history ${HISTORY_COLUMNS} ${TABLE_OPTIONS}`,
  `CREATE TABLE mysql.rds_replication_status ${HISTORY_COLUMNS} ${TABLE_OPTIONS}`,
];

/** Notes an action in both history tables; the arguments are SQL expressions. */
export function noteAction(action: string, details = 'NULL, NULL, NULL, NULL, NULL, NULL'): string {
  return ['rds_history', 'rds_replication_status']
    .map((table) => `INSERT INTO mysql.${table} VALUES (NOW(), USER(), '${action}', VERSION(), ${details});`)
    .join('\n    ');
}

export const SHARED_PROCEDURES: readonly Procedure[] = [
  killProcedure('rds_kill', 'CONNECTION'),
  killProcedure('rds_kill_query', 'QUERY'),
  {
    name: 'rds_set_configuration',
    parameters: 'IN name VARCHAR(30), IN value INT',
    body: `BEGIN
  ${refuseWhen("name IS NULL OR name <> 'binlog retention hours'", 'Unknown configuration name; the only one is: binlog retention hours')}
  ${refuseWhen('value < 1', 'binlog retention hours must be at least 1, or NULL')}
  ${withoutBinlog(`UPDATE mysql.rds_configuration c SET c.value = LEAST(value, 2160) WHERE c.name = 'binlog retention hours';`)}
END`,
  },
  {
    name: 'rds_show_configuration',
    parameters: '',
    body: `BEGIN
  SELECT name, value, description FROM mysql.rds_configuration ORDER BY name;
END`,
  },
];

/** Sessions of the platform and of replication cannot be ended by a customer. */
function killProcedure(name: string, what: 'CONNECTION' | 'QUERY'): Procedure {
  return {
    name,
    parameters: 'IN thread BIGINT',
    body: `BEGIN
  DECLARE thread_user VARCHAR(128) DEFAULT NULL;
  DECLARE thread_command VARCHAR(32) DEFAULT NULL;
  DECLARE message VARCHAR(128);
  SELECT p.user, p.command INTO thread_user, thread_command
    FROM information_schema.processlist p WHERE p.id = thread;
  IF thread_user IS NULL THEN
    SET message = CONCAT('Unknown thread id: ', IFNULL(thread, 'NULL'));
    SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1094, MESSAGE_TEXT = message;
  END IF;
  IF thread_user IN ('rdsadmin', 'rdsrepladmin', 'system user', 'event_scheduler') OR thread_command LIKE 'Binlog Dump%' THEN
    SET message = CONCAT('You are not owner of thread ', thread);
    SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1095, MESSAGE_TEXT = message;
  END IF;
  KILL ${what} thread;
END`,
  };
}
