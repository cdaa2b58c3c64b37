import { renamedParameter } from '../../actions/parameters/renames';
import { SAFE_CONNECTION } from '../../actions/mysql/reverse-rules';
import { toolParameters } from '../../actions/parameters/tool-parameters';
import { isAllowed, translateParameters, type TranslationInput } from '../../actions/parameters/translate';
import { parseAuroraVersion } from '../../actions/mysql/version';
import type { Parameter } from '../../actions/ports/aws';
import type { FenceConfig } from '../../actions/config/schema';
import { phaseParameters, phaseSecurityGroups } from '../../actions/state/declared';

function definition(name: string, more: Partial<Parameter> = {}): Parameter {
  return {
    name,
    value: undefined,
    source: 'engine-default',
    applyType: 'dynamic',
    isModifiable: true,
    allowedValues: undefined,
    ...more,
  };
}

function set(name: string, value: string): Parameter {
  return definition(name, { value, source: 'user' });
}

function translate(more: Partial<TranslationInput>): ReturnType<typeof translateParameters> {
  return translateParameters({
    blue: { cluster: [], instance: [] },
    target: { family: 'aurora-mysql8.0', cluster: [], instance: [] },
    config: { cluster: {}, instance: {} },
    tool: {},
    ...more,
  });
}

describe('the translation of parameters', () => {
  it('carries a changed parameter under the same name, with the method that fits the target', () => {
    const plan = translate({
      blue: { cluster: [set('time_zone', 'UTC')], instance: [set('max_connections', '500')] },
      target: {
        family: 'f',
        cluster: [definition('time_zone', { applyType: 'static' })],
        instance: [definition('max_connections')],
      },
    });
    expect(plan.cluster).toEqual([{ name: 'time_zone', value: 'UTC', applyMethod: 'pending-reboot', origin: 'blue' }]);
    expect(plan.instance).toEqual([
      { name: 'max_connections', value: '500', applyMethod: 'immediate', origin: 'blue' },
    ]);
    expect(plan.notCarried).toEqual([]);
  });

  it('carries a renamed parameter under its new name', () => {
    const plan = translate({
      blue: { cluster: [], instance: [set('tx_isolation', 'READ-COMMITTED')] },
      target: { family: 'f', cluster: [], instance: [definition('transaction_isolation')] },
    });
    expect(plan.instance).toEqual([
      { name: 'transaction_isolation', value: 'READ-COMMITTED', applyMethod: 'immediate', origin: 'renamed' },
    ]);
  });

  it('moves a parameter to the level that the target has it on', () => {
    const plan = translate({
      blue: { cluster: [], instance: [set('innodb_adaptive_hash_index', '0')] },
      target: { family: 'f', cluster: [definition('innodb_adaptive_hash_index')], instance: [] },
    });
    expect(plan.cluster.map((one) => one.name)).toEqual(['innodb_adaptive_hash_index']);
  });

  it('lets the instance value win when both levels end at one', () => {
    const plan = translate({
      blue: { cluster: [set('sql_mode', 'A')], instance: [set('sql_mode', 'B')] },
      target: { family: 'f', cluster: [definition('sql_mode')], instance: [] },
    });
    expect(plan.cluster).toMatchObject([{ name: 'sql_mode', value: 'B' }]);
  });

  it('reports what it cannot carry: unknown, not modifiable, value not allowed', () => {
    const plan = translate({
      blue: {
        cluster: [set('query_cache_type', '1'), set('sync_binlog', '1'), set('binlog_format', 'OLD')],
        instance: [],
      },
      target: {
        family: 'aurora-mysql8.0',
        cluster: [
          definition('sync_binlog', { isModifiable: false }),
          definition('binlog_format', { allowedValues: 'ROW,MIXED' }),
        ],
        instance: [],
      },
    });
    expect(plan.cluster).toEqual([]);
    expect(plan.notCarried).toEqual([
      { name: 'binlog_format', value: 'OLD', reason: 'aurora-mysql8.0 allows only ROW,MIXED' },
      { name: 'query_cache_type', value: '1', reason: 'aurora-mysql8.0 does not have it' },
      { name: 'sync_binlog', value: '1', reason: 'aurora-mysql8.0 does not let it be changed' },
    ]);
  });

  it('lets the tool win over blue and the configuration over the tool', () => {
    const plan = translate({
      blue: { cluster: [set('binlog_format', 'MIXED'), set('collation_server', 'x')], instance: [] },
      tool: { binlog_format: 'ROW', collation_server: 'y' },
      config: { cluster: { collation_server: 'z' }, instance: {} },
      target: { family: 'f', cluster: [definition('binlog_format'), definition('collation_server')], instance: [] },
    });
    expect(plan.cluster).toMatchObject([
      { name: 'binlog_format', value: 'ROW', origin: 'tool' },
      { name: 'collation_server', value: 'z', origin: 'config' },
    ]);
  });

  it('leaves what follows the phase to the phase', () => {
    const plan = translate({
      blue: { cluster: [set('read_only', '0')], instance: [set('event_scheduler', 'ON')] },
      target: { family: 'f', cluster: [definition('read_only'), definition('event_scheduler')], instance: [] },
    });
    expect(plan).toMatchObject({ cluster: [], instance: [], notCarried: [] });
  });

  it.each([
    [undefined, 'anything', true],
    ['0,1', '1', true],
    ['0,1', '2', false],
    ['1-1000', '1000', true],
    ['1-1000', '1001', false],
    ['-1-9223372036854775807', '9223372036854775806', true],
    ['ROW,MIXED', 'row', true],
    ['STRICT,ANSI', 'STRICT,ANSI', true],
    ['STRICT,ANSI', 'STRICT,ORACLE', false],
    ['1-100', '{DBInstanceClassMemory/2}', true],
  ])('allowed values %s: %s is %s', (allowed, value, expected) => {
    expect(isAllowed(allowed, value)).toBe(expected);
  });

  it('knows renames, the whole slave_ family among them, and leaves other names alone', () => {
    expect(renamedParameter('slave_parallel_workers')).toBe('replica_parallel_workers');
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
