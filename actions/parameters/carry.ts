/** Blue's own settings, one by one, to the place that green's family has for them. */
import type { Parameter, ParameterLevel } from '../ports/aws';
import type { ParameterPlace, TranslatedParameter, TranslationVerdict } from '../state/format';
import { fitValue } from './allowed-values';
import { LEVELS, otherLevel, type Levels } from './levels';
import { plainName, renamedParameter } from './renames';
import { companionsOf } from './travel-together';

/** A value on its way into green's groups. */
export interface Carried {
  readonly level: ParameterLevel;
  readonly definition: Parameter;
  readonly value: string;
  readonly blue: ParameterPlace;
  readonly verdict: TranslationVerdict;
  readonly notes: readonly string[];
}

export interface Target {
  readonly family: string;
  readonly known: Levels<ReadonlyMap<string, Parameter>>;
}

/** Names in plain spelling, so that `gtid-mode` is found as `gtid_mode`. */
export function targetOf(family: string, defaults: Levels<readonly Parameter[]>): Target {
  const index = (level: ParameterLevel): ReadonlyMap<string, Parameter> =>
    new Map(defaults[level].map((parameter) => [plainName(parameter.name), parameter]));
  return { family, known: { cluster: index('cluster'), instance: index('instance') } };
}

/** See `phaseParameters`: they are never part of the plan. In plain spelling. */
export const FOLLOW_PHASE: ReadonlySet<string> = new Set(['read_only', 'event_scheduler']);

export interface CarriedSettings {
  readonly carried: readonly Carried[];
  /** What does not arrive. */
  readonly rows: readonly TranslatedParameter[];
}

/** `live` is what blue's server runs with. */
export function carrySettings(
  blue: Levels<readonly Parameter[]>,
  target: Target,
  live: ReadonlyMap<string, string>,
): CarriedSettings {
  const rows: TranslatedParameter[] = [];
  const landed = new Map<string, Carried>();
  for (const level of LEVELS) {
    for (const parameter of renamedFirst(blue[level], target)) {
      if (parameter.value === undefined) continue;
      const place: ParameterPlace = { level, name: parameter.name, value: parameter.value, from: 'group' };
      const arrived = arrive(place, target, live);
      if ('definition' in arrived) {
        const key = `${arrived.level} ${arrived.definition.name}`;
        const loser = landed.get(key);
        if (loser) rows.push(overriddenBy(arrived, loser));
        landed.set(key, arrived);
      } else rows.push(arrived);
    }
  }
  return together([...landed.values()], rows, target);
}

/** When an old and a new name of blue end in one place, the new one wins, as it does on blue. */
function renamedFirst(parameters: readonly Parameter[], target: Target): readonly Parameter[] {
  const isRenamed = ({ name }: Parameter): boolean => renamedParameter(name) !== undefined && !isKnown(target, name);
  return [...parameters.filter(isRenamed), ...parameters.filter((one) => !isRenamed(one))];
}

function isKnown({ known }: Target, name: string): boolean {
  return LEVELS.some((level) => known[level].has(plainName(name)));
}

function arrive(
  blue: ParameterPlace,
  target: Target,
  live: ReadonlyMap<string, string>,
): Carried | TranslatedParameter {
  const name = plainName(blue.name);
  if (FOLLOW_PHASE.has(name)) return { verdict: 'follows-phase', blue, note: 'Set by who serves: see the plan.' };
  const rename = isKnown(target, name) ? undefined : renamedParameter(name);
  const found = placeOf(target, blue.level, rename ?? name);
  if (!found) return { verdict: 'removed', blue, note: `${target.family} does not have it` };
  const { level, definition } = found;
  if (!definition.isModifiable)
    return { verdict: 'not-modifiable', blue, note: `${target.family} does not let it be changed` };
  const fitted = fitValue(definition, blue.value, target.family, live.get(name));
  if (fitted.is === 'refused') return { verdict: 'value-not-allowed', blue, note: fitted.reason };
  const isMoved = level !== blue.level;
  const isCut = fitted.note !== undefined;
  return {
    level,
    definition,
    value: fitted.value,
    blue,
    verdict: isCut ? 'value-not-allowed' : rename !== undefined ? 'renamed' : isMoved ? 'moved' : 'same',
    notes: [
      ...(isCut ? [fitted.note] : []),
      ...(rename !== undefined && isMoved ? [`${target.family} has it at ${level} level`] : []),
    ],
  };
}

/** The same level first. `name` in plain spelling. */
export function placeOf(
  { known }: Target,
  level: ParameterLevel,
  name: string,
): { readonly level: ParameterLevel; readonly definition: Parameter } | undefined {
  for (const at of [level, otherLevel(level)]) {
    const definition = known[at].get(name);
    if (definition) return { level: at, definition };
  }
  return undefined;
}

function overriddenBy(winner: Carried, { blue }: Carried): TranslatedParameter {
  return {
    verdict: 'overridden',
    blue,
    note: `${winner.blue.level} ${winner.blue.name} = ${winner.blue.value} wins over it, and green has one place for both`,
  };
}

/** A group of which one cannot be carried is refused by RDS as a whole; a commit less durable needs a second consent. */
function together(carried: readonly Carried[], rows: readonly TranslatedParameter[], target: Target): CarriedSettings {
  const needed = (one: Carried): string | undefined => missingCompanion(one, carried, rows, target);
  return {
    carried: carried.filter((one) => needed(one) === undefined),
    rows: [
      ...rows,
      ...carried.flatMap((one): TranslatedParameter[] => {
        const note = needed(one);
        return note === undefined ? [] : [{ verdict: 'value-not-allowed', blue: one.blue, note }];
      }),
    ],
  };
}

const CONSENT = 'innodb_trx_commit_allow_data_loss';

function missingCompanion(
  { definition, value }: Carried,
  carried: readonly Carried[],
  rows: readonly TranslatedParameter[],
  { family, known }: Target,
): string | undefined {
  if (definition.name === 'innodb_flush_log_at_trx_commit' && value !== '1' && known.cluster.has(CONSENT)) {
    const isGiven = carried.some((one) => one.definition.name === CONSENT && one.value === '1');
    if (!isGiven)
      return `${family} takes it only together with ${CONSENT} = 1: name both in green.clusterParameters if commits may be lost`;
  }
  const lost = rows.find(
    ({ blue, verdict }) => blue && verdict !== 'overridden' && companionsOf(definition.name).includes(blue.name),
  );
  return lost?.blue ? `it travels with ${lost.blue.name}, which cannot be carried` : undefined;
}
