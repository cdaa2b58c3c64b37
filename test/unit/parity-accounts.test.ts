import type { AccountDetails } from '../../actions/mysql/account-details';
import { accountDetails, isRole } from '../../actions/mysql/account-details';
import { accountGrants } from '../../actions/mysql/account-grants';
import { quoteAccount } from '../../actions/mysql/account-names';
import { privilegeOfColumn, privilegeOfMember } from '../../actions/mysql/account-privileges';
import { activeRoles, effectiveRights, holds, mandatoryRoles } from '../../actions/mysql/account-rights';
import { defaultPlugin, loginObstacle, type AccountSide } from '../../actions/parity/accounts/account-side';
import { compareAccountPair, type AccountsToCompare } from '../../actions/parity/accounts/compare-pair';
import { grantStatements } from '../../actions/parity/accounts/cures';
import { admits } from '../../actions/parity/accounts/login-terms';
import type { ParityRow } from '../../actions/parity/parity';
import type { Row } from '../../actions/ports/mysql-server';

/** As mysql.user answers for an account that nothing was ever said about. */
const PLAIN: Row = {
  account_user: 'app',
  account_host: '%',
  plugin_of: 'mysql_native_password',
  password_format: 'native',
  password_mark: 'mark',
  retained_mark: null,
  expired: 'N',
  lifetime: null,
  age: 3,
  locked: 'N',
  tls_type: '',
  tls_cipher: '',
  tls_issuer: '',
  tls_subject: '',
  per_hour: 0,
  updates_per_hour: 0,
  connections_per_hour: 0,
  at_once: 0,
  reuse_history: null,
  reuse_time: null,
  require_current: null,
  locking: null,
  factors: null,
  restrictions: null,
  privileges: '',
};

function account(changes: Row = {}): AccountDetails {
  const [details] = accountDetails([]).parse([{ ...PLAIN, ...changes }]);
  if (!details) throw new Error('no account');
  return details;
}

const PRIVILEGES = {
  old: new Set(['SELECT', 'INSERT', 'RELOAD', 'SUPER', 'CREATE USER', 'GRANT OPTION', 'LOAD FROM S3', 'SET_USER_ID']),
  new: new Set([
    'SELECT',
    'INSERT',
    'RELOAD',
    'SUPER',
    'CREATE USER',
    'CREATE ROLE',
    'GRANT OPTION',
    'SET_ANY_DEFINER',
    'ALLOW_NONEXISTENT_DEFINER',
    'PROXY',
    'FLUSH_TABLES',
    'CONNECTION_ADMIN',
  ]),
};

interface Given {
  readonly accounts?: readonly Row[];
  readonly grants?: readonly Row[];
  readonly variables?: Readonly<Record<string, string>>;
}

function side(age: 'old' | 'new', { accounts = [{}], grants = [], variables = {} }: Given): AccountSide {
  const version = age === 'old' ? '5.7.29-log' : '9.7.4';
  const all = accounts.map((changes) => account(changes));
  return {
    version,
    accounts: new Map(all.map((one) => [quoteAccount(one), one])),
    grants: accountGrants(version).parse(grants),
    plugins: new Set(
      age === 'old'
        ? ['mysql_native_password', 'sha256_password']
        : ['mysql_native_password', 'sha256_password', 'caching_sha2_password'],
    ),
    privileges: PRIVILEGES[age],
    variables: new Map(Object.entries(variables)),
  };
}

function compared(blue: Given, green: Given, more: Partial<AccountsToCompare> = {}): readonly ParityRow[] {
  return compareAccountPair({
    blue: side('old', blue),
    green: side('new', green),
    clients: [],
    standingOf: ({ user }) => (user === 'admin' ? 'master' : /^(AWS_|rds)/.test(user) ? 'platform' : 'application'),
    lockedByTool: new Set(),
    ...more,
  }).filter(({ subject }) => subject.startsWith('account '));
}

const grant = (kind: string, schema: string, privileges: string, more: Row = {}): Row => ({
  kind,
  account_user: 'app',
  account_host: '%',
  schema_of: schema,
  object_of: '',
  detail_of: '',
  privileges,
  ...more,
});

describe('privileges have one name', () => {
  test.each([
    ['Create_tmp_table_priv', 'CREATE TEMPORARY TABLES'],
    ['Repl_slave_priv', 'REPLICATION SLAVE'],
    ['Show_db_priv', 'SHOW DATABASES'],
    ['Grant_priv', 'GRANT OPTION'],
    ['Alter_routine_priv', 'ALTER ROUTINE'],
    ['Load_from_S3_priv', 'LOAD FROM S3'],
    ['Select_into_s3_priv', 'SELECT INTO S3'],
  ])('%s is %s', (column, privilege) => {
    expect(privilegeOfColumn(column)).toBe(privilege);
  });

  test('members of sets too', () => {
    expect(['Select', 'Create View', 'Grant', 'Show view'].map(privilegeOfMember)).toEqual([
      'SELECT',
      'CREATE VIEW',
      'GRANT OPTION',
      'SHOW VIEW',
    ]);
  });
});

describe('a row of mysql.user', () => {
  test('rules for passwords, partial revokes and factors are read from its attributes', () => {
    expect(
      account({
        reuse_history: 5,
        reuse_time: 30,
        require_current: 'Y',
        locking: '{"failed_login_attempts": 3, "password_lock_time_days": -1}',
        factors: '["authentication_webauthn"]',
        restrictions: '[{"Database": "shop", "Privileges": ["Insert"]}]',
      }),
    ).toMatchObject({
      policies: [
        'PASSWORD HISTORY 5',
        'PASSWORD REUSE INTERVAL 30 DAY',
        'PASSWORD REQUIRE CURRENT',
        'FAILED_LOGIN_ATTEMPTS 3',
        'PASSWORD_LOCK_TIME UNBOUNDED',
      ],
      factors: ['authentication_webauthn'],
      restrictions: [{ schema: 'shop', privileges: ['INSERT'] }],
    });
  });

  test('columns that a version does not have are not asked for, and the password never is', () => {
    const { sql } = accountDetails(['User', 'Select_priv', 'Load_from_S3_priv']);
    expect(sql).toContain("IF(Load_from_S3_priv = 'Y'");
    expect(sql).not.toContain('User_attributes');
    expect(sql).not.toContain('Password_reuse_history');
    expect(sql).not.toMatch(/authentication_string AS/);
  });

  test('a role is an account that nobody can log in to', () => {
    expect(isRole(account({ password_format: 'none', locked: 'Y', expired: 'Y' }))).toBe(true);
    expect(isRole(account({ password_format: 'native', locked: 'Y', expired: 'Y' }))).toBe(false);
  });
});

describe('rights', () => {
  const roles = [
    { ...grant('role', 'outer', 'Y'), object_of: '%' },
    {
      kind: 'role',
      account_user: 'outer',
      account_host: '%',
      schema_of: 'inner',
      object_of: '%',
      detail_of: '',
      privileges: 'N',
    },
    grant('schema', 'shop', 'Insert', { account_user: 'inner' }),
  ];
  const app = { user: 'app', host: '%' };
  const scope = { on: '`shop`.`orders`', within: ['`shop`.*', '*.*'] };

  test('a granted role does nothing until it is active, and brings the roles that it has', () => {
    const asleep = side('new', { grants: roles });
    expect(activeRoles(asleep, app)).toEqual([]);
    expect(holds(effectiveRights(asleep, app), scope, 'INSERT')).toBe(false);
    const awake = side('new', { grants: roles, variables: { activate_all_roles_on_login: 'ON' } });
    expect(activeRoles(awake, app).map(({ user }) => user)).toEqual(['outer', 'inner']);
    expect(holds(effectiveRights(awake, app), scope, 'INSERT')).toBe(true);
    const default_ = side('new', { grants: [...roles, { ...grant('default', 'inner', ''), object_of: '%' }] });
    expect(activeRoles(default_, app)).toEqual([{ user: 'inner', host: '%' }]);
  });

  test('roles that grant each other end', () => {
    const circle = [...roles, { ...grant('role', 'outer', 'N'), account_user: 'inner', object_of: '%' }];
    const source = side('new', { grants: circle, variables: { activate_all_roles_on_login: 'ON' } });
    expect(activeRoles(source, app).map(({ user }) => user)).toEqual(['outer', 'inner']);
  });

  test('mandatory roles are read as the variable has them', () => {
    expect(mandatoryRoles(new Map([['mandatory_roles', "`a`@`10.%`, 'b' ,c@localhost"]]))).toEqual([
      { user: 'a', host: '10.%' },
      { user: 'b', host: '%' },
      { user: 'c', host: 'localhost' },
    ]);
  });

  test.each([
    ['ON', 'OFF', ['inner']],
    ['OFF', 'ON', ['inner']],
    ['OFF', 'OFF', []],
  ])('mandatory roles are active with all (%s) or by themselves (%s)', (all, mandatory, active) => {
    const variables = {
      mandatory_roles: 'inner',
      activate_all_roles_on_login: all,
      activate_mandatory_roles: mandatory,
    };
    expect(activeRoles(side('new', { variables }), app).map(({ user }) => user)).toEqual(active);
  });

  test('a partial revoke takes a global privilege away in its schema only', () => {
    const source = side('new', {
      accounts: [{ privileges: 'Insert_priv', restrictions: '[{"Database": "shop", "Privileges": ["INSERT"]}]' }],
    });
    const rights = effectiveRights(source, app);
    expect(holds(rights, scope, 'INSERT')).toBe(false);
    expect(holds(rights, { on: '`other`.*', within: ['*.*'] }, 'INSERT')).toBe(true);
  });

  test('a column is covered by its table', () => {
    const source = side('new', { grants: [grant('table', 'shop', 'Update', { object_of: 'orders' })] });
    expect(holds(effectiveRights(source, app), scope, 'UPDATE (`note`)')).toBe(true);
    expect(holds(effectiveRights(source, app), scope, 'SELECT (`note`)')).toBe(false);
  });
});

describe('what the series makes differ', () => {
  const DBA = grant('role', 'rds_superuser_role', 'N', { object_of: '%' });
  const cases: readonly (readonly [string, Given, Given, readonly string[]])[] = [
    ['the same', {}, {}, ["same account 'app'@'%'"]],
    [
      'a schema privilege that is global on green',
      { grants: [grant('schema', 'shop', 'Select')] },
      { accounts: [{ privileges: 'Select_priv' }] },
      ["warns account 'app'@'%' privileges on *.* SELECT"],
    ],
    [
      'parts of RELOAD for who has RELOAD',
      { accounts: [{ privileges: 'Reload_priv' }] },
      { accounts: [{ privileges: 'Reload_priv' }], grants: [grant('dynamic', 'FLUSH_TABLES', 'N')] },
      ["expected account 'app'@'%' privileges on *.* FLUSH_TABLES"],
    ],
    [
      'parts of RELOAD for who has none',
      {},
      { grants: [grant('dynamic', 'FLUSH_TABLES', 'N')] },
      ["warns account 'app'@'%' privileges on *.* FLUSH_TABLES"],
    ],
    [
      'SET_USER_ID, whose heirs are there',
      { grants: [grant('dynamic', 'SET_USER_ID', 'N')] },
      { grants: [grant('dynamic', 'SET_ANY_DEFINER', 'N'), grant('dynamic', 'ALLOW_NONEXISTENT_DEFINER', 'N')] },
      [
        "expected account 'app'@'%' privileges on *.* ALLOW_NONEXISTENT_DEFINER, SET_ANY_DEFINER",
        "expected account 'app'@'%' privileges on *.* SET_USER_ID",
      ],
    ],
    [
      'SET_USER_ID, whose heirs are not',
      { grants: [grant('dynamic', 'SET_USER_ID', 'N')] },
      {},
      [
        "blocks account 'app'@'%' privileges on *.* SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER",
        "expected account 'app'@'%' privileges on *.* SET_USER_ID",
      ],
    ],
    [
      "Aurora's LOAD FROM S3, whose role is active",
      { accounts: [{ privileges: 'Load_from_S3_priv' }] },
      {
        grants: [{ ...grant('role', 'AWS_LOAD_S3_ACCESS', 'N'), object_of: '%' }],
        variables: { activate_all_roles_on_login: 'ON' },
      },
      ["same account 'app'@'%'"],
    ],
    [
      "Aurora's LOAD FROM S3, whose role is granted and not active",
      { accounts: [{ privileges: 'Load_from_S3_priv' }] },
      { grants: [{ ...grant('role', 'AWS_LOAD_S3_ACCESS', 'N'), object_of: '%' }] },
      ["blocks account 'app'@'%' privileges on *.* LOAD FROM S3"],
    ],
    [
      'what a role of RDS no longer grants, and what it grants anew',
      {
        accounts: [{}, { account_user: 'rds_superuser_role', privileges: 'Reload_priv' }],
        grants: [DBA, grant('dynamic', 'SET_USER_ID', 'N', { account_user: 'rds_superuser_role' })],
        variables: { activate_all_roles_on_login: 'ON' },
      },
      {
        accounts: [{}, { account_user: 'rds_superuser_role', privileges: 'Insert_priv' }],
        grants: [DBA],
        variables: { activate_all_roles_on_login: 'ON' },
      },
      [
        "expected account 'app'@'%' privileges on *.* INSERT",
        "expected account 'app'@'%' privileges on *.* SET_USER_ID",
        "warns account 'app'@'%' privileges on *.* RELOAD, SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER",
      ],
    ],
    [
      'a role of RDS that is not granted on green',
      {
        accounts: [{}, { account_user: 'rds_superuser_role', privileges: 'Reload_priv' }],
        grants: [DBA],
        variables: { activate_all_roles_on_login: 'ON' },
      },
      {},
      [
        "blocks account 'app'@'%' privileges on *.* RELOAD",
        "blocks account 'app'@'%' role 'rds_superuser_role'@'%' granted",
      ],
    ],
    [
      'SUPER, which nobody has on Aurora',
      { accounts: [{ privileges: 'Super_priv' }] },
      { grants: [grant('dynamic', 'CONNECTION_ADMIN', 'N')] },
      [
        "blocks account 'app'@'%' privileges on *.* SUPER",
        "expected account 'app'@'%' privileges on *.* CONNECTION_ADMIN",
      ],
    ],
    [
      'the master user',
      { accounts: [{ account_user: 'admin', privileges: 'Reload_priv,Super_priv', password_mark: 'a' }] },
      { accounts: [{ account_user: 'admin', plugin_of: 'caching_sha2_password', password_format: 'caching-sha2' }] },
      [
        "expected account 'admin'@'%' plugin caching_sha2_password",
        "warns account 'admin'@'%' privileges on *.* RELOAD, SUPER",
      ],
    ],
  ];

  test.each(cases)('%s', (_name, blue, green, expected) => {
    const told = compared(blue, green).map(({ verdict, subject, green: has, blue: had }) =>
      verdict === 'same' ? `same ${subject}` : `${verdict} ${subject} ${has ?? had ?? ''}`,
    );
    expect([...told].sort()).toEqual([...expected].sort());
  });

  test('an account that is made on green gets what became of its privileges', () => {
    const blue = {
      accounts: [{ privileges: 'Load_from_S3_priv,Reload_priv', plugin_of: 'gone' }],
      grants: [grant('dynamic', 'SET_USER_ID', 'N')],
    };
    expect(compared(blue, { accounts: [] })[0]?.cure).toEqual([
      expect.stringMatching(/^-- on green/),
      "CREATE USER 'app'@'%' IDENTIFIED WITH 'caching_sha2_password' BY '<the password>' REQUIRE NONE;",
      "GRANT RELOAD ON *.* TO 'app'@'%';",
      "GRANT ALLOW_NONEXISTENT_DEFINER, SET_ANY_DEFINER ON *.* TO 'app'@'%';",
      "GRANT 'AWS_LOAD_S3_ACCESS' TO 'app'@'%';",
      "ALTER USER 'app'@'%' DEFAULT ROLE ALL;",
    ]);
  });

  test('a password that has expired under another plugin is given again, not carried', () => {
    const expired = { accounts: [{ plugin_of: 'sha256_password', password_format: 'sha256', expired: 'Y' }] };
    expect(compared({}, expired).at(-1)).toMatchObject({
      subject: "account 'app'@'%' password expiry",
      cure: [
        expect.anything(),
        "ALTER USER 'app'@'%' IDENTIFIED WITH 'sha256_password' BY '<the password>' PASSWORD EXPIRE DEFAULT;",
      ],
    });
  });

  test('accounts that the tool locks and opens may be locked', () => {
    const locked = { accounts: [{ locked: 'Y' }] };
    expect(compared({}, locked, { lockedByTool: new Set(['app@%']) })).toMatchObject([{ verdict: 'expected' }]);
    expect(compared({}, locked)).toMatchObject([{ verdict: 'blocks' }]);
  });

  test('a grant of a proxy that is not there blocks', () => {
    const proxy = { grants: [grant('proxy', 'reporting', '1', { object_of: '%' })] };
    expect(compared(proxy, {})).toMatchObject([
      {
        subject: "account 'app'@'%' privileges on 'reporting'@'%'",
        verdict: 'blocks',
        cure: [expect.stringMatching(/^-- on green/), "GRANT PROXY ON 'reporting'@'%' TO 'app'@'%' WITH GRANT OPTION;"],
      },
    ]);
  });

  test('the right to grant a proxy is given and taken with the proxy', () => {
    const proxy = (option: string): Given => ({ grants: [grant('proxy', 'reporting', option, { object_of: '%' })] });
    expect(compared(proxy('1'), proxy('0'))[0]?.cure?.[1]).toBe(
      "GRANT PROXY ON 'reporting'@'%' TO 'app'@'%' WITH GRANT OPTION;",
    );
    expect(compared({}, proxy('1'))[0]?.cure?.[1]).toBe("REVOKE PROXY ON 'reporting'@'%' FROM 'app'@'%';");
  });

  test('an account for a host name blocks once names are not resolved', () => {
    const named = [{ account_host: 'web.example.com' }];
    const resolved = { accounts: named, variables: { skip_name_resolve: 'OFF' } };
    const skipped = { accounts: named, variables: { skip_name_resolve: 'ON' } };
    expect(compared(resolved, skipped)).toMatchObject([
      { verdict: 'blocks', subject: expect.stringMatching(/ host$/) },
    ]);
    expect(compared(skipped, skipped)).toMatchObject([{ verdict: 'same' }]);
  });

  test('more factors on green block, fewer warn', () => {
    const factor = { accounts: [{ factors: '["authentication_webauthn"]' }] };
    expect(compared({}, factor)).toMatchObject([
      { verdict: 'blocks', cure: [expect.anything(), "ALTER USER 'app'@'%' DROP 2 FACTOR;"] },
    ]);
    expect(compared(factor, {})).toMatchObject([{ verdict: 'warns' }]);
  });

  test('a green of 5.7 is settled through blue, but what blue must keep is not', () => {
    const green = side('old', { accounts: [{ locked: 'Y' }], grants: [grant('schema', 'shop', 'Drop')] });
    const rows = compareAccountPair({
      blue: side('old', {}),
      green,
      clients: [],
      standingOf: () => 'application',
      lockedByTool: new Set(),
    });
    expect(rows.map(({ cure }) => cure?.[0])).toEqual([
      expect.stringMatching(/^-- on blue: green is read_only for everyone/),
      expect.stringMatching(/^-- on green, while read_only is off/),
    ]);
  });
});

test('statics share one right to grant, dynamic privileges have their own', () => {
  const all = ['CONNECTION_ADMIN', 'GRANT OPTION', 'RELOAD', 'ROLE_ADMIN', 'ROLE_ADMIN WITH GRANT OPTION'];
  expect(grantStatements(account(), { on: '*.*', within: [] }, all)).toEqual([
    "GRANT RELOAD ON *.* TO 'app'@'%' WITH GRANT OPTION;",
    "GRANT CONNECTION_ADMIN ON *.* TO 'app'@'%';",
    "GRANT ROLE_ADMIN ON *.* TO 'app'@'%' WITH GRANT OPTION;",
  ]);
});

test('names that need quotes are quoted', () => {
  expect(quoteAccount({ user: "o'neil", host: '%' })).toBe("'o''neil'@'%'");
});

test.each([
  ['', 'ANY', true],
  ['ANY', '', false],
  ['ANY', 'X509', true],
  ['X509', 'ANY', false],
  ['X509', 'SPECIFIED', true],
] as const)('who brings %s asked for by green and %s by blue is let in: %s', (asked, brought, isLetIn) => {
  const of = (type: typeof asked | typeof brought) => ({
    type,
    cipher: '',
    issuer: type === 'SPECIFIED' ? '/CN=a' : '',
    subject: '',
  });
  expect(admits(of(asked), of(brought))).toBe(isLetIn);
});

test.each([
  [{}, 'caching_sha2_password'],
  [{ authentication_policy: '*,,' }, 'caching_sha2_password'],
  [{ authentication_policy: '*:sha256_password,,' }, 'sha256_password'],
  [{ authentication_policy: 'mysql_native_password,,' }, 'mysql_native_password'],
  [{ default_authentication_plugin: 'mysql_native_password', authentication_policy: '*,,' }, 'mysql_native_password'],
])('new accounts under %j get %s', (variables, plugin) => {
  expect(defaultPlugin({ variables: new Map(Object.entries(variables)) })).toBe(plugin);
});

test.each([
  ['mysql_native_password', 'native', undefined],
  ['mysql_native_password', 'pre-4.1', 'format before 4.1'],
  ['sha256_password', 'caching-sha2', 'cannot read'],
  ['sha256_password', 'none', undefined],
  ['AWSAuthenticationPlugin', 'unknown', 'AWSAuthenticationPlugin is not there'],
  ['', 'native', 'no authentication plugin'],
] as const)('plugin %s with a password of format %s: %s', (plugin, format, obstacle) => {
  const found = loginObstacle(side('old', {}), account({ plugin_of: plugin, password_format: format }));
  if (obstacle === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(obstacle);
});
