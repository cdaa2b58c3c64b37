/** What nobody has set, and is otherwise on green all the same: the default changed. */
import { compareValues, withoutDeadModes } from '../mysql/parameter-values';
import type { Parameter, ParameterLevel } from '../ports/aws';
import type { ParameterPlace } from '../state/format';
import { fitValue } from './allowed-values';
import { FOLLOW_PHASE } from './carry';
import type { Levels } from './levels';
import { plainName, renamedParameter } from './renames';
import { SERVER_DEFAULTS, seriesOfFamily, serverDefault } from './server-defaults';

export interface ChangedDefault {
  readonly blue: ParameterPlace;
  readonly green: ParameterPlace;
  readonly definition: Parameter;
  readonly means: string;
  /** As green's family spells it; present where green is to be kept at blue's value and can be. */
  readonly keep?: string;
}

export interface FamilyDefaults {
  readonly family: string;
  readonly defaults: Levels<readonly Parameter[]>;
}

/**
 * `live` is blue as it runs: what it shows counts more than what a family says. A formula is compared with blue's formula.
 * Parameters without a known default on green are left out: nothing can be said of them before green runs.
 */
export function changedDefaults(
  blue: FamilyDefaults,
  green: FamilyDefaults,
  live: ReadonlyMap<string, string>,
): readonly ChangedDefault[] {
  if (blue.family === green.family) return [];
  const seen = new Set<string>();
  return (['cluster', 'instance'] as const).flatMap((level) =>
    blue.defaults[level].flatMap((before): ChangedDefault[] => {
      const name = plainName(before.name);
      if (seen.has(name) || FOLLOW_PHASE.has(name)) return [];
      const after = counterpart(green, level, name);
      if (!after) return [];
      seen.add(name);
      const changed = changeOf(before, level, after, { blue, green, live });
      return changed ? [changed] : [];
    }),
  );
}

interface Counterpart {
  readonly level: ParameterLevel;
  readonly definition: Parameter;
}

/** Of the same name or of its new one; the same level first. */
function counterpart(green: FamilyDefaults, level: ParameterLevel, name: string): Counterpart | undefined {
  const other = level === 'cluster' ? 'instance' : 'cluster';
  for (const wanted of [name, renamedParameter(name)])
    for (const at of [level, other] as const) {
      const definition = green.defaults[at].find((one) => plainName(one.name) === wanted);
      if (definition) return { level: at, definition };
    }
  return undefined;
}

function changeOf(
  before: Parameter,
  level: ParameterLevel,
  after: Counterpart,
  { blue, green, live }: { blue: FamilyDefaults; green: FamilyDefaults; live: ReadonlyMap<string, string> },
): ChangedDefault | undefined {
  const { definition } = after;
  const name = plainName(definition.name);
  const next = definition.value ?? serverDefault(name, seriesOfFamily(green.family));
  if (next === undefined) return undefined;
  // RDS says that nothing changes, whatever made blue's server run with another value.
  if (before.value === definition.value && before.value !== undefined) return undefined;
  const now = next.includes('{') ? before.value : (live.get(plainName(before.name)) ?? knownDefault(before, blue));
  if (now === undefined || isSame(name, next, now, live)) return undefined;
  const known = SERVER_DEFAULTS[name];
  const fitted = known?.isKept && definition.isModifiable ? fitValue(definition, now, green.family, now) : undefined;
  return {
    blue: { level, name: before.name, value: now, from: 'default' },
    green: { level: after.level, name: definition.name, value: next, from: 'default' },
    definition,
    means: known?.means ?? 'Nobody set it, so it becomes what the new family has.',
    // RDS takes no empty value.
    ...(fitted?.is === 'fits' && fitted.value !== '' ? { keep: fitted.value } : {}),
  };
}

function knownDefault(before: Parameter, { family }: FamilyDefaults): string | undefined {
  return before.value ?? serverDefault(plainName(before.name), seriesOfFamily(family));
}

function isSame(name: string, next: string, now: string, live: ReadonlyMap<string, string>): boolean {
  if (next.includes('{') || now.includes('{')) return next === now;
  const [one, other] = name === 'sql_mode' ? [next, now].map(withoutDeadModes) : [next, now];
  return compareValues(name, one ?? '', other ?? '', live.get('system_time_zone')) === 'same';
}
