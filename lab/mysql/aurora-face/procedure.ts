/** How a `mysql.rds_*` procedure is written down; the pieces which procedures of all series share. */

/** One procedure of schema `mysql`. Its body runs with the rights of rdsadmin, whoever calls it. */
export interface Procedure {
  readonly name: string;
  /** As between the parentheses of CREATE PROCEDURE. */
  readonly parameters: string;
  readonly body: string;
}

export const PLATFORM_ACCOUNT = '`rdsadmin`@`localhost`';

/** CREATE PROCEDURE of a procedure. */
export function createStatement({ name, parameters, body }: Procedure): string {
  return `CREATE DEFINER=${PLATFORM_ACCOUNT} PROCEDURE mysql.${name}(${parameters}) SQL SECURITY DEFINER\n${body}`;
}

/** Refuses with error 1644 and SQLSTATE 45000, as Aurora's own procedures do. */
export function refuseWhen(condition: string, message: string): string {
  return `IF ${condition} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${message.replaceAll("'", "''")}'; END IF;`;
}

/** Aurora changes replication only on the writer and only with autocommit. */
export const WRITER_WITH_AUTOCOMMIT = [
  refuseWhen('@@global.innodb_read_only = 1', 'This procedure can be called only on the writer of the cluster'),
  refuseWhen('@@session.autocommit = 0', 'Autocommit must be enabled to call this procedure'),
].join('\n  ');

/**
 * Runs `statements` without writing to the binary log: what a procedure notes in its own tables belongs to one cluster.
 * Goes behind the DECLAREs of variables.
 */
export function withoutBinlog(statements: string): string {
  return `BEGIN
    DECLARE log_before INT DEFAULT @@session.sql_log_bin;
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN
      SET @rds_statement = NULL;
      SET SESSION sql_log_bin = log_before;
      RESIGNAL;
    END;
    SET SESSION sql_log_bin = 0;
    ${statements}
    SET SESSION sql_log_bin = log_before;
  END;`;
}

/** Executes the text in @rds_statement; it may hold a password, so it is wiped at once. */
export const EXECUTE_STATEMENT = `PREPARE rds_prepared FROM @rds_statement;
    SET @rds_statement = NULL;
    EXECUTE rds_prepared;
    DEALLOCATE PREPARE rds_prepared;`;

/** 1 when any thread of the replication channel runs. */
export const REPLICATION_RUNS = `(
    (SELECT COUNT(*) FROM performance_schema.replication_connection_status WHERE service_state <> 'OFF') +
    (SELECT COUNT(*) FROM performance_schema.replication_applier_status WHERE service_state <> 'OFF') > 0)`;

/** 1 when a source has been set and not forgotten. */
export const SOURCE_IS_SET = `((SELECT COUNT(*) FROM performance_schema.replication_connection_configuration WHERE host <> '') > 0)`;
