/** What the checks `fences` and `reverseDirection` tell by looking, before there is a green. */
import { UPGRADE_CHECKS } from '../../actions/checks/catalogue';
import type { FenceConfig } from '../../actions/config/fence-schema';
import { runPrechecks } from '../../actions/checks/run-checks';
import type { PrecheckReport } from '../../actions/checks/report';
import type { CommandOutcome } from '../../actions/ports/command';
import type { Cluster, Parameter } from '../../actions/ports/aws';
import type { Row } from '../../actions/ports/mysql-server';
import { CLUSTER, CONFIG, fakeAws, fakeServer } from './checks.fixture';

interface Circumstances {
  readonly fences?: readonly FenceConfig[];
  readonly cluster?: Partial<Cluster>;
  readonly answers?: Readonly<Record<string, readonly Row[]>>;
  readonly serverVersion?: string;
  readonly readOnlyParameter?: Partial<Parameter>;
  readonly state?: CommandOutcome;
  readonly green?: Readonly<Record<string, string>>;
  readonly target?: string;
}

const READ_ONLY: Parameter = {
  name: 'read_only',
  value: undefined,
  source: 'engine-default',
  applyType: 'dynamic',
  isModifiable: true,
  allowedValues: '0,1',
};
const ALL = [{ grants: 'GRANT ALL PRIVILEGES ON *.* TO `admin`@`%`' }];
const FEW = [{ grants: 'GRANT SELECT, CREATE USER ON *.* TO `admin`@`%`' }];
const NEW = '8.0.mysql_aurora.3.08.2';

async function check(id: string, given: Circumstances = {}): Promise<PrecheckReport> {
  const cluster = { ...CLUSTER, ...given.cluster };
  const aws = fakeAws(cluster);
  const state = given.state ?? { is: 'exited', exitCode: 1, output: '' };
  return runPrechecks({
    server: fakeServer({ 'grants-for-fences': ALL, ...given.answers }, given.serverVersion),
    aws: { ...aws, rds: { ...aws.rds, parameters: async () => [{ ...READ_ONLY, ...given.readOnlyParameter }] } },
    config: {
      ...CONFIG,
      green: { ...CONFIG.green, clusterParameters: given.green ?? {} },
      cutover: { ...CONFIG.cutover, fences: { blue: [...(given.fences ?? [])], green: [] } },
    },
    commands: { run: async () => state },
    sourceVersion: cluster.engineVersion,
    targetVersion: given.target ?? NEW,
    emit: () => undefined,
    checks: UPGRADE_CHECKS.filter((one) => one.id === id),
  });
}

async function found(id: string, given: Circumstances = {}): Promise<readonly string[]> {
  const { findings, notChecked } = await check(id, given);
  expect(notChecked).toEqual([]);
  return findings.map(({ level, object }) => `${level} ${object}`);
}

describe('fences', () => {
  const group: FenceConfig = { kind: 'security-group', openGroups: ['sg-1', 'sg-2'], closedGroups: ['sg-3'] };
  const lock: FenceConfig = { kind: 'account-lock', accounts: ['app@10.%'] };
  const locked = (isLocked: string): NonNullable<Circumstances['answers']> => ({
    'account-locks': [{ account_user: 'app', account_host: '10.%', account_lock: isLocked }],
  });
  const hook: FenceConfig = { kind: 'hook', close: ['x'], open: ['x'], state: ['look'], timeout: 1_000 };
  const procedure = { 'read-only-procedure': [{ name: 'rds_set_read_only' }] };

  it.each<[string, Circumstances]>([
    ['the default of 5.7', {}],
    ['the default of 3.06 and later', { cluster: { engineVersion: NEW }, serverVersion: '8.0.39', answers: procedure }],
    [
      'a default parameter group, for which apply makes another',
      { cluster: { parameterGroup: 'default.aurora-mysql5.7' } },
    ],
    ['security groups in any order', { fences: [group], cluster: { securityGroupIds: ['sg-2', 'sg-1'] } }],
    ['an account that is there', { fences: [lock], answers: locked('N') }],
    ['a hook that says open', { fences: [hook] }],
    [
      'privileges of a role',
      {
        fences: [{ kind: 'read-only', super: true }],
        answers: { 'grants-for-fences': [{ g: 'GRANT `dba`@`%` TO `admin`@`%`' }] },
      },
    ],
  ])('nothing against %s', async (_, given) => {
    expect(await found('fences', given)).toEqual([]);
  });

  it.each<[string, Circumstances, string]>([
    ['no LOCK TABLES, which nobody asked for', { answers: { 'grants-for-fences': FEW } }, 'notice lock-tables'],
    [
      'no LOCK TABLES, which is configured',
      { fences: [{ kind: 'lock-tables' }], answers: { 'grants-for-fences': FEW } },
      'error lock-tables',
    ],
    ['a procedure that this version lacks', { fences: [{ kind: 'rds-set-read-only' }] }, 'error rds-set-read-only'],
    ['a procedure that the account does not see', { cluster: { engineVersion: NEW } }, 'error rds-set-read-only'],
    ['a static parameter', { readOnlyParameter: { applyType: 'static' } }, 'error cluster-parameter-group'],
    [
      'a parameter that nobody changes',
      { readOnlyParameter: { isModifiable: false } },
      'error cluster-parameter-group',
    ],
    [
      'no SUPER',
      { fences: [{ kind: 'read-only', super: true }], answers: { 'grants-for-fences': FEW } },
      'error read-only',
    ],
    [
      'no SYSTEM_VARIABLES_ADMIN',
      { fences: [{ kind: 'read-only', super: false }], serverVersion: '8.0.39', answers: { 'grants-for-fences': FEW } },
      'error read-only',
    ],
    ['an account that is not there', { fences: [lock] }, 'error app@10.%'],
    ['an account that is locked already', { fences: [lock], answers: locked('Y') }, 'warning app@10.%'],
    ['other security groups', { fences: [group], cluster: { securityGroupIds: ['sg-1'] } }, 'error security-group'],
    [
      'a fence of security groups that is closed',
      { fences: [group], cluster: { securityGroupIds: ['sg-3'] } },
      'error security-group',
    ],
    ['a hook that says closed', { fences: [hook], state: { is: 'exited', exitCode: 0, output: '' } }, 'error hook'],
    [
      'a hook that does not know',
      { fences: [hook], state: { is: 'exited', exitCode: 7, output: 'no key' } },
      'error hook',
    ],
    ['a hook that is not there', { fences: [hook], state: { is: 'not-started', why: 'ENOENT' } }, 'error hook'],
    [
      'a blue that is read-only',
      { answers: { 'global-variables': [{ Variable_name: 'read_only', Value: 'ON' }] } },
      'warning read_only',
    ],
  ])('finds %s', async (_, given, expected) => {
    expect(await found('fences', given)).toEqual([expected]);
  });
});

describe('reverseDirection', () => {
  const avoid = 'notice statements on green after the switch';

  it('names what blue of 5.7 cannot follow, and nothing that this tool sets itself', async () => {
    const variables = [{ Variable_name: 'collation_server', Value: 'latin1_swedish_ci' }];
    expect(await found('reverseDirection', { answers: { 'global-variables': variables } })).toEqual([avoid]);
    const [finding] = (await check('reverseDirection')).findings;
    expect(finding?.description).toContain('RENAME COLUMN');
  });

  it.each<[Record<string, string>, string]>([
    [{ binlog_row_value_options: 'PARTIAL_JSON' }, 'warning binlog_row_value_options=PARTIAL_JSON'],
    [{ binlog_transaction_compression: '1' }, 'warning binlog_transaction_compression=ON'],
    [{ collation_server: 'utf8mb4_0900_ai_ci' }, 'warning collation_server=utf8mb4_0900_ai_ci'],
    [{ binlog_row_image: 'MINIMAL' }, 'notice binlog_row_image=MINIMAL'],
    [{ init_connect: 'DO 1' }, 'warning init_connect'],
  ])('%s of upgrade.yaml', async (green, expected) => {
    const all = await found('reverseDirection', { green });
    expect(all.some((one) => one.startsWith(expected))).toBe(true);
  });

  it('has nothing to say between 8.0 and 8.4', async () => {
    const given = { cluster: { engineVersion: NEW }, serverVersion: '8.0.39', target: '8.4.mysql_aurora.8.4.7' };
    expect(await found('reverseDirection', given)).toEqual([]);
  });
});
