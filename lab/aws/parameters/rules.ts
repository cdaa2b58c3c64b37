import { invalidParameterCombination, invalidParameterValue, type AwsError } from '../aws-error';
import { CLUSTER_PARAMETERS } from './cluster-parameters';
import type { ParameterDefinition } from './definition';
import { isFamily } from './families';
import { INSTANCE_PARAMETERS } from './instance-parameters';

export type Level = 'cluster' | 'instance';

/** Definitions of a family at a level, sorted by name; empty for an unknown family. */
export function definitionsOf(level: Level, family: string): readonly ParameterDefinition[] {
  if (!isFamily(family)) return [];
  return (level === 'cluster' ? CLUSTER_PARAMETERS : INSTANCE_PARAMETERS).get(family) ?? [];
}

/** The definition that a change may use, or AWS's refusal. */
export function definitionForChange(level: Level, family: string, name: string): ParameterDefinition {
  const definition = definitionsOf(level, family).find((candidate) => candidate.name === name);
  if (definition === undefined) throw invalidParameterValue(`Could not find parameter with name: ${name}`);
  if (!definition.isModifiable) throw invalidParameterValue(`The parameter ${name} cannot be modified.`);
  return definition;
}

/** Refuses a value that the definition does not allow. */
export function checkValue(definition: ParameterDefinition, value: string): void {
  if (!isAllowed(definition, value)) {
    throw invalidParameterValue(
      `Invalid parameter value: ${value} for: ${definition.name} allowed values are: ${definition.allowedValues}`,
    );
  }
}

function isAllowed({ allowedValues, dataType }: ParameterDefinition, value: string): boolean {
  if (allowedValues === '') return true;
  const range = /^(\d+)-(\d+)$/.exec(allowedValues);
  if (range !== null) {
    if (/^\{.*\}$/.test(value)) return true;
    const number = Number(value);
    return value !== '' && number >= Number(range[1]) && number <= Number(range[2]);
  }
  const allowed = allowedValues.split(',');
  const chosen = dataType === 'list' || allowedValues.startsWith('TLSv1,') ? value.split(',') : [value];
  return value === '' || chosen.every((item) => allowed.includes(item.trim()));
}

/** Parameters that AWS judges together; each rule sees the values after the whole call. */
const COMBINATIONS: readonly {
  readonly members: readonly string[];
  readonly problem: (value: (name: string) => string) => string | undefined;
}[] = [
  {
    members: ['gtid-mode', 'enforce_gtid_consistency'],
    problem: (value) =>
      ['ON', 'ON_PERMISSIVE'].includes(value('gtid-mode')) && value('enforce_gtid_consistency') !== 'ON'
        ? 'having gtid-mode ON or ON_PERMISSIVE requires enforce_gtid_consistency ON'
        : undefined,
  },
  {
    members: ['aurora_enhanced_binlog', 'binlog_backup', 'binlog_replication_globaldb'],
    problem(value) {
      const isEnhanced = value('aurora_enhanced_binlog') === '1';
      const areOff = [value('binlog_backup'), value('binlog_replication_globaldb')].every((setting) => setting === '0');
      const areOn = [value('binlog_backup'), value('binlog_replication_globaldb')].every((setting) => setting !== '0');
      return (isEnhanced ? areOff : areOn)
        ? undefined
        : 'aurora_enhanced_binlog, binlog_backup and binlog_replication_globaldb must be changed together: 1,0,0 or 0,1,1';
    },
  },
  {
    members: ['character_set_server', 'collation_server'],
    problem(value) {
      const [characterSet = '', collation = ''] = ['character_set_server', 'collation_server'].map((name) =>
        value(name).replace(/^utf8mb3/, 'utf8'),
      );
      const isFitting =
        characterSet === '' ||
        collation === '' ||
        collation === characterSet ||
        collation.startsWith(`${characterSet}_`);
      return isFitting
        ? undefined
        : `collation_server ${collation} is not valid for character_set_server ${characterSet}`;
    },
  },
  {
    members: ['ssl_max_protocol_version', 'ssl_min_protocol_version'],
    problem: (value) =>
      value('ssl_max_protocol_version') === 'TLSv1.2' && value('ssl_min_protocol_version') === 'TLSv1.3'
        ? 'ssl_min_protocol_version is newer than ssl_max_protocol_version'
        : undefined,
  },
];

/** AWS's complaint about the values as they would be after a call that changes `changed`, or undefined. */
export function combinationProblem(
  changed: readonly string[],
  valueOf: (name: string) => string,
): AwsError | undefined {
  for (const { members, problem } of COMBINATIONS) {
    if (!members.some((member) => changed.includes(member))) continue;
    const text = problem(valueOf);
    if (text !== undefined) return invalidParameterCombination(`Invalid parameter combination: ${text}.`);
  }
  return undefined;
}
