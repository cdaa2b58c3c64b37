import { ENGINE_VERSIONS, upgradeTargetsOf } from '../../lab/aws/parameters/engine-versions';
import { FAMILIES, familyOf } from '../../lab/aws/parameters/families';
import { checkValue, combinationProblem, definitionForChange, definitionsOf } from '../../lab/aws/parameters/rules';

const LEVELS = ['cluster', 'instance'] as const;
const EVERYWHERE = FAMILIES.flatMap((family) => LEVELS.map((level) => [family, level] as const));

test.each(EVERYWHERE)('%s has at least 40 %s parameters that a user may set, each once', (family, level) => {
  const definitions = definitionsOf(level, family);
  const names = definitions.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(definitions.filter(({ isModifiable }) => isModifiable).length).toBeGreaterThanOrEqual(40);
});

test.each(EVERYWHERE)('%s defaults at %s level are values that could be set', (family, level) => {
  for (const definition of definitionsOf(level, family)) {
    if (definition.defaultValue !== undefined) {
      const { defaultValue } = definition;
      expect(() => {
        checkValue(definition, defaultValue);
      }).not.toThrow();
    }
  }
});

test('read_only is at both levels in 5.7 and only at the cluster later, with another default', () => {
  const readOnly = (level: 'cluster' | 'instance') =>
    FAMILIES.map((family) => definitionsOf(level, family).find(({ name }) => name === 'read_only')?.defaultValue);
  expect(readOnly('cluster')).toEqual(['{TrueIfReplica}', '0', '0', '0']);
  expect(readOnly('instance')).toEqual(['{TrueIfReplica}', undefined, undefined, undefined]);
});

test.each([
  ['cluster', 'binlog_format', ['static', 'static', 'static', 'static']],
  ['cluster', 'read_only', ['dynamic', 'dynamic', 'dynamic', 'dynamic']],
  ['cluster', 'master_verify_checksum', ['dynamic', undefined, undefined, undefined]],
  ['cluster', 'source_verify_checksum', [undefined, 'dynamic', 'dynamic', 'dynamic']],
  ['cluster', 'aurora_enhanced_binlog', [undefined, 'static', 'static', 'static']],
  ['cluster', 'authentication_policy', [undefined, undefined, 'static', 'static']],
  ['instance', 'tx_isolation', ['dynamic', undefined, undefined, undefined]],
  ['instance', 'transaction_isolation', [undefined, 'dynamic', 'dynamic', 'dynamic']],
  ['instance', 'innodb_adaptive_hash_index', ['dynamic', undefined, undefined, undefined]],
  ['cluster', 'innodb_adaptive_hash_index', [undefined, 'dynamic', 'dynamic', 'dynamic']],
] as const)('%s parameter %s is in the families it belongs to', (level, name, applyTypes) => {
  const found = FAMILIES.map((family) => definitionsOf(level, family).find((definition) => definition.name === name));
  expect(found.map((definition) => definition?.applyType)).toEqual(applyTypes);
});

test.each([
  ['read_only', '{TrueIfReplica}', true],
  ['read_only', '2', false],
  ['binlog_format', 'ROW', true],
  ['slave_parallel_workers', '1024', true],
  ['slave_parallel_workers', '1025', false],
  ['slave_parallel_workers', 'many', false],
  ['server_audit_events', 'CONNECT,QUERY', true],
  ['server_audit_events', 'CONNECT,SLEEP', false],
])('%s=%s is allowed: %s', (name, value, isAllowed) => {
  const check = () => {
    checkValue(definitionForChange('cluster', 'aurora-mysql5.7', name), value);
  };
  if (isAllowed) expect(check).not.toThrow();
  else expect(check).toThrow(`Invalid parameter value: ${value} for: ${name}`);
});

test.each([
  [{ 'gtid-mode': 'ON', enforce_gtid_consistency: 'OFF' }, true],
  [{ 'gtid-mode': 'ON', enforce_gtid_consistency: 'ON' }, false],
  [{ aurora_enhanced_binlog: '1', binlog_backup: '1', binlog_replication_globaldb: '0' }, true],
  [{ aurora_enhanced_binlog: '1', binlog_backup: '0', binlog_replication_globaldb: '0' }, false],
  [{ aurora_enhanced_binlog: '0', binlog_backup: '0', binlog_replication_globaldb: '1' }, true],
  [{ character_set_server: 'utf8mb4', collation_server: 'latin1_swedish_ci' }, true],
  [{ character_set_server: 'utf8', collation_server: 'utf8mb3_general_ci' }, false],
  [{ ssl_max_protocol_version: 'TLSv1.2', ssl_min_protocol_version: 'TLSv1.3' }, true],
])('%j as the result of a call is refused: %s', (values: Record<string, string>, isRefused) => {
  const problem = combinationProblem(Object.keys(values), (name) => values[name] ?? '');
  expect(problem?.code).toBe(isRefused ? 'InvalidParameterCombination' : undefined);
});

test('every version has a family, and no upgrade leads back', () => {
  for (const [index, version] of ENGINE_VERSIONS.entries()) {
    expect(familyOf(version)).toBeDefined();
    for (const target of upgradeTargetsOf(version)) {
      expect(ENGINE_VERSIONS.indexOf(target.version)).toBeGreaterThan(index);
      expect(target.isMajor).toBe(familyOf(target.version) !== familyOf(version));
    }
  }
  expect(familyOf('5.6.mysql_aurora.1.22.0')).toBeUndefined();
});
