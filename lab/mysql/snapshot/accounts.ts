/** Accounts and roles with their password hashes and grants: read from one server, made again on another. */
import type { Connection } from 'mysql2/promise';
import { SUPERUSER_ROLE } from '../aurora-face/master-user';
import { errorNumber, literal, rowsOf, text, textOf, type Row } from '../connect';
import type { AccountDump } from './manifest';

/** Accounts which every server brings along. */
const PLATFORM_USERS = `('rdsadmin', 'mysql.sys', 'mysql.session', 'mysql.infoschema', '${SUPERUSER_ROLE}')`;

const NO_SUCH_TABLE = 1146;

/** Accounts of customers and of the tool; roles first, since others are granted to. */
export async function dumpAccounts(connection: Connection): Promise<AccountDump[]> {
  const rows = await rowsOf(
    connection,
    `SELECT u.*, HEX(u.authentication_string) AS hashHex FROM mysql.user u WHERE u.User NOT IN ${PLATFORM_USERS}
      ORDER BY u.authentication_string <> '', u.User, u.Host`,
  );
  const hasRoles = (await rowsOf(connection, `SHOW TABLES FROM mysql LIKE 'default_roles'`)).length > 0;
  const accounts: AccountDump[] = [];
  for (const row of rows) {
    const user = text(row, 'User');
    const host = text(row, 'Host');
    accounts.push({
      user,
      host,
      plugin: text(row, 'plugin'),
      hashHex: text(row, 'hashHex'),
      requirement: requirementOf(row),
      limits: limitsOf(row),
      isLocked: text(row, 'account_locked') === 'Y',
      isExpired: text(row, 'password_expired') === 'Y',
      grants: await grantsOf(connection, user, host),
      defaultRoles: hasRoles ? await defaultRolesOf(connection, user, host) : [],
    });
  }
  return accounts;
}

/**
 * Makes the accounts with their hashes. Rejects before the first one when any uses an authentication plugin
 * that this server does not have: such an account could not log in after the upgrade.
 */
export async function restoreAccounts(
  connection: Connection,
  accounts: readonly AccountDump[],
  version: string,
): Promise<void> {
  const plugins = await rowsOf(
    connection,
    `SELECT PLUGIN_NAME AS name FROM information_schema.PLUGINS WHERE PLUGIN_TYPE = 'AUTHENTICATION' AND PLUGIN_STATUS = 'ACTIVE'`,
  );
  const known = new Set(plugins.map((row) => text(row, 'name')));
  const lost = accounts.filter((account) => !known.has(account.plugin));
  if (lost.length > 0) {
    const list = lost.map((account) => `${account.user}@${account.host} (${account.plugin})`).join(', ');
    throw new Error(
      `MySQL ${version} has no such authentication plugin for: ${list}. These accounts could not log in there, so the restore ` +
        `was refused. On the source, change them to a plugin that both have (sha256_password), then take the snapshot again.`,
    );
  }
  for (const account of accounts) await connection.query(createStatement(account));
}

/** Gives restored accounts their grants: `all`, or those whose tables, columns and routines exist already. */
export async function restoreGrants(
  connection: Connection,
  accounts: readonly AccountDump[],
  extent: 'all' | 'as far as possible',
): Promise<void> {
  for (const grant of accounts.flatMap((account) => account.grants)) {
    await connection.query(grant).catch((error: unknown) => {
      if (extent === 'all' || errorNumber(error) !== NO_SUCH_TABLE) throw error;
    });
  }
  for (const account of accounts.filter((candidate) => candidate.defaultRoles.length > 0)) {
    await connection.query(
      `ALTER USER ${nameOf(account.user, account.host)} DEFAULT ROLE ${account.defaultRoles.join(', ')}`,
    );
  }
}

/** The hash as a literal of characters: 5.7 takes no hexadecimal there. A role has none. */
function createStatement(account: AccountDump): string {
  const hash = Buffer.from(account.hashHex, 'hex').toString('latin1');
  const identified = `IDENTIFIED WITH ${literal(account.plugin)}${hash === '' ? '' : ` AS ${literal(hash)}`}`;
  const expired = account.isExpired ? ' PASSWORD EXPIRE' : '';
  const locked = account.isLocked ? ' ACCOUNT LOCK' : '';
  return `CREATE USER ${nameOf(account.user, account.host)} ${identified}${account.requirement}${account.limits}${expired}${locked}`;
}

function nameOf(user: string, host: string): string {
  return `${literal(user)}@${literal(host)}`;
}

async function grantsOf(connection: Connection, user: string, host: string): Promise<string[]> {
  const rows = await rowsOf(connection, `SHOW GRANTS FOR ${nameOf(user, host)}`);
  return rows
    .map((row) => textOf(Object.values(row)[0]) ?? '')
    .filter((grant) => !grant.startsWith('GRANT USAGE ON *.* TO'));
}

async function defaultRolesOf(connection: Connection, user: string, host: string): Promise<string[]> {
  const rows = await rowsOf(
    connection,
    'SELECT DEFAULT_ROLE_USER AS u, DEFAULT_ROLE_HOST AS h FROM mysql.default_roles WHERE USER = ? AND HOST = ?',
    [user, host],
  );
  return rows.map((row) => nameOf(text(row, 'u'), text(row, 'h')));
}

function requirementOf(row: Row): string {
  const kind = textOf(row.ssl_type) ?? '';
  if (kind === 'ANY') return ' REQUIRE SSL';
  if (kind === 'X509') return ' REQUIRE X509';
  if (kind !== 'SPECIFIED') return '';
  const parts = [
    ['CIPHER', textOf(row.ssl_cipher)],
    ['ISSUER', textOf(row.x509_issuer)],
    ['SUBJECT', textOf(row.x509_subject)],
  ] as const;
  return ` REQUIRE ${parts.flatMap(([word, value]) => (value ? [`${word} ${literal(value)}`] : [])).join(' AND ')}`;
}

function limitsOf(row: Row): string {
  const limits = [
    ['MAX_QUERIES_PER_HOUR', row.max_questions],
    ['MAX_UPDATES_PER_HOUR', row.max_updates],
    ['MAX_CONNECTIONS_PER_HOUR', row.max_connections],
    ['MAX_USER_CONNECTIONS', row.max_user_connections],
  ].filter(([, value]) => Number(value) > 0);
  return limits.length === 0
    ? ''
    : ` WITH ${limits.map(([word, value]) => `${String(word)} ${String(value)}`).join(' ')}`;
}
