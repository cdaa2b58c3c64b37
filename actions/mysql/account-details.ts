/** Accounts with all that decides whether they can log in. What a password is kept as never leaves the server. */
import type { Query, Row, Value } from '../ports/mysql-server';
import { privilegeOfColumn } from './account-privileges';
import type { Account } from './statements';

/** What the stored password looks like; which plugin can read it is another question. */
export type PasswordFormat = 'none' | 'native' | 'pre-4.1' | 'sha256' | 'caching-sha2' | 'unknown';

export interface TlsRequirement {
  /** As mysql.user has it. */
  readonly type: '' | 'ANY' | 'X509' | 'SPECIFIED';
  readonly cipher: string;
  readonly issuer: string;
  readonly subject: string;
}

/** 0: no limit. */
export interface ResourceLimits {
  readonly MAX_QUERIES_PER_HOUR: number;
  readonly MAX_UPDATES_PER_HOUR: number;
  readonly MAX_CONNECTIONS_PER_HOUR: number;
  readonly MAX_USER_CONNECTIONS: number;
}

export interface AccountDetails extends Account {
  readonly plugin: string;
  readonly passwordFormat: PasswordFormat;
  /** Equal where the stored passwords are: a digest of the hash, for comparing and for nothing else. */
  readonly passwordMark: string;
  /** The same of the second password which `RETAIN CURRENT PASSWORD` keeps; empty without one. */
  readonly retainedMark: string;
  readonly isExpired: boolean;
  /** Null: default_password_lifetime decides; 0: never expires. */
  readonly lifetimeDays: number | null;
  readonly passwordAgeDays: number;
  readonly isLocked: boolean;
  readonly tls: TlsRequirement;
  readonly limits: ResourceLimits;
  /** Rules for the next password and for failed logins, in words; only those that are not the server's defaults. */
  readonly policies: readonly string[];
  /** Plugins of the second and third factor. */
  readonly factors: readonly string[];
  /** Global privileges that a column of mysql.user stands for. */
  readonly privileges: readonly string[];
  /** Privileges that are global but for this schema (partial_revokes). */
  readonly restrictions: readonly { readonly schema: string; readonly privileges: readonly string[] }[];
}

/** Roles are accounts that are locked, expired and without a password from their making on (MySQL manual, CREATE ROLE). */
export function isRole({ passwordFormat, isLocked, isExpired }: AccountDetails): boolean {
  return passwordFormat === 'none' && isLocked && isExpired;
}

/** Names of mysql.user's columns, which versions and Aurora's releases add to. */
export function accountColumns(): Query<readonly string[]> {
  return {
    name: 'account-columns',
    sql: "SELECT COLUMN_NAME AS column_name_of FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'mysql' AND TABLE_NAME = 'user'",
    values: [],
    args: {},
    parse: (rows) => rows.map((row) => text(row['column_name_of'])),
  };
}

/** The formats in order; regular expressions that both engines, of 5.7 and of 8.0 and later, understand. */
const FORMAT =
  "CASE WHEN authentication_string IS NULL OR authentication_string = '' THEN 'none' " +
  "WHEN authentication_string REGEXP '^[*][0-9A-Fa-f]{40}$' THEN 'native' " +
  "WHEN authentication_string REGEXP '^[0-9A-Fa-f]{16}$' THEN 'pre-4.1' " +
  "WHEN authentication_string LIKE '$5$%' THEN 'sha256' " +
  "WHEN authentication_string LIKE '$A$%' THEN 'caching-sha2' ELSE 'unknown' END";

/** Every account, roles and those of the platform included. `columns` as `accountColumns` answers. */
export function accountDetails(columns: readonly string[]): Query<readonly AccountDetails[]> {
  const has = (column: string): boolean => columns.includes(column);
  const privileges = columns.filter((column) => /^\w+_priv$/.test(column));
  const attribute = (path: string): string =>
    has('User_attributes') ? `CAST(JSON_EXTRACT(User_attributes, '${path}') AS CHAR)` : 'NULL';
  const optional = (column: string): string => (has(column) ? column : 'NULL');
  const fields: readonly (readonly [string, string])[] = [
    ['account_user', 'User'],
    ['account_host', 'Host'],
    ['plugin_of', 'plugin'],
    ['password_format', FORMAT],
    ['password_mark', "SHA2(IFNULL(authentication_string, ''), 256)"],
    ['retained_mark', `SHA2(${attribute('$.additional_password')}, 256)`],
    ['expired', 'password_expired'],
    ['lifetime', 'password_lifetime'],
    ['age', 'TIMESTAMPDIFF(DAY, password_last_changed, NOW())'],
    ['locked', 'account_locked'],
    ['tls_type', 'ssl_type'],
    ['tls_cipher', 'ssl_cipher'],
    ['tls_issuer', 'x509_issuer'],
    ['tls_subject', 'x509_subject'],
    ['per_hour', 'max_questions'],
    ['updates_per_hour', 'max_updates'],
    ['connections_per_hour', 'max_connections'],
    ['at_once', 'max_user_connections'],
    ['reuse_history', optional('Password_reuse_history')],
    ['reuse_time', optional('Password_reuse_time')],
    ['require_current', optional('Password_require_current')],
    ['locking', attribute('$.Password_locking')],
    ['factors', attribute('$.multi_factor_authentication[*].plugin')],
    ['restrictions', attribute('$.Restrictions')],
    ['privileges', `CONCAT_WS(',', ${privileges.map((name) => `IF(${name} = 'Y', '${name}', NULL)`).join(', ')})`],
  ];
  return {
    name: 'account-details',
    sql: `SELECT ${fields.map(([alias, expression]) => `${expression} AS ${alias}`).join(', ')} FROM mysql.user`,
    values: [],
    args: {},
    parse: (rows) => rows.map(detailsOf),
  };
}

function detailsOf(row: Row): AccountDetails {
  const columns = text(row['privileges']).split(',').filter(Boolean);
  return {
    user: text(row['account_user']),
    host: text(row['account_host']),
    plugin: text(row['plugin_of']),
    passwordFormat: text(row['password_format']) as PasswordFormat,
    passwordMark: text(row['password_mark']),
    retainedMark: text(row['retained_mark']),
    isExpired: text(row['expired']) === 'Y',
    lifetimeDays: numberOrNull(row['lifetime']),
    passwordAgeDays: Number(row['age'] ?? 0),
    isLocked: text(row['locked']) === 'Y',
    tls: {
      type: text(row['tls_type']) as TlsRequirement['type'],
      cipher: text(row['tls_cipher']),
      issuer: text(row['tls_issuer']),
      subject: text(row['tls_subject']),
    },
    limits: {
      MAX_QUERIES_PER_HOUR: Number(row['per_hour'] ?? 0),
      MAX_UPDATES_PER_HOUR: Number(row['updates_per_hour'] ?? 0),
      MAX_CONNECTIONS_PER_HOUR: Number(row['connections_per_hour'] ?? 0),
      MAX_USER_CONNECTIONS: Number(row['at_once'] ?? 0),
    },
    policies: policiesOf(row),
    factors: parsed<readonly string[]>(row['factors'], []),
    privileges: columns.map(privilegeOfColumn),
    restrictions: parsed<readonly { Database: string; Privileges: readonly string[] }[]>(row['restrictions'], []).map(
      ({ Database, Privileges }) => ({ schema: Database, privileges: Privileges.map((name) => name.toUpperCase()) }),
    ),
  };
}

/** In the words of CREATE USER, so that they can be put into one. */
function policiesOf(row: Row): readonly string[] {
  const history = numberOrNull(row['reuse_history']);
  const time = numberOrNull(row['reuse_time']);
  const current = row['require_current'];
  const locking = parsed<{ failed_login_attempts?: number; password_lock_time_days?: number }>(row['locking'], {});
  const attempts = locking.failed_login_attempts ?? 0;
  const days = locking.password_lock_time_days ?? 0;
  return [
    ...(history === null ? [] : [`PASSWORD HISTORY ${history}`]),
    ...(time === null ? [] : [`PASSWORD REUSE INTERVAL ${time} DAY`]),
    ...(current === null || current === undefined
      ? []
      : [`PASSWORD REQUIRE CURRENT${current === 'Y' ? '' : ' OPTIONAL'}`]),
    ...(attempts === 0 ? [] : [`FAILED_LOGIN_ATTEMPTS ${attempts}`]),
    ...(days === 0 ? [] : [`PASSWORD_LOCK_TIME ${days < 0 ? 'UNBOUNDED' : days}`]),
  ];
}

/** The server's own JSON. */
function parsed<T>(value: Value | undefined, otherwise: T): T {
  return typeof value === 'string' && value !== '' ? (JSON.parse(value) as T) : otherwise;
}

function numberOrNull(value: Value | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function text(value: Value | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
