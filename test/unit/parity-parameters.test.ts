import { globalVariables } from '../../actions/mysql/queries';
import { applicationRows } from '../../actions/parity/parameters/application-rows';
import { compareParameters } from '../../actions/parity/parameters/compare-parameters';
import { declaredRows } from '../../actions/parity/parameters/declared-rows';
import { instanceRows, readerGroupRow } from '../../actions/parity/parameters/instance-rows';
import type { ParityContext, ParityRow } from '../../actions/parity/parity';
import type { Cluster, Instance, Parameter } from '../../actions/ports/aws';
import type { ParameterPlan, PlannedParameter } from '../../actions/state/format';

function planned(name: string, value: string, origin: PlannedParameter['origin'] = 'blue'): PlannedParameter {
  return { name, value, applyMethod: 'immediate', origin };
}

function plan(more: Partial<ParameterPlan> = {}): ParameterPlan {
  return { family: 'aurora-mysql8.0', cluster: [], instance: [], notCarried: [], ...more };
}

function verdicts(rows: readonly ParityRow[]): Readonly<Record<string, string>> {
  return Object.fromEntries(rows.map(({ subject, verdict }) => [subject, verdict]));
}

describe('what the application sees', () => {
  const compare = (
    blue: Readonly<Record<string, string>>,
    green: Readonly<Record<string, string>>,
    decided: ParameterPlan = plan(),
  ): readonly ParityRow[] =>
    applicationRows({ plan: decided, blue: new Map(Object.entries(blue)), green: new Map(Object.entries(green)) });
  const verdictOf = (name: string, blue: string, green: string, decided?: ParameterPlan): string | undefined =>
    compare({ [name]: blue }, { [name]: green }, decided)[0]?.verdict;

  it.each([
    ['autocommit', 'ON', 'OFF', 'blocks'],
    ['lower_case_table_names', '0', '1', 'blocks'],
    ['time_zone', '+00:00', 'Europe/Berlin', 'blocks'],
    ['time_zone', 'UTC', '+00:00', 'same'],
    ['collation_server', 'latin1_swedish_ci', 'utf8mb4_0900_ai_ci', 'blocks'],
    ['collation_server', 'latin1_swedish_ci', 'utf8mb4_general_ci', 'warns'],
    ['collation_server', 'utf8mb4_0900_ai_ci', 'utf8mb4_0900_as_cs', 'warns'],
    ['collation_server', 'utf8_general_ci', 'utf8mb3_general_ci', 'same'],
    ['sql_mode', 'STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER', 'STRICT_TRANS_TABLES', 'same'],
    ['sql_mode', 'STRICT_TRANS_TABLES', '', 'warns'],
    ['group_concat_max_len', '1024', '4096', 'expected'],
    ['group_concat_max_len', '4096', '1024', 'warns'],
    ['max_user_connections', '10', '0', 'expected'],
    ['max_user_connections', '0', '10', 'warns'],
    ['innodb_lock_wait_timeout', '20', '50', 'warns'],
    ['explicit_defaults_for_timestamp', 'OFF', 'ON', 'warns'],
    ['log_bin_trust_function_creators', 'ON', 'OFF', 'warns'],
    ['character_set_client', 'latin1', 'utf8mb4', 'expected'],
  ])('%s: %s on blue, %s on green %s', (name, blue, green, verdict) => {
    expect(verdictOf(name, blue, green)).toBe(verdict);
  });

  it('knows that a blue of 8.0 reads the collations of 8.0', () => {
    const own = { default_collation_for_utf8mb4: 'utf8mb4_0900_ai_ci' };
    const rows = compare(
      { ...own, collation_server: 'latin1_swedish_ci' },
      { ...own, collation_server: 'utf8mb4_0900_ai_ci' },
    );
    expect(verdicts(rows)).toEqual({
      'variable collation_server': 'warns',
      'variable default_collation_for_utf8mb4': 'same',
    });
  });

  it('says what to write to have it as on blue', () => {
    expect(compare({ time_zone: 'UTC' }, { time_zone: '+02:00' })).toEqual([
      {
        subject: 'variable time_zone',
        blue: 'UTC',
        green: '+02:00',
        verdict: 'blocks',
        reason: 'NOW() and every TIMESTAMP that is read or written become another local time.',
        cure: [
          '`time_zone: UTC` in green.clusterParameters of upgrade.yaml, then npm run apply, npx cdktf deploy, npm run apply',
        ],
      },
    ]);
  });

  it('says so when blue does not run with what its own group declares', () => {
    const place = { level: 'instance', value: 'READ-COMMITTED', from: 'group' } as const;
    const translated = plan({
      translation: {
        blueFamily: 'aurora-mysql5.7',
        rows: [
          {
            verdict: 'renamed',
            blue: { ...place, name: 'tx_isolation' },
            green: { ...place, name: 'transaction_isolation' },
          },
        ],
      },
    });
    const name = 'transaction_isolation';
    expect(compare({ [name]: 'REPEATABLE-READ' }, { [name]: 'READ-COMMITTED' }, translated)[0]?.reason).toBe(
      "Transactions see other rows and take other locks. Blue's own group declares READ-COMMITTED, and blue does not run with it: it may wait for a reboot.",
    );
  });

  it('knows the zone behind SYSTEM', () => {
    const [row] = compare(
      { time_zone: 'SYSTEM', system_time_zone: 'UTC' },
      { time_zone: '+00:00', system_time_zone: 'CET' },
    );
    expect(row?.verdict).toBe('same');
  });

  it('lets what upgrade.yaml or the tool decided differ, when green runs with it', () => {
    const decided = plan({ cluster: [planned('time_zone', '+02:00', 'config')] });
    expect(verdictOf('time_zone', 'UTC', '+02:00', decided)).toBe('expected');
    expect(verdictOf('time_zone', 'UTC', '+03:00', decided)).toBe('blocks');
    const tool = plan({ instance: [planned('init_connect', 'SET b', 'tool')] });
    expect(verdictOf('init_connect', '', 'SET b', tool)).toBe('expected');
    expect(verdictOf('init_connect', '', 'SET c', tool)).toBe('warns');
  });

  it('warns of the collation of utf8mb4, unless sessions are given the one of blue', () => {
    const name = 'default_collation_for_utf8mb4';
    const green = { [name]: 'utf8mb4_0900_ai_ci' };
    expect(verdicts(compare({}, green))[`variable ${name}`]).toBe('warns');
    expect(
      verdicts(compare({}, { ...green, init_connect: `SET ${name} = utf8mb4_general_ci` }))[`variable ${name}`],
    ).toBe('expected');
    expect(verdicts(compare(green, green))[`variable ${name}`]).toBe('same');
  });
});

describe("what green's groups declare", () => {
  const rowsOf = (
    wanted: readonly PlannedParameter[],
    group: Readonly<Record<string, string>>,
    live: Readonly<Record<string, string>>,
    waitsForReboot = false,
  ): readonly ParityRow[] =>
    declaredRows({
      plan: plan({ instance: wanted }),
      phase: {},
      groups: { cluster: new Map(), instance: new Map(Object.entries(group)) },
      live: new Map(Object.entries(live)),
      waitsForReboot,
    });
  const one = [planned('innodb_lock_wait_timeout', '20')];
  const declared = { innodb_lock_wait_timeout: '20' };

  it('is the same when green runs with it', () => {
    expect(verdicts(rowsOf(one, declared, declared))).toEqual({ 'parameter innodb_lock_wait_timeout': 'same' });
  });

  it('warns when green runs with something else, and says whether a reboot would help', () => {
    const live = { innodb_lock_wait_timeout: '50' };
    expect(rowsOf(one, declared, live)[0]).toMatchObject({
      verdict: 'warns',
      green: '50',
      reason: "Green's group declares 20, but green runs with 50, and RDS knows of no reboot that is pending.",
    });
    expect(rowsOf(one, declared, live, true)[0]).toMatchObject({ verdict: 'warns', cure: ['npm run apply'] });
  });

  it('warns when the group has another value than is declared, whatever green runs with', () => {
    expect(rowsOf(one, { innodb_lock_wait_timeout: '99' }, declared)[0]).toMatchObject({
      verdict: 'warns',
      reason: "Green's instance group has 99, but 20 is declared; green runs with 20.",
    });
    expect(rowsOf(one, {}, declared)[0]?.verdict).toBe('warns');
  });

  it('names what somebody set in the group by hand', () => {
    expect(rowsOf([], { max_connections: '7' }, {})[0]).toMatchObject({
      subject: 'parameter max_connections',
      verdict: 'warns',
      cure: [
        'npx cdktf deploy',
        'or keep it: `max_connections: 7` in green.instanceParameters of upgrade.yaml, then npm run apply, npx cdktf deploy',
      ],
    });
  });

  it('cannot judge formulas and names that the server does not show', () => {
    const formula = '{DBInstanceClassMemory/12582880}';
    expect(
      rowsOf([planned('max_connections', formula)], { max_connections: formula }, { max_connections: '90' })[0]
        ?.verdict,
    ).toBe('expected');
    expect(rowsOf([planned('aurora_lab_mode', '1')], { aurora_lab_mode: '1' }, {})[0]?.verdict).toBe('expected');
  });

  it('asks the phase for what follows it, and lets the instance win over the cluster', () => {
    const rows = declaredRows({
      plan: plan({
        cluster: [planned('read_only', '0'), planned('init_connect', 'A')],
        instance: [planned('init_connect', 'B')],
      }),
      phase: { read_only: '1' },
      groups: {
        cluster: new Map([
          ['read_only', '1'],
          ['init_connect', 'A'],
        ]),
        instance: new Map([['init_connect', 'B']]),
      },
      live: new Map([
        ['read_only', 'ON'],
        ['init_connect', 'B'],
      ]),
      waitsForReboot: false,
    });
    expect(rows.map(({ subject, verdict }) => `${subject} ${verdict}`)).toEqual([
      'parameter init_connect expected',
      'parameter read_only same',
      'parameter init_connect same',
    ]);
  });
});

describe('the instances of green', () => {
  const cluster = {
    id: 'green',
    parameterGroup: 'green-cluster',
    members: [
      { instanceId: 'green-1', isWriter: true, clusterParameterStatus: 'in-sync' },
      { instanceId: 'green-2', isWriter: false, clusterParameterStatus: 'pending-reboot' },
    ],
  } as unknown as Cluster;
  const instances = [
    { id: 'green-1', parameterGroup: 'green-instance', parameterStatus: 'in-sync' },
    { id: 'green-2', parameterGroup: 'by-hand', parameterStatus: 'pending-reboot' },
  ] as unknown as readonly Instance[];
  const declared = { clusterParameterGroup: 'green-cluster', instanceParameterGroup: 'green-instance' };
  const decided = plan({
    cluster: [{ ...planned('binlog_format', 'ROW'), applyMethod: 'pending-reboot' }, planned('time_zone', 'UTC')],
    instance: [{ ...planned('back_log', '100'), applyMethod: 'pending-reboot' }],
  });

  it('are named each with what waits for a reboot, and with a group that is not theirs', () => {
    const rows = instanceRows({ cluster, instances, declared, plan: decided });
    expect(verdicts(rows)).toEqual({
      'parameter group of the cluster': 'same',
      'parameters of green-1': 'same',
      'parameter group of green-1': 'same',
      'parameters of green-2': 'warns',
      'parameter group of green-2': 'warns',
    });
    expect(rows.find(({ subject }) => subject === 'parameters of green-2')?.reason).toContain(
      'waits for a reboot, which these need: binlog_format, back_log.',
    );
  });

  it("are told of a reader of blue whose group is not the writer's", () => {
    const set = (name: string, value: string): Parameter => ({ name, value }) as Parameter;
    const reader = { id: 'blue-2', parameterGroup: 'reporting' } as Instance;
    expect(readerGroupRow(reader, [set('a', '1')], [set('a', '1')]).verdict).toBe('same');
    expect(readerGroupRow(reader, [set('a', '2'), set('b', '1')], [set('a', '1'), set('c', '1')])).toMatchObject({
      verdict: 'warns',
      reason: expect.stringContaining('(a, b, c)') as string,
    });
  });

  it('are compared with the groups that they run with, the servers asked once each', async () => {
    const asked: string[] = [];
    const askedGroups: string[] = [];
    const live: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      blue: { time_zone: 'UTC', sql_mode: '' },
      green: {
        time_zone: 'UTC',
        sql_mode: '',
        back_log: '50',
        binlog_format: 'ROW',
        read_only: 'ON',
        event_scheduler: 'OFF',
      },
    };
    const groups: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      'green-cluster': { binlog_format: 'ROW', time_zone: 'UTC', read_only: '1', event_scheduler: 'OFF' },
      'green-instance': { back_log: '100' },
      reporting: { back_log: '7' },
      'blue-instance': {},
    };
    const context = {
      phase: 'replicating',
      config: { green: { cluster: 'green', readers: [], engineVersion: '8.0.mysql_aurora.3.08.2' } },
      facts: () => ({
        blue: { clusterId: 'blue', instanceParameterGroup: 'blue-instance' },
        green: { clusterId: 'green' },
        parameters: decided,
      }),
      signal: new AbortController().signal,
      aws: {
        rds: {
          cluster: () => Promise.resolve(cluster),
          instances: (id: string) =>
            Promise.resolve(
              id === 'green'
                ? instances
                : ['blue-2', 'blue-3'].map((one) => ({ id: one, parameterGroup: 'reporting' })),
            ),
          parameters: (_level: string, group: string) => {
            askedGroups.push(group);
            return Promise.resolve(Object.entries(groups[group] ?? {}).map(([name, value]) => ({ name, value })));
          },
        },
      },
      mysql: {
        connect: (side: string) =>
          Promise.resolve({
            read: (query: ReturnType<typeof globalVariables>) => {
              asked.push(side);
              return Promise.resolve(
                new Map(Object.entries(live[side] ?? {}).filter(([name]) => query.values.includes(name))),
              );
            },
          }),
      },
    } as unknown as ParityContext;
    const found = verdicts(await compareParameters(context));
    expect(asked.sort()).toEqual(['blue', 'green']);
    expect(askedGroups.sort()).toEqual(['blue-instance', 'green-cluster', 'green-instance', 'reporting']);
    expect(Object.entries(found).filter(([, verdict]) => verdict !== 'same')).toEqual([
      ['parameter back_log', 'warns'],
      ['parameter group of the cluster', 'warns'],
      ['parameter group of green-1', 'warns'],
      ['parameters of green-2', 'warns'],
      ['parameter group of green-2', 'warns'],
      ["parameter group of blue's blue-2", 'warns'],
      ["parameter group of blue's blue-3", 'warns'],
    ]);
  });
});
