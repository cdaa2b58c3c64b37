/** Every way in which an account of green can come to differ, made on real servers, and what `verify --accounts` must say. */
import type { ParityVerdict } from '../../actions/parity/parity';

export const BLUE_PASSWORD = 'Blue-4711-known';
export const OTHER_PASSWORD = 'Other-4712-set';

export interface Offence {
  /** The account's user name; its host is % unless `host` says otherwise. */
  readonly user: string;
  readonly host?: string;
  /** Not in the binary log. */
  readonly blue?: readonly string[];
  readonly green?: readonly string[];
  /** Behind `account 'user'@'host'`; empty: the account as a whole. */
  readonly aspect: string;
  readonly verdict: ParityVerdict;
  /** In the row's reason. */
  readonly says: string;
  /** Once the cure has been carried out, the account gets in to green with the password of blue. */
  readonly getsIn?: true;
}

const on = (user: string, ...rest: string[]): string[] => rest.map((sql) => sql.replaceAll('{me}', `'${user}'@'%'`));

/** The same account on both sides; `more` on blue and on green. */
function both(
  user: string,
  blue: readonly string[],
  green: readonly string[],
  options = '',
): Pick<Offence, 'user' | 'blue' | 'green'> {
  const made = `CREATE USER {me} IDENTIFIED WITH sha256_password BY '${BLUE_PASSWORD}' ${options}`;
  return { user, blue: on(user, made, ...blue), green: on(user, made, `carry ${user}`, ...green) };
}

const patch = (user: string, assignments: string): readonly string[] => [
  `UPDATE mysql.user SET ${assignments} WHERE User = '${user}'`,
  'FLUSH PRIVILEGES',
];

const OLD_HASH = '5d2e19393cc5ef67';
const NATIVE_HASH = '*6BB4837EB74329105EE4568DDA7DC67ED2CA2AD9';

export const OFFENCES: readonly Offence[] = [
  {
    user: 'not_arrived',
    blue: on(
      'not_arrived',
      `CREATE USER {me} IDENTIFIED WITH sha256_password BY '${BLUE_PASSWORD}' REQUIRE SSL WITH MAX_USER_CONNECTIONS 7 PASSWORD EXPIRE NEVER`,
      'GRANT SELECT, INSERT ON shop.* TO {me}',
      'GRANT UPDATE (note), DELETE ON shop.customers TO {me}',
      'GRANT EXECUTE ON PROCEDURE billing.close_year TO {me} WITH GRANT OPTION',
      'GRANT PROCESS ON *.* TO {me}',
    ),
    aspect: '',
    verdict: 'blocks',
    says: 'not there on green',
    getsIn: true,
  },
  {
    user: 'native_only',
    blue: on('native_only', `CREATE USER {me} IDENTIFIED WITH mysql_native_password BY '${BLUE_PASSWORD}'`),
    aspect: '',
    verdict: 'blocks',
    says: 'mysql_native_password is not there',
    getsIn: true,
  },
  {
    ...both(
      'plugin_gone',
      [],
      patch('plugin_gone', `plugin = 'mysql_native_password', authentication_string = '${NATIVE_HASH}'`),
    ),
    aspect: 'plugin',
    verdict: 'blocks',
    says: 'mysql_native_password is not there',
    getsIn: true,
  },
  {
    ...both('no_plugin', on('no_plugin', 'GRANT SELECT ON shop.* TO {me}'), [
      ...on('no_plugin', 'GRANT SELECT ON shop.* TO {me}'),
      ...patch('no_plugin', "plugin = ''"),
    ]),
    aspect: 'plugin',
    verdict: 'blocks',
    says: 'no authentication plugin',
    getsIn: true,
  },
  {
    ...both('old_format', [], patch('old_format', `authentication_string = '${OLD_HASH}'`)),
    aspect: 'plugin',
    verdict: 'blocks',
    says: 'format before 4.1',
    getsIn: true,
  },
  {
    ...both(
      'dead_on_both',
      patch('dead_on_both', `plugin = 'mysql_native_password', authentication_string = '${OLD_HASH}'`),
      patch('dead_on_both', `authentication_string = '${OLD_HASH}'`),
    ),
    aspect: 'plugin',
    verdict: 'warns',
    says: 'Nor can it log in to blue',
  },
  {
    ...both(
      'other_plugin',
      [],
      on('other_plugin', `ALTER USER {me} IDENTIFIED WITH caching_sha2_password BY '${BLUE_PASSWORD}'`),
    ),
    aspect: 'plugin',
    verdict: 'warns',
    says: 'cannot be compared',
    getsIn: true,
  },
  {
    ...both(
      'other_password',
      [],
      on('other_password', `ALTER USER {me} IDENTIFIED WITH sha256_password BY '${OTHER_PASSWORD}'`),
    ),
    aspect: 'password',
    verdict: 'blocks',
    says: 'set on one side only',
    getsIn: true,
  },
  {
    ...both('expired', [], on('expired', 'ALTER USER {me} PASSWORD EXPIRE')),
    aspect: 'password expiry',
    verdict: 'blocks',
    says: 'has expired on green',
    getsIn: true,
  },
  {
    ...both(
      'expired_by_age',
      [],
      [
        ...on('expired_by_age', 'ALTER USER {me} PASSWORD EXPIRE INTERVAL 30 DAY'),
        ...patch('expired_by_age', 'password_last_changed = NOW() - INTERVAL 31 DAY'),
      ],
    ),
    aspect: 'password expiry',
    verdict: 'blocks',
    says: 'has expired on green',
    getsIn: true,
  },
  {
    ...both('expires_soon', [], on('expires_soon', 'ALTER USER {me} PASSWORD EXPIRE INTERVAL 30 DAY')),
    aspect: 'password expiry',
    verdict: 'warns',
    says: 'expires in 30 days',
  },
  {
    ...both('locked', [], on('locked', 'ALTER USER {me} ACCOUNT LOCK')),
    aspect: 'lock',
    verdict: 'blocks',
    says: 'locked on green',
    getsIn: true,
  },
  {
    ...both('open_again', on('open_again', 'ALTER USER {me} ACCOUNT LOCK'), []),
    aspect: 'lock',
    verdict: 'warns',
    says: 'let in on green',
  },
  {
    ...both('more_tls', [], on('more_tls', 'ALTER USER {me} REQUIRE X509')),
    aspect: 'TLS requirement',
    verdict: 'blocks',
    says: 'refuses those',
    getsIn: true,
  },
  {
    ...both(
      'other_certificate',
      on('other_certificate', "ALTER USER {me} REQUIRE ISSUER '/CN=ours' AND SUBJECT '/CN=orders'"),
      on('other_certificate', "ALTER USER {me} REQUIRE ISSUER '/CN=ours' AND SUBJECT '/CN=else'"),
    ),
    aspect: 'TLS requirement',
    verdict: 'blocks',
    says: 'refuses those',
  },
  {
    ...both('less_tls', [], on('less_tls', 'ALTER USER {me} REQUIRE NONE'), 'REQUIRE SSL'),
    aspect: 'TLS requirement',
    verdict: 'warns',
    says: 'asks for less',
  },
  {
    ...both('fewer', [], on('fewer', 'ALTER USER {me} WITH MAX_USER_CONNECTIONS 2')),
    aspect: 'limits',
    verdict: 'blocks',
    says: 'beyond a limit',
  },
  {
    ...both(
      'strict_rules',
      [],
      on('strict_rules', 'ALTER USER {me} FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 2 PASSWORD HISTORY 5'),
    ),
    aspect: 'password rules',
    verdict: 'warns',
    says: 'failed logins',
  },
  {
    ...both(
      'fewer_rights',
      on('fewer_rights', 'GRANT SELECT, DELETE ON shop.* TO {me}'),
      on('fewer_rights', 'GRANT SELECT ON shop.* TO {me}'),
    ),
    aspect: 'privileges on `shop`.*',
    verdict: 'blocks',
    says: 'less on green',
  },
  {
    ...both(
      'fewer_columns',
      on('fewer_columns', 'GRANT UPDATE (note, email) ON shop.customers TO {me}'),
      on('fewer_columns', 'GRANT UPDATE (email) ON shop.customers TO {me}'),
    ),
    aspect: 'privileges on `shop`.`customers`',
    verdict: 'blocks',
    says: 'less on green',
  },
  {
    ...both('no_routine', on('no_routine', 'GRANT EXECUTE ON PROCEDURE billing.close_year TO {me}'), []),
    aspect: 'privileges on PROCEDURE `billing`.`close_year`',
    verdict: 'blocks',
    says: 'less on green',
  },
  {
    ...both('no_global', on('no_global', 'GRANT PROCESS, RELOAD ON *.* TO {me} WITH GRANT OPTION'), []),
    aspect: 'privileges on *.*',
    verdict: 'blocks',
    says: 'less on green',
  },
  {
    ...both('more_rights', [], on('more_rights', 'GRANT DROP ON shop.* TO {me}')),
    aspect: 'privileges on `shop`.*',
    verdict: 'warns',
    says: 'more on green',
  },
  {
    ...both(
      'upgraded',
      on('upgraded', 'GRANT RELOAD ON *.* TO {me}'),
      on('upgraded', 'GRANT RELOAD, BACKUP_ADMIN, FLUSH_TABLES ON *.* TO {me}'),
    ),
    aspect: 'privileges on *.*',
    verdict: 'expected',
    says: 'upgrade gives them',
  },
  {
    ...both('administrator', [], on('administrator', 'GRANT CONNECTION_ADMIN ON *.* TO {me}')),
    aspect: 'privileges on *.*',
    verdict: 'warns',
    says: 'more on green',
  },
  {
    ...both('by_role', [], on('by_role', 'GRANT rds_superuser_role TO {me}')),
    aspect: "role 'rds_superuser_role'@'%'",
    verdict: 'warns',
    says: 'not granted on blue',
  },
  {
    user: 'unknown_to_blue',
    green: on('unknown_to_blue', `CREATE USER {me} IDENTIFIED WITH sha256_password BY '${BLUE_PASSWORD}'`),
    aspect: '',
    verdict: 'warns',
    says: 'Blue has no such account',
  },
  {
    user: 'fewer',
    host: '127.0.0.%',
    green: [`CREATE USER 'fewer'@'127.0.0.%' IDENTIFIED WITH sha256_password BY '${OTHER_PASSWORD}'`],
    aspect: '',
    verdict: 'warns',
    says: "Blue has 'fewer'@'%' only",
  },
  {
    user: '',
    host: '10.9.%',
    green: ["CREATE USER ''@'10.9.%' IDENTIFIED WITH sha256_password BY 'x'"],
    aspect: '',
    verdict: 'warns',
    says: 'without a name',
  },
];

/** A stored password of caching_sha2_password, the same on both sides. */
const SHA2_HASH = `$A$005$${'s'.repeat(20)}${'d'.repeat(43)}`;

const user = (name: string): string => `CREATE USER ${name} IDENTIFIED WITH caching_sha2_password AS '${SHA2_HASH}'`;

export const ON_BOTH: readonly string[] = [
  'CREATE DATABASE shop',
  'CREATE ROLE writers, readers',
  'GRANT INSERT ON shop.* TO writers',
  ...[
    'no_role',
    'asleep',
    'less_by_role',
    'replaced',
    'extra_role',
    'no_option',
    'revoked_in_part',
    'pattern',
    'second',
  ].map(user),
  "ALTER USER second IDENTIFIED BY 'Other-4712-set'",
];

export const ROLE_OFFENCES: Readonly<Record<'blue' | 'green' | 'reported' | 'left', readonly string[]>> = {
  blue: [
    'CREATE ROLE only_here',
    'GRANT SELECT ON shop.* TO only_here',
    'GRANT SELECT ON shop.* TO readers',
    'GRANT only_here, writers TO no_role',
    'ALTER USER no_role DEFAULT ROLE writers',
    'GRANT writers TO asleep',
    'ALTER USER asleep DEFAULT ROLE writers',
    'GRANT readers TO less_by_role',
    'ALTER USER less_by_role DEFAULT ROLE readers',
    'GRANT INSERT ON shop.* TO replaced',
    'GRANT writers TO replaced',
    'GRANT ROLE_ADMIN, SHOW_ROUTINE ON *.* TO no_option WITH GRANT OPTION',
    'GRANT SELECT, INSERT ON *.* TO revoked_in_part',
    'GRANT SELECT ON `shop%`.* TO pattern',
    "ALTER USER second IDENTIFIED BY 'Blue-4711-known' RETAIN CURRENT PASSWORD",
  ],
  green: [
    'SET GLOBAL partial_revokes = ON',
    'GRANT writers TO asleep',
    'GRANT readers TO less_by_role',
    'ALTER USER less_by_role DEFAULT ROLE readers',
    'GRANT writers TO replaced',
    'ALTER USER replaced DEFAULT ROLE writers',
    'GRANT writers TO extra_role',
    'GRANT ROLE_ADMIN ON *.* TO no_option',
    'GRANT SELECT, INSERT ON *.* TO revoked_in_part',
    'REVOKE INSERT ON shop.* FROM revoked_in_part',
    'GRANT SELECT ON `shop%`.* TO pattern',
  ],
  reported: [
    "blocks: account 'asleep'@'%' privileges on `shop`.*",
    "blocks: account 'asleep'@'%' role 'writers'@'%'",
    "blocks: account 'less_by_role'@'%' privileges on `shop`.*",
    "blocks: account 'no_option'@'%' privileges on *.*",
    "blocks: account 'no_role'@'%' privileges on `shop`.*",
    "blocks: account 'no_role'@'%' role 'only_here'@'%'",
    "blocks: account 'no_role'@'%' role 'writers'@'%'",
    "blocks: account 'only_here'@'%'",
    "blocks: account 'readers'@'%' privileges on `shop`.*",
    "blocks: account 'revoked_in_part'@'%' privileges on `shop`.*",
    "blocks: account 'second'@'%' password",
    'blocks: setting partial_revokes',
    "expected: account 'master'@'%' password",
    "warns: account 'extra_role'@'%' role 'writers'@'%'",
  ],
  /** A second password cannot be carried over. */
  left: [
    'blocks: setting partial_revokes',
    "expected: account 'master'@'%' password",
    "warns: account 'second'@'%' second password",
  ],
};
