import { modifyClusterParameters } from '../../actions/aws/calls';
import type { FenceConfig } from '../../actions/config/schema';
import { SAFE_CONNECTION } from '../../actions/mysql/reverse-rules';
import { parseAuroraVersion } from '../../actions/mysql/version';
import { isAllowed } from '../../actions/parameters/allowed-values';
import { renamedParameter } from '../../actions/parameters/renames';
import { toolParameters } from '../../actions/parameters/tool-parameters';
import { phaseParameters, phaseSecurityGroups } from '../../actions/state/declared';
import { table, translate, type Wanted } from './parameters.fixture';

describe('the translation of parameters from 5.7 to 8.0', () => {
  it.each<[string, Wanted, string]>([
    [
      'the same',
      { cluster: { time_zone: 'Europe/Berlin' } },
      'same: cluster time_zone = Europe/Berlin -> cluster time_zone = Europe/Berlin',
    ],
    [
      'renamed',
      { instance: { tx_isolation: 'READ-COMMITTED' } },
      'renamed: instance tx_isolation = READ-COMMITTED -> instance transaction_isolation = READ-COMMITTED',
    ],
    [
      'renamed as all of slave_',
      { cluster: { slave_type_conversions: 'ALL_LOSSY' } },
      'renamed: cluster slave_type_conversions = ALL_LOSSY -> cluster replica_type_conversions = ALL_LOSSY',
    ],
    [
      'one role for two',
      { cluster: { aurora_load_from_s3_role: 'arn:1' } },
      'renamed: cluster aurora_load_from_s3_role = arn:1 -> cluster aws_default_s3_role = arn:1',
    ],
    ['removed', { instance: { query_cache_size: '1048576' } }, 'removed: instance query_cache_size = 1048576 -> none'],
    [
      'moved to the cluster',
      { instance: { innodb_adaptive_hash_index: '0' } },
      'moved: instance innodb_adaptive_hash_index = 0 -> cluster innodb_adaptive_hash_index = 0',
    ],
    [
      'not to be changed any more',
      { cluster: { skip_name_resolve: '0' } },
      'not-modifiable: cluster skip_name_resolve = 0 -> none',
    ],
    [
      'a value no longer allowed',
      { instance: { max_connections: '20000' } },
      'value-not-allowed: instance max_connections = 20000 -> none',
    ],
    [
      'modes without the struck one',
      { instance: { sql_mode: 'ANSI_QUOTES,NO_AUTO_CREATE_USER' } },
      'value-not-allowed: instance sql_mode = ANSI_QUOTES,NO_AUTO_CREATE_USER -> instance sql_mode = ANSI_QUOTES',
    ],
    ['followed by the phase', { instance: { read_only: '1' } }, 'follows-phase: instance read_only = 1 -> none'],
    [
      'spelled as the family wants it',
      { instance: { autocommit: 'ON' } },
      'same: instance autocommit = ON -> instance autocommit = 1',
    ],
    [
      'a formula',
      { instance: { max_connections: '{DBInstanceClassMemory/12582880}' } },
      'same: instance max_connections = {DBInstanceClassMemory/12582880} -> instance max_connections = {DBInstanceClassMemory/12582880}',
    ],
    [
      'a formula with a function',
      { instance: { max_connections: 'LEAST({DBInstanceClassMemory/9531392},5000)' } },
      'same: instance max_connections = LEAST({DBInstanceClassMemory/9531392},5000) -> instance max_connections = LEAST({DBInstanceClassMemory/9531392},5000)',
    ],
  ])('tells what is %s', (_verdict, wanted, row) => {
    expect(table(translate(wanted))).toEqual([row]);
  });

  it('carries with the apply method that fits the target, and says where each comes from', () => {
    const plan = translate({ cluster: { binlog_format: 'ROW' }, instance: { tx_isolation: 'SERIALIZABLE' } });
    expect(plan.cluster).toEqual([
      { name: 'binlog_format', value: 'ROW', applyMethod: 'pending-reboot', origin: 'blue' },
    ]);
    expect(plan.instance).toEqual([
      { name: 'transaction_isolation', value: 'SERIALIZABLE', applyMethod: 'immediate', origin: 'renamed' },
    ]);
  });

  it('says of each that does not arrive why', () => {
    const plan = translate({
      cluster: { query_cache_type: '1', skip_name_resolve: '0', binlog_format: 'OLD' },
      instance: {},
    });
    expect(plan.cluster).toEqual([]);
    expect(plan.notCarried).toEqual([
      { name: 'binlog_format', value: 'OLD', reason: 'aurora-mysql8.0 allows only ROW,STATEMENT,MIXED,OFF' },
      { name: 'query_cache_type', value: '1', reason: 'aurora-mysql8.0 does not have it' },
      { name: 'skip_name_resolve', value: '0', reason: 'aurora-mysql8.0 does not let it be changed' },
    ]);
  });

  it('lets the instance value win when both levels end at one', () => {
    const plan = translate({ cluster: { init_connect: 'A', innodb_print_all_deadlocks: '0' }, instance: {} });
    expect(plan.cluster).toHaveLength(2);
    const one = translate({
      to: '8.4',
      cluster: { replica_parallel_workers: '2' },
      instance: { slave_parallel_workers: '8' },
    });
    expect(one.cluster).toMatchObject([{ name: 'replica_parallel_workers', value: '8' }]);
    expect(table(one)).toEqual([
      'overridden: cluster replica_parallel_workers = 2 -> none',
      'renamed: instance slave_parallel_workers = 8 -> cluster replica_parallel_workers = 8',
    ]);
  });

  it('keeps both where the target has both levels, as blue has', () => {
    const plan = translate({ cluster: { max_execution_time: '1000' }, instance: { max_execution_time: '2000' } });
    expect([plan.cluster, plan.instance]).toMatchObject([[{ value: '1000' }], [{ value: '2000' }]]);
  });

  it('prefers the new name when blue sets the old one too', () => {
    const plan = translate({
      cluster: {
        aws_default_s3_role: 'arn:new',
        aurora_load_from_s3_role: 'arn:old',
        aurora_select_into_s3_role: 'arn:x',
      },
    });
    expect(plan.cluster).toMatchObject([{ name: 'aws_default_s3_role', value: 'arn:new' }]);
    expect(table(plan).filter((row) => row.startsWith('overridden'))).toHaveLength(2);
  });

  it('carries no group that RDS takes only whole when one of it is lost', () => {
    const plan = translate({ cluster: { 'gtid-mode': 'ON', enforce_gtid_consistency: 'PERHAPS' } });
    expect(plan.cluster).toEqual([]);
    expect(plan.notCarried).toMatchObject([
      { name: 'enforce_gtid_consistency', reason: 'aurora-mysql8.0 allows only OFF,ON,WARN' },
      { name: 'gtid-mode', reason: 'it travels with enforce_gtid_consistency, which cannot be carried' },
    ]);
  });

  it('loses no commit without the second consent that 8.0 asks for', () => {
    const alone = translate({ cluster: { innodb_flush_log_at_trx_commit: '2' } });
    expect(alone.cluster).toEqual([]);
    expect(alone.notCarried[0]?.reason).toContain('only together with innodb_trx_commit_allow_data_loss = 1');
    const durable = translate({ cluster: { innodb_flush_log_at_trx_commit: '1' } });
    expect(durable.cluster).toMatchObject([{ value: '1' }]);
  });
});

describe('what is set on green whatever blue says', () => {
  it('wins over blue as the tool, over the tool as upgrade.yaml', () => {
    const plan = translate({
      cluster: { binlog_format: 'MIXED', collation_server: 'latin1_bin' },
      tool: { binlog_format: 'ROW', collation_server: 'latin1_swedish_ci' },
      config: { cluster: { collation_server: 'latin1_german1_ci' } },
    });
    expect(plan.cluster).toMatchObject([
      { name: 'binlog_format', value: 'ROW', origin: 'tool' },
      { name: 'character_set_server', value: 'latin1', origin: 'tool' },
      { name: 'collation_server', value: 'latin1_german1_ci', origin: 'config' },
    ]);
    expect(table(plan)).toContain('set-by-tool: cluster binlog_format = MIXED -> cluster binlog_format = ROW');
  });

  it("is not overruled by an instance value of blue, which would win over the cluster's", () => {
    const plan = translate({ instance: { init_connect: 'SET a' }, tool: { init_connect: 'SET a; SET b' } });
    expect(plan.instance).toEqual([]);
    expect(plan.cluster).toMatchObject([{ name: 'init_connect', value: 'SET a; SET b' }]);
  });

  it('keeps a character set and its collation together', () => {
    const tool = { character_set_server: 'latin1', collation_server: 'latin1_swedish_ci' };
    const named = (config: Readonly<Record<string, string>>): readonly string[] =>
      translate({ tool, config: { cluster: config } }).cluster.map(({ value }) => value);
    expect(named({ character_set_server: 'utf8mb4' })).toEqual(['utf8mb4', 'utf8mb4_general_ci']);
    expect(named({ collation_server: 'utf8mb4_bin' })).toEqual(['utf8mb4', 'utf8mb4_bin']);
    expect(named({ character_set_server: 'sjis' })).toEqual(['sjis']);
    expect(named({})).toEqual(['latin1', 'latin1_swedish_ci']);
  });

  it('names utf8 as the family does: newer servers do not start with the old name', () => {
    const tool = { character_set_server: 'utf8', collation_server: 'utf8_general_ci' };
    const valuesFor = (to: string): readonly string[] => translate({ tool, to }).cluster.map(({ value }) => value);
    expect(valuesFor('8.0')).toEqual(['utf8', 'utf8_general_ci']);
    expect(valuesFor('9.7')).toEqual(['utf8mb3', 'utf8mb3_general_ci']);
  });

  it('is refused with its reason when the family does not take it', () => {
    const plan = translate({ config: { instance: { query_cache_size: '1' } }, tool: { binlog_format: 'OLD' } });
    expect(plan.notCarried).toEqual([
      { name: 'binlog_format', value: 'OLD', reason: 'aurora-mysql8.0 allows only ROW,STATEMENT,MIXED,OFF' },
      { name: 'query_cache_size', value: '1', reason: 'aurora-mysql8.0 does not have it' },
    ]);
  });
});

describe('calls that change parameters', () => {
  it('take at most twenty, and tear no group apart', () => {
    const many = Array.from({ length: 19 }, (_, index) => ({
      name: `p${index}`,
      value: '1',
      applyMethod: 'immediate' as const,
    }));
    const pair = ['character_set_server', 'collation_server'].map((name) => ({
      name,
      value: 'x',
      applyMethod: 'immediate' as const,
    }));
    const [set, collation] = pair;
    const sent = modifyClusterParameters('g', [...(set ? [set] : []), ...many, ...(collation ? [collation] : [])]).map(
      ({ input }) => (input['Parameters'] as readonly { ParameterName: string }[]).map((one) => one.ParameterName),
    );
    expect(sent.map((call) => call.length)).toEqual([20, 1]);
    expect(sent[0]?.slice(0, 2)).toEqual(['character_set_server', 'collation_server']);
    expect(sent.flat()).toHaveLength(21);
  });
});

describe('allowed values', () => {
  it.each([
    [undefined, 'anything', true],
    ['0,1', '1', true],
    ['0,1', '2', false],
    ['1-1000', '1000', true],
    ['1-1000', '1001', false],
    ['0-31536000', '0.5', true],
    ['-1-9223372036854775807', '9223372036854775806', true],
    ['ROW,MIXED', 'row', true],
    ['STRICT,ANSI', 'STRICT,ANSI', true],
    ['STRICT,ANSI', 'STRICT,ORACLE', false],
    ['1-100', '{DBInstanceClassMemory/2}', true],
  ])('%s: %s is %s', (allowed, value, expected) => {
    expect(isAllowed(allowed, value)).toBe(expected);
  });

  it('knows renames, the whole slave_ family among them in both spellings, and leaves other names alone', () => {
    expect(renamedParameter('slave_parallel_workers')).toBe('replica_parallel_workers');
    expect(renamedParameter('slave-skip-errors')).toBe('replica_skip_errors');
    expect(renamedParameter('init_slave')).toBe('init_replica');
    expect(renamedParameter('max_connections')).toBeUndefined();
  });
});

describe('parameters that the tool needs on green', () => {
  const now = { characterSetServer: 'latin1', collationServer: 'latin1_swedish_ci', initConnect: '' };
  const blue = parseAuroraVersion('5.7.mysql_aurora.2.12.4');

  it('keep collation 255 off the way back from 8.0 to 5.7', () => {
    const green = parseAuroraVersion('8.0.mysql_aurora.3.08.2');
    expect(toolParameters(blue, green, now)).toMatchObject({
      collation_server: 'latin1_swedish_ci',
      init_connect: SAFE_CONNECTION,
    });
    expect(toolParameters(blue, green, { ...now, initConnect: 'SET autocommit=1' })).toMatchObject({
      init_connect: `SET autocommit=1; ${SAFE_CONNECTION}`,
    });
  });

  it('do not touch init_connect when both sides know the collation', () => {
    expect(toolParameters(blue, blue, now)).not.toHaveProperty('init_connect');
  });
});

describe('parameters that follow the phase', () => {
  it('let exactly the serving side take writes', () => {
    const facts = {};
    const values = (['new', 'prepared', 'replicating', 'switched', 'rolled-back', 'finalized'] as const).map(
      (phase) => phaseParameters({ phase, facts }).read_only,
    );
    expect(values).toEqual(['1', '1', '1', '0', '1', '0']);
  });

  it('give green the groups of its fence while blue serves', () => {
    const blue = { securityGroupIds: ['sg-b'] };
    const fence: FenceConfig = { kind: 'security-group', openGroups: ['sg-open'], closedGroups: ['sg-closed'] };
    expect(phaseSecurityGroups('replicating', blue, [])).toEqual(['sg-b']);
    expect(phaseSecurityGroups('replicating', blue, [fence])).toEqual(['sg-closed']);
    expect(phaseSecurityGroups('switched', blue, [fence])).toEqual(['sg-open']);
    expect(phaseSecurityGroups('rolled-back', blue, [fence])).toEqual(['sg-closed']);
  });
});
