import { UPGRADE_CHECKS } from '../../actions/checks/catalogue';
import type { UpgradeCheck } from '../../actions/checks/check';
import { crosses, crossingOf, mysqlNumbers } from '../../actions/checks/crossing';
import { parseInnodbName } from '../../actions/checks/innodb-names';
import { newlyRemovedFunctions } from '../../actions/checks/removed-function-names';
import { isBlocked } from '../../actions/checks/report';
import { ALL_NEW_RESERVED_WORDS, newReservedWords } from '../../actions/checks/reserved-words';
import { runPrechecks } from '../../actions/checks/run-checks';
import { UpgradeError } from '../../actions/engine/errors';
import type { UpgradeEvent } from '../../actions/engine/events';
import type { Cluster } from '../../actions/ports/aws';
import type { Row } from '../../actions/ports/mysql-server';
import { CLUSTER, CONFIG, fakeAws, fakeServer, INSTANCE, run } from './checks.fixture';

describe('versions', () => {
  it.each([
    ['5.7.29-log', [5, 7, 29]],
    ['8.0.mysql_aurora.3.08.2', [8, 0, 39]],
    ['8.0.mysql_aurora.3.02.0', [8, 0, 23]],
    ['8.0.mysql_aurora.3.99.0', [8, 0, 43]],
    ['8.4.mysql_aurora.8.4.7', [8, 4, 7]],
    ['9.7.mysql_aurora.9.7.4', [9, 7, 4]],
  ])('%s is MySQL %j', (text, numbers) => {
    expect(mysqlNumbers(text)).toEqual(numbers);
  });

  it('crosses a version that is above the source and not above the target', () => {
    const crossing = crossingOf('8.0.28', '8.0.28', '8.4.7');
    expect(crosses(crossing, 8, 0, 28)).toBe(false);
    expect(crosses(crossing, 8, 0, 31)).toBe(true);
    expect(crosses(crossing, 8, 4, 7)).toBe(true);
    expect(crosses(crossing, 9, 0, 0)).toBe(false);
  });

  it('refuses a text that is no version', () => {
    expect(() => mysqlNumbers('newest')).toThrow(RangeError);
  });
});

describe('words and functions', () => {
  it('knows 31 new reserved words, gated by version', () => {
    expect(new Set(ALL_NEW_RESERVED_WORDS).size).toBe(31);
    expect(newReservedWords(crossingOf('5.7.29', '', '9.7.4')).size).toBe(31);
    expect(newReservedWords(crossingOf('5.7.29', '', '8.0.30')).size).toBe(26);
    expect([...newReservedWords(crossingOf('8.0.39', '', '8.4.7'))]).toEqual(['QUALIFY', 'TABLESAMPLE']);
  });

  it('knows what replaces a removed function', () => {
    const removed = newlyRemovedFunctions(crossingOf('5.7.29', '', '8.0.39'));
    expect(['X', 'GLENGTH', 'CONTAINS'].map((name) => removed.get(name)?.replacement)).toEqual([
      'ST_X()',
      'ST_LENGTH()',
      'MBRCONTAINS()',
    ]);
    expect(removed.has('MD5')).toBe(false);
    expect(newlyRemovedFunctions(crossingOf('8.4.7', '', '9.7.4')).get('MD5')?.level).toBe('warning');
  });
});

describe('names in the dictionary of InnoDB', () => {
  it('decodes them, and lets a two-letter code stand for any one letter beyond ASCII', () => {
    const parsed = parseInnodbName('my@002dshop/caf@0p@0024#P#p0#SP#s1');
    expect(parsed?.schema.matches('my-shop')).toBe(true);
    expect(parsed?.table.matches('café$')).toBe(true);
    expect(parsed?.table.matches('cafe$')).toBe(false);
    expect(parsed?.table.matches('cafés$')).toBe(false);
  });

  it.each(['mysql/user', 'sys/sys_config', 'shop/FTS_0000000000000028_CONFIG', 'SYS_FOREIGN'])(
    'leaves %s out',
    (name) => {
      expect(parseInnodbName(name)).toBeUndefined();
    },
  );
});

describe('the run', () => {
  const broken: UpgradeCheck = {
    id: 'broken',
    title: 'Broken',
    group: 'schema',
    severity: 'error',
    whyItMatters: '',
    documentation: '',
    needs: 'PROCESS',
    queries: [],
    appliesTo: () => true,
    run: async () => {
      throw new UpgradeError('blue refused it', { code: 'mysql-1227', source: 'mysql', hint: 'MySQL says: no.' });
    },
  };
  const loud: UpgradeCheck = {
    ...broken,
    id: 'loud',
    needs: 'nothing',
    run: async (context) => {
      context.couldNotRead('shop.v', new Error('1356'));
      return [{ level: 'warning', object: 'shop.t', description: 'Odd.' }];
    },
  };

  it('goes on after a check that fails, says which grant it lacked, and does not call it passed', async () => {
    const events: UpgradeEvent[] = [];
    const report = await run({ checks: [broken, loud], events });
    expect(report.checked).toEqual(['loud']);
    expect(report.findings).toEqual([{ check: 'loud', level: 'warning', object: 'shop.t', description: 'Odd.' }]);
    expect(report.notChecked).toEqual([
      { check: 'broken', reason: 'blue refused it. MySQL says: no.', needs: 'PROCESS' },
      { check: 'loud', object: 'shop.v', reason: '1356.' },
    ]);
    expect(isBlocked(report)).toBe(false);
    expect(events.map((event) => (event.type === 'step-ended' ? event.outcome : event.type))).toEqual([
      'step-started',
      'failed',
      'step-started',
      'done',
    ]);
  });

  it('ends when it is interrupted', async () => {
    const controller = new AbortController();
    controller.abort(new Error('Ctrl-C'));
    await expect(
      runPrechecks({
        server: fakeServer({}),
        sourceVersion: '5.7.29',
        targetVersion: '8.0.39',
        emit: () => undefined,
        checks: [loud],
        signal: controller.signal,
      }),
    ).rejects.toThrow('Ctrl-C');
  });

  it('leaves checks out that the crossing does not need', async () => {
    const report = await run({ target: '5.7.mysql_aurora.2.12.5' });
    expect(report.checked).not.toContain('oldTemporal');
    expect(report.checked).toContain('xaPrepared');
  });

  it('says that the platform was not checked when AWS was not given', async () => {
    const report = await run({ only: ['blueCluster', 'targetVersion'] });
    expect(report.notChecked.map(({ check }) => check)).toEqual(['blueCluster', 'targetVersion']);
  });

  it('reports stored text that it could not list, with the grant that is missing', async () => {
    const denied = new UpgradeError('blue refused it', { code: 'mysql-1142', source: 'mysql' });
    const report = await run({ only: ['removedFunctions'], answers: { 'routines-of-5.7': denied } });
    expect(report.notChecked).toMatchObject([
      { check: 'removedFunctions', object: 'all routines', needs: expect.stringContaining('mysql.proc') },
    ]);
  });
});

describe('the platform', () => {
  const ids = [
    'blueCluster',
    'targetVersion',
    'auroraVersion',
    'managedMasterPassword',
    'clusterParameterGroup',
    'removedSysVars',
  ];
  const found = async (cluster: Cluster | undefined, target?: string): Promise<string[]> => {
    const report = await run({ aws: fakeAws(cluster), only: ids, ...(target ? { target } : {}) });
    return report.findings.map(({ check, level, object }) => `${check} ${level} ${object}`);
  };

  it('has only the lost setting to say of a cluster that is fit', async () => {
    expect(await found(CLUSTER)).toEqual(['removedSysVars warning query_cache_type']);
  });

  it.each<[string, Partial<Cluster>, string]>([
    ['a stopped cluster', { status: 'stopped' }, 'blueCluster error shop'],
    ['a cluster without a writer', { members: [] }, 'blueCluster error shop'],
    ['an old Aurora', { engineVersion: '5.7.mysql_aurora.2.09.3' }, 'auroraVersion error 5.7.mysql_aurora.2.09.3'],
    ['a managed password', { managedMasterPassword: true }, 'managedMasterPassword error shop'],
    [
      'a default group',
      { parameterGroup: 'default.aurora-mysql5.7' },
      'clusterParameterGroup notice default.aurora-mysql5.7',
    ],
  ])('finds %s', async (_, change, expected) => {
    expect(await found({ ...CLUSTER, ...change })).toContain(expected);
  });

  it('refuses a target that RDS does not offer', async () => {
    expect(await found(CLUSTER, '8.4.mysql_aurora.8.4.7')).toContain('targetVersion error 8.4.mysql_aurora.8.4.7');
  });

  it('calls a cluster that RDS does not know an error', async () => {
    expect(await found(undefined)).toContain('blueCluster error shop');
  });
});

describe('around the cluster', () => {
  const ids =
    'masterUser instanceClasses instanceLimit parameterTranslation rdsProxy zeroEtl globalDatabase customEndpoints historyListLength binlogRetention'.split(
      ' ',
    );
  const SERVER = {
    'master-user': [{ accounts: 1 }],
    'history-list-length': [{ hll: 5, status: 'enabled' }],
    'binlog-retention': [{ name: 'binlog retention hours', value: 72 }],
  };
  const found = async (
    cluster: Partial<Cluster>,
    surroundings: Parameters<typeof fakeAws>[1] = {},
    answers: Record<string, readonly Row[]> = {},
  ): Promise<string[]> => {
    const aws = fakeAws({ ...CLUSTER, ...cluster }, surroundings);
    const report = await run({ aws, only: ids, answers: { ...SERVER, ...answers } });
    expect(report.notChecked).toEqual([]);
    return report.findings.map(({ check, level, object }) => `${check} ${level} ${object}`);
  };

  it('has only the parameter to say that the new family does not have', async () => {
    expect(await found({})).toEqual(['parameterTranslation warning query_cache_type']);
  });

  it.each<[string, Partial<Cluster>, Parameters<typeof fakeAws>[1], Record<string, readonly Row[]>, string]>([
    ['a dropped master user', {}, {}, { 'master-user': [{ accounts: 0 }] }, 'masterUser error admin@%'],
    [
      'a class that the target lacks',
      {},
      { orderableClasses: async () => new Set(['db.r7g.large']) },
      {},
      'instanceClasses error db.r6g.large',
    ],
    ['a proxy', {}, { proxiesOf: async () => ['shop-proxy'] }, {}, 'rdsProxy warning shop-proxy'],
    ['an integration', {}, { zeroEtlIntegrationsOf: async () => ['arn:z'] }, {}, 'zeroEtl error arn:z'],
    [
      'a global database',
      {},
      { globalDatabaseOf: async () => ({ id: 'world', members: [] }) },
      {},
      'globalDatabase warning world',
    ],
    [
      'an endpoint of their own',
      {},
      {
        customEndpointsOf: async () => [
          { id: 'reports', host: 'h', type: 'READER', staticMembers: [], excludedMembers: [] },
        ],
      },
      {},
      'customEndpoints warning reports',
    ],
    [
      'a history list that CloudWatch saw',
      {},
      { recentMaximum: async () => 200_000 },
      {},
      'historyListLength warning RollbackSegmentHistoryListLength',
    ],
    [
      'a short retention',
      {},
      {},
      { 'binlog-retention': [{ name: 'binlog retention hours', value: 24 }] },
      'binlogRetention notice binlog retention hours',
    ],
  ])('finds %s', async (_, cluster, surroundings, answers, expected) => {
    expect(await found(cluster, surroundings, answers)).toContain(expected);
  });

  it('is not checked without AWS, and the server is', async () => {
    const report = await run({ only: ids, answers: SERVER });
    expect(report.checked).toEqual(['historyListLength', 'binlogRetention']);
    expect(report.notChecked.every(({ because }) => because === 'no-aws')).toBe(true);
    expect(report.notChecked).toHaveLength(8);
  });

  it('instanceLimit speaks of one class and two versions', async () => {
    const aws = fakeAws({ ...CLUSTER, engineVersion: '5.7.mysql_aurora.2.12.1' });
    const large = {
      ...aws,
      rds: { ...aws.rds, instances: async () => [{ ...INSTANCE, instanceClass: 'db.r6i.32xlarge' }] },
    };
    const report = await run({ aws: large, only: ['instanceLimit'] });
    expect(report.findings).toMatchObject([{ level: 'error', object: 'shop-1' }]);
  });
});

describe('what a real 5.7.29 cannot be brought to', () => {
  const table = { schema_name: 'shop', table_name: 't', column_name: 'c' };

  it.each<[string, Record<string, readonly Row[]>, string]>([
    [
      'columnsWhichCannotHaveDefaults',
      {
        'literal-defaults': [
          { ...table, data_type: 'json' },
          { ...table, table_name: 'v', data_type: 'json' },
        ],
        'names-of-views': [{ schema_name: 'shop', table_name: 'v' }],
      },
      'error shop.t.c',
    ],
    [
      'tinyColumnIndexLength',
      {
        'tiny-columns': [
          { ...table, charset: 'utf8mb4' },
          { ...table, column_name: 'short', charset: 'utf8mb4' },
        ],
        'character-sets': [{ charset: 'utf8mb4', bytes: 4 }],
        'index-prefixes': [
          { ...table, index_name: 'k', sub_part: 64 },
          { ...table, column_name: 'other', index_name: 'k', sub_part: 200 },
        ],
      },
      'error shop.t.c',
    ],
    ['fastDdl', { 'global-variables': [{ Variable_name: 'aurora_lab_mode', Value: 'ON' }] }, 'warning aurora_lab_mode'],
  ])('%s', async (only, answers, expected) => {
    const report = await run({ only: [only], answers });
    expect(report.findings.map(({ level, object }) => `${level} ${object}`)).toEqual([expected]);
    expect((await run({ only: [only] })).findings).toEqual([]);
  });

  it('pluginUsage follows the life of a plugin', async () => {
    const answers = { 'active-plugins': [{ name: 'keyring_file' }] };
    const levels = async (target: string): Promise<string[]> =>
      (await run({ only: ['pluginUsage'], answers, target })).findings.map(({ level }) => level);
    expect(await levels('8.0.32')).toEqual([]);
    expect(await levels('8.0.36')).toEqual(['warning']);
    expect(await levels('8.4.7')).toEqual(['error']);
  });
});

it('invalidPrivileges names who has SET_USER_ID on 8.0', async () => {
  const report = await runPrechecks({
    server: fakeServer(
      { 'removed-privileges': [{ user_name: 'deploy', host_name: '%', privilege: 'SET_USER_ID' }] },
      '8.0.39',
    ),
    sourceVersion: '8.0.mysql_aurora.3.08.2',
    targetVersion: '8.4.mysql_aurora.8.4.7',
    emit: () => undefined,
    checks: UPGRADE_CHECKS.filter(({ id }) => id === 'invalidPrivileges'),
  });
  expect(report.findings).toMatchObject([{ level: 'notice', object: 'deploy@%' }]);
});

it('finds accounts that pass read_only through roles, and believes the configuration about one of them', async () => {
  const report = await runPrechecks({
    server: fakeServer(
      {
        'own-account': [{ account: 'admin@%' }],
        'accounts-with-super': [{ user_name: 'rdsadmin', host_name: 'localhost' }],
        'accounts-with-connection-admin': [{ user_name: 'rds_superuser_role', host_name: '%' }],
        'role-grants': [
          { role_user: 'team', role_host: '%', user_name: 'etl', host_name: '%' },
          { role_user: 'rds_superuser_role', role_host: '%', user_name: 'team', host_name: '%' },
          { role_user: 'rds_superuser_role', role_host: '%', user_name: 'admin', host_name: '%' },
        ],
      },
      '8.0.39',
    ),
    config: CONFIG,
    sourceVersion: '8.0.mysql_aurora.3.08.2',
    targetVersion: '8.4.mysql_aurora.8.4.7',
    emit: () => undefined,
    checks: UPGRADE_CHECKS.filter(({ id }) => id === 'accountsPassingReadOnly'),
  });
  expect(report.findings.map(({ object, level }) => `${level} ${object}`).toSorted()).toEqual([
    'notice admin@%',
    'notice etl@%',
    'warning team@%',
  ]);
});

it('has one id a check, and says for each why it matters, what it needs and where it is documented', () => {
  expect(new Set(UPGRADE_CHECKS.map(({ id }) => id)).size).toBe(UPGRADE_CHECKS.length);
  for (const check of UPGRADE_CHECKS) {
    expect(check.whyItMatters.length).toBeGreaterThan(40);
    expect(check.needs).not.toBe('');
    expect(check.documentation).toMatch(/^https:\/\/(dev\.mysql\.com|docs\.aws\.amazon\.com)\//);
  }
});

it('asks nothing but questions, and names every column it asks for', () => {
  for (const { sql } of UPGRADE_CHECKS.flatMap(({ queries }) => queries)) {
    expect(sql).toMatch(
      /^(SELECT \/\*\+ MAX_EXECUTION_TIME\(\d+\) \*\/|SHOW |XA RECOVER|CALL mysql\.rds_show_configuration$)/,
    );
    expect(sql).not.toMatch(/SELECT \*/);
  }
});
