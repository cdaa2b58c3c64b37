/** The `parameter` blocks of both kinds of parameter group. */
import type { ApplyMethod, Parameter } from '@aws-sdk/client-rds';
import { canonical } from '../compare';
import { textOf } from '../state';
import { isAttributes, type Attributes, type Value } from '../wire/values';

/** RDS takes no more of them in one call. */
const CHUNK = 20;

/** RDS accepts these only when they travel together. */
const TOGETHER: readonly (readonly string[])[] = [
  ['collation_server', 'character_set_server'],
  ['gtid-mode', 'enforce_gtid_consistency'],
  ['ssl_max_protocol_version', 'ssl_min_protocol_version'],
  ['rds.change_data_capture_streaming', 'binlog_format'],
  ['aurora_enhanced_binlog', 'binlog_backup', 'binlog_replication_globaldb'],
];

export interface ParameterChanges {
  /** To be set, in calls that RDS accepts. */
  readonly set: readonly (readonly Parameter[])[];
  /** To go back to their defaults. */
  readonly reset: readonly (readonly Parameter[])[];
}

/** `prior` is null for a new group. */
export function parameterChanges(prior: Attributes | null, planned: Attributes): ParameterChanges {
  const before = blocksOf(prior ?? {});
  const after = blocksOf(planned);
  const known = new Set(before.map((block) => canonical(block)));
  const names = new Set(after.map((block) => textOf(block, 'name')));
  return {
    set: callsFor(after.filter((block) => !known.has(canonical(block))).map(toParameter)),
    reset: chunks(before.filter((block) => !names.has(textOf(block, 'name'))).map(toParameter)),
  };
}

/**
 * The blocks after a read: what somebody set, and of the rest what Terraform has configured, so that a configured value
 * which equals the default is no change. Names are lower case, as the real provider stores them.
 */
export function readParameters(state: Attributes, found: readonly Parameter[]): Value {
  const configured = new Set(blocksOf(state).map((block) => textOf(block, 'name')?.toLowerCase()));
  return found
    .filter(({ Source, ParameterName }) => Source === 'user' || configured.has(ParameterName?.toLowerCase()))
    .filter(({ ParameterValue }) => ParameterValue !== undefined)
    .map(({ ParameterName, ParameterValue, ApplyMethod }) => ({
      name: ParameterName?.toLowerCase() ?? '',
      value: ParameterValue ?? '',
      apply_method: ApplyMethod?.toLowerCase() ?? 'immediate',
    }));
}

function blocksOf(state: Attributes): Attributes[] {
  const value = state['parameter'];
  return Array.isArray(value) ? value.filter((item: Value): item is Attributes => isAttributes(item)) : [];
}

function toParameter(block: Attributes): Parameter {
  return {
    ParameterName: textOf(block, 'name'),
    ParameterValue: textOf(block, 'value') ?? '',
    ApplyMethod: textOf(block, 'apply_method') as ApplyMethod | undefined,
  };
}

function callsFor(parameters: readonly Parameter[]): Parameter[][] {
  const bins = TOGETHER.map((names) => parameters.filter(({ ParameterName }) => names.includes(ParameterName ?? '')));
  const alone = parameters.filter(
    ({ ParameterName }) => !TOGETHER.some((names) => names.includes(ParameterName ?? '')),
  );
  const immediate = alone.filter(({ ApplyMethod }) => ApplyMethod !== 'pending-reboot');
  const pending = alone.filter(({ ApplyMethod }) => ApplyMethod === 'pending-reboot');
  return [...bins.filter((bin) => bin.length > 0), ...chunks(immediate), ...chunks(pending)];
}

function chunks(parameters: readonly Parameter[]): Parameter[][] {
  const count = Math.ceil(parameters.length / CHUNK);
  return Array.from({ length: count }, (_, index) => parameters.slice(index * CHUNK, (index + 1) * CHUNK));
}
