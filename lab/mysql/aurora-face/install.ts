/** Turns a freshly initialised MySQL server into what an Aurora customer meets. */
import type { Connection } from 'mysql2/promise';
import type { Series } from '../binaries';
import { errorNumber, literal, withServer, type PlatformCredentials } from '../connect';
import { createSuperuserRole } from './master-user';
import { createStatement, PLATFORM_ACCOUNT } from './procedure';
import { replicationProcedures } from './replication';
import { SHARED_PROCEDURES, TABLES } from './shared';

/**
 * Makes rdsadmin, the `mysql.rds_*` procedures and tables and, from 8.0 on, the superuser role; takes root away. The
 * server must be one from a template, that is with root@localhost without a password. Nothing of it is in the binary log.
 */
export async function installFace(socketPath: string, series: Series, platform: PlatformCredentials): Promise<void> {
  await withServer(socketPath, { user: 'root', password: '' }, async (connection) => {
    await connection.query(`CREATE USER ${PLATFORM_ACCOUNT} IDENTIFIED BY ${literal(platform.password)}`);
    await connection.query(`GRANT ALL PRIVILEGES ON *.* TO ${PLATFORM_ACCOUNT} WITH GRANT OPTION`);
  });
  await withServer(socketPath, platform, async (connection) => {
    for (const statement of TABLES) await connection.query(statement);
    const procedures = [...SHARED_PROCEDURES, ...replicationProcedures(series)];
    for (const procedure of procedures) await connection.query(createStatement(procedure));
    if (series === '9.x') {
      await createSuperuserRole(connection);
      await keepClassicHashing(connection);
    }
    await connection.query(`DROP USER root@localhost`);
  });
}

const NO_SUCH_FUNCTION_ERRORS = [1046, 1305];

/**
 * Community 9.7 moved MD5() and SHA1() into a component that is not installed by default; every Aurora MySQL version has
 * them built in.
 */
async function keepClassicHashing(connection: Connection): Promise<void> {
  try {
    await connection.query(`SELECT MD5('')`);
  } catch (error) {
    if (!NO_SUCH_FUNCTION_ERRORS.includes(errorNumber(error) ?? 0)) throw error;
    await connection.query(`INSTALL COMPONENT 'file://component_classic_hashing'`);
  }
}
