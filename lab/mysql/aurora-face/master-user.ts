/** The master user and its rights (Aurora User Guide: UsingWithRDS.MasterAccounts, AuroraMySQL.Compare-80-v3). */
import type { Connection } from 'mysql2/promise';
import type { Series } from '../binaries';
import { errorNumber, literal } from '../connect';

/** Plugins that the lab creates accounts with; 9.x has no mysql_native_password, 5.7 no caching_sha2_password. */
export type AuthPlugin = 'mysql_native_password' | 'sha256_password' | 'caching_sha2_password';

export const SUPERUSER_ROLE = 'rds_superuser_role';

/** Not known to every server of the series: then the privilege does not exist there, and nobody has it. */
const UNKNOWN_PRIVILEGE_ERRORS = [3619, 1149, 1064, 3929];

const STATIC_PRIVILEGES =
  'ALTER, ALTER ROUTINE, CREATE, CREATE ROUTINE, CREATE TEMPORARY TABLES, CREATE USER, CREATE VIEW, DELETE, DROP, EVENT, ' +
  'EXECUTE, INDEX, INSERT, LOCK TABLES, PROCESS, REFERENCES, RELOAD, REPLICATION CLIENT, REPLICATION SLAVE, SELECT, ' +
  'SHOW DATABASES, SHOW VIEW, TRIGGER, UPDATE';

const DYNAMIC_PRIVILEGES = [
  'APPLICATION_PASSWORD_ADMIN',
  'CONNECTION_ADMIN',
  'ROLE_ADMIN',
  'XA_RECOVER_ADMIN',
  'SHOW_ROUTINE',
  'FLUSH_OPTIMIZER_COSTS',
  'FLUSH_STATUS',
  'FLUSH_TABLES',
  'FLUSH_USER_RESOURCES',
  'FLUSH_PRIVILEGES',
  'ALLOW_NONEXISTENT_DEFINER',
  'SET_ANY_DEFINER',
  'OPTIMIZE_LOCAL_TABLE',
];

/** From 8.0 on the rights hang on a role; makes it. */
export async function createSuperuserRole(connection: Connection): Promise<void> {
  await connection.query(`CREATE ROLE IF NOT EXISTS ${SUPERUSER_ROLE}`);
  await connection.query(
    `GRANT ${STATIC_PRIVILEGES}, CREATE ROLE, DROP ROLE ON *.* TO ${SUPERUSER_ROLE} WITH GRANT OPTION`,
  );
  for (const privilege of DYNAMIC_PRIVILEGES) {
    try {
      await connection.query(`GRANT ${privilege} ON *.* TO ${SUPERUSER_ROLE} WITH GRANT OPTION`);
    } catch (error) {
      if (!UNKNOWN_PRIVILEGE_ERRORS.includes(errorNumber(error) ?? 0)) throw error;
    }
  }
}

/** Makes the master user, or gives an existing one this password. */
export async function createMasterUser(
  connection: Connection,
  account: { readonly user: string; readonly password: string; readonly plugin: AuthPlugin },
): Promise<void> {
  const name = `${literal(account.user)}@'%'`;
  const identified = `IDENTIFIED WITH ${account.plugin} BY ${literal(account.password)}`;
  await connection.query(`CREATE USER IF NOT EXISTS ${name} ${identified}`);
  await connection.query(`ALTER USER ${name} ${identified}`);
}

/** Gives an existing account the rights that a master user has in this series. */
export async function grantMasterRights(connection: Connection, series: Series, user: string): Promise<void> {
  const name = `${literal(user)}@'%'`;
  if (series === '5.7') {
    await connection.query(`GRANT ${STATIC_PRIVILEGES} ON *.* TO ${name} WITH GRANT OPTION`);
    return;
  }
  await connection.query(`GRANT ${SUPERUSER_ROLE} TO ${name} WITH ADMIN OPTION`);
  await connection.query(`ALTER USER ${name} DEFAULT ROLE ALL`);
}
