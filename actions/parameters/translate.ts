/**
 * Carries what blue has changed to the parameter groups of the target family: the first, honest version. A name that the
 * target does not know, cannot modify or whose value it does not allow is reported, never dropped silently.
 */
import type { Parameter, ParameterLevel } from '../ports/aws';
import type { ParameterPlan, PlannedParameter } from '../state/format';
import { renamedParameter } from './renames';

export interface TranslationInput {
  readonly blue: Readonly<Record<ParameterLevel, readonly Parameter[]>>;
  readonly target: { readonly family: string } & Readonly<Record<ParameterLevel, readonly Parameter[]>>;
  /** From upgrade.yaml: they win over everything. */
  readonly config: Readonly<Record<ParameterLevel, Readonly<Record<string, string>>>>;
  /** What the tool needs on green, at cluster level; wins over blue, not over the config. */
  readonly tool: Readonly<Record<string, string>>;
}

/** Follow the phase (`phaseParameters`), so they are never part of the plan. */
const OWNED_BY_PHASE = new Set(['read_only', 'event_scheduler']);

export function translateParameters(input: TranslationInput): ParameterPlan {
  const planned: Record<ParameterLevel, Map<string, PlannedParameter>> = { cluster: new Map(), instance: new Map() };
  const notCarried: { name: string; value: string; reason: string }[] = [];
  const known = {
    cluster: new Map(input.target.cluster.map((parameter) => [parameter.name, parameter])),
    instance: new Map(input.target.instance.map((parameter) => [parameter.name, parameter])),
  };

  const place = (level: ParameterLevel, name: string, value: string, origin: PlannedParameter['origin']): void => {
    const home = known[level].has(name) ? level : level === 'cluster' ? 'instance' : 'cluster';
    const definition = known[home].get(name);
    const reason = refusal(definition, value, input.target.family);
    if (!definition || reason !== undefined) {
      notCarried.push({ name, value, reason: reason ?? `${input.target.family} does not have it` });
      return;
    }
    planned[home].set(name, { name, value, applyMethod: applyMethodOf(definition), origin });
  };

  // Cluster before instance: when both set a name that has one home left, the instance value wins, as it does on blue.
  for (const level of ['cluster', 'instance'] as const) {
    for (const parameter of input.blue[level]) {
      if (OWNED_BY_PHASE.has(parameter.name) || parameter.value === undefined) continue;
      const rename = known[level].has(parameter.name) ? undefined : renamedParameter(parameter.name);
      place(level, rename ?? parameter.name, parameter.value, rename === undefined ? 'blue' : 'renamed');
    }
  }
  for (const [name, value] of Object.entries(input.tool)) place('cluster', name, value, 'tool');
  for (const level of ['cluster', 'instance'] as const) {
    for (const [name, value] of Object.entries(input.config[level])) place(level, name, value, 'config');
  }
  return {
    family: input.target.family,
    cluster: sorted(planned.cluster),
    instance: sorted(planned.instance),
    notCarried: notCarried.sort((a, b) => a.name.localeCompare(b.name)),
  };
}

/** A static parameter must wait for a reboot; Terraform shows an endless difference when the method does not fit. */
function applyMethodOf(parameter: Parameter): PlannedParameter['applyMethod'] {
  return parameter.applyType === 'dynamic' ? 'immediate' : 'pending-reboot';
}

function refusal(definition: Parameter | undefined, value: string, family: string): string | undefined {
  if (!definition) return `${family} does not have it`;
  if (!definition.isModifiable) return `${family} does not let it be changed`;
  if (!isAllowed(definition.allowedValues, value)) return `${family} allows only ${definition.allowedValues ?? ''}`;
  return undefined;
}

/** `allowed` as RDS writes it: a list of words and of ranges such as `1-1000`, or nothing for anything. */
export function isAllowed(allowed: string | undefined, value: string): boolean {
  if (allowed === undefined || allowed === '') return true;
  const choices = allowed.split(',').map((choice) => choice.trim());
  if (choices.some((choice) => choice.toLowerCase() === value.toLowerCase())) return true;
  const ranges = choices.flatMap((choice) => {
    const match = /^(-?\d+)-(-?\d+)$/.exec(choice);
    return match ? [[BigInt(match[1] ?? 0), BigInt(match[2] ?? 0)] as const] : [];
  });
  if (/^-?\d+$/.test(value)) return ranges.some(([low, high]) => BigInt(value) >= low && BigInt(value) <= high);
  // A list such as sql_mode or a formula such as {DBInstanceClassMemory*3/4}: every part must be a choice, formulas are RDS's.
  if (value.startsWith('{')) return true;
  return value.split(',').every((part) => choices.some((choice) => choice.toLowerCase() === part.trim().toLowerCase()));
}

function sorted(planned: ReadonlyMap<string, PlannedParameter>): readonly PlannedParameter[] {
  return [...planned.values()].sort((a, b) => a.name.localeCompare(b.name));
}
