/** Privileges by name, whatever table a server keeps them in, and what became of them from one series to the next. Pure. */

/** Columns of mysql.user and mysql.db whose privilege is not their name with spaces. */
const BY_COLUMN: Readonly<Record<string, string>> = {
  create_tmp_table: 'CREATE TEMPORARY TABLES',
  grant: 'GRANT OPTION',
  repl_client: 'REPLICATION CLIENT',
  repl_slave: 'REPLICATION SLAVE',
  show_db: 'SHOW DATABASES',
};

/** `Create_tmp_table_priv` is CREATE TEMPORARY TABLES; Aurora's `Load_from_S3_priv` is LOAD FROM S3. */
export function privilegeOfColumn(column: string): string {
  const name = column.replace(/_priv$/i, '').toLowerCase();
  return BY_COLUMN[name] ?? name.replaceAll('_', ' ').toUpperCase();
}

/** A member of the sets in tables_priv, columns_priv and procs_priv: `Create View`, `Grant`. */
export function privilegeOfMember(member: string): string {
  const name = member.trim().toUpperCase();
  return name === 'GRANT' ? 'GRANT OPTION' : name;
}

const WITH_GRANT = ' WITH GRANT OPTION';

/** Of a dynamic privilege that may be granted on, or of a role that may be; a static one has GRANT OPTION beside it. */
export function grantable(privilege: string): string {
  return `${privilege}${WITH_GRANT}`;
}

/** The privilege itself of a name that `grantable` has made, or the name as it is. */
export function ungrantable(privilege: string): string {
  return privilege.endsWith(WITH_GRANT) ? privilege.slice(0, -WITH_GRANT.length) : privilege;
}

/**
 * Whose holders are given a privilege when a server is upgraded to a series that has it: any of these is enough (the upgrade
 * script in mysqld 9.7.4; the FLUSH privileges are parts of RELOAD).
 */
const GIVEN_TO: Readonly<Record<string, readonly string[]>> = {
  'CREATE ROLE': ['CREATE USER'],
  'DROP ROLE': ['CREATE USER'],
  ALLOW_NONEXISTENT_DEFINER: ['SET_USER_ID', 'SUPER'],
  APPLICATION_PASSWORD_ADMIN: ['CREATE USER'],
  AUDIT_ADMIN: ['SUPER'],
  AUTHENTICATION_POLICY_ADMIN: ['SYSTEM_VARIABLES_ADMIN', 'SUPER'],
  BACKUP_ADMIN: ['RELOAD'],
  BINLOG_ADMIN: ['SUPER'],
  BINLOG_ENCRYPTION_ADMIN: ['SUPER'],
  CLONE_ADMIN: ['SUPER'],
  CONNECTION_ADMIN: ['SUPER'],
  CREATE_SPATIAL_REFERENCE_SYSTEM: ['SUPER'],
  ENCRYPTION_KEY_ADMIN: ['SUPER'],
  FLUSH_OPTIMIZER_COSTS: ['RELOAD'],
  FLUSH_PRIVILEGES: ['RELOAD'],
  FLUSH_STATUS: ['RELOAD'],
  FLUSH_TABLES: ['RELOAD'],
  FLUSH_USER_RESOURCES: ['RELOAD'],
  GROUP_REPLICATION_ADMIN: ['SUPER'],
  INNODB_REDO_LOG_ARCHIVE: ['BACKUP_ADMIN', 'RELOAD'],
  INNODB_REDO_LOG_ENABLE: ['SUPER'],
  PASSWORDLESS_USER_ADMIN: ['CREATE USER'],
  PERSIST_RO_VARIABLES_ADMIN: ['SUPER'],
  REPLICATION_APPLIER: ['SUPER'],
  REPLICATION_SLAVE_ADMIN: ['SUPER'],
  RESOURCE_GROUP_ADMIN: ['SUPER'],
  RESOURCE_GROUP_USER: ['SUPER'],
  ROLE_ADMIN: ['SUPER'],
  SERVICE_CONNECTION_ADMIN: ['SUPER'],
  SESSION_VARIABLES_ADMIN: ['SUPER'],
  SET_ANY_DEFINER: ['SET_USER_ID', 'SUPER'],
  SET_USER_ID: ['SUPER'],
  SHOW_ROUTINE: ['SELECT'],
  SYSTEM_USER: ['SET_USER_ID', 'SUPER'],
  SYSTEM_VARIABLES_ADMIN: ['SUPER'],
  TABLE_ENCRYPTION_ADMIN: ['SUPER'],
  TELEMETRY_LOG_ADMIN: ['SUPER'],
  XA_RECOVER_ADMIN: ['SUPER'],
};

/** Empty for a privilege that no upgrade gives. */
export function givenTo(privilege: string): readonly string[] {
  return GIVEN_TO[ungrantable(privilege)] ?? [];
}

const HEIRS: Readonly<Record<string, readonly string[]>> = {
  SET_USER_ID: ['SET_ANY_DEFINER', 'ALLOW_NONEXISTENT_DEFINER'],
};

/** What does the work of a privilege that is no more; empty when nothing does. */
export function heirsOf(privilege: string): readonly string[] {
  const heirs = HEIRS[ungrantable(privilege)] ?? [];
  return privilege === ungrantable(privilege) ? heirs : heirs.map(grantable);
}

/** Privileges of Aurora version 2 that are roles from version 3 on (Aurora User Guide, AuroraMySQL.Compare-80-v3). */
const AURORA_ROLES: Readonly<Record<string, string>> = {
  'LOAD FROM S3': 'AWS_LOAD_S3_ACCESS',
  'SELECT INTO S3': 'AWS_SELECT_S3_ACCESS',
  'INVOKE LAMBDA': 'AWS_LAMBDA_ACCESS',
  'INVOKE SAGEMAKER': 'AWS_SAGEMAKER_ACCESS',
  'INVOKE COMPREHEND': 'AWS_COMPREHEND_ACCESS',
};

export function auroraRoleFor(privilege: string): string | undefined {
  return AURORA_ROLES[privilege];
}

/** What an active role of Aurora's stands for; undefined for every other role. */
export function privilegeOfAuroraRole(role: string): string | undefined {
  return Object.entries(AURORA_ROLES).find(([, name]) => name === role)?.[0];
}
