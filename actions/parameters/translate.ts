/**
 * What green's parameter groups declare, and why: blue's own settings carried to the target family, then what the tool needs
 * and what upgrade.yaml says. What does not arrive is reported, never dropped silently.
 */
import { canonicalJson } from '../engine/canonical-json';
import type { Parameter, ParameterLevel } from '../ports/aws';
import type { ParameterPlace, ParameterPlan, PlannedParameter, TranslatedParameter } from '../state/format';
import { carrySettings, targetOf, type Carried } from './carry';
import { changedDefaults, type ChangedDefault } from './changed-defaults';
import { matchCharacterSets } from './character-sets';
import { imposedSettings, planOf, type Imposed, type Refused } from './impose';
import type { Levels } from './levels';
import { plainName } from './renames';

export interface TranslationInput {
  readonly blue: {
    readonly family: string;
    /** What somebody set. */
    readonly groups: Levels<readonly Parameter[]>;
    /** Of its family; empty lists when it is green's family too. */
    readonly defaults: Levels<readonly Parameter[]>;
    /** `SHOW GLOBAL VARIABLES` of the writer; empty when it could not be asked. */
    readonly live: ReadonlyMap<string, string>;
  };
  readonly target: { readonly family: string } & Levels<readonly Parameter[]>;
  /** From upgrade.yaml: they win over everything. */
  readonly config: Levels<Readonly<Record<string, string>>>;
  /** What the tool needs on green, at cluster level; wins over blue, not over the config. */
  readonly tool: Readonly<Record<string, string>>;
}

export function translateParameters(input: TranslationInput): ParameterPlan {
  const { blue, target, config } = input;
  const known = targetOf(target.family, target);
  const { carried, rows } = carrySettings(blue.groups, known, blue.live);
  const changed = changedDefaults(blue, { family: target.family, defaults: target }, blue.live);
  // What somebody set has its own row, whether it arrived or not.
  const isSet = new Set([
    ...carried.map(({ definition }) => plainName(definition.name)),
    ...rows.map((row) => plainName(row.blue?.name ?? '')),
  ]);
  const ownDefaults = changed.filter(({ definition }) => !isSet.has(plainName(definition.name)));
  const imposed = imposedSettings(matchCharacterSets(input.tool, config.cluster), config, ownDefaults, known);
  const planned = [
    ...carried.filter((one) => !imposed.settings.some((setting) => replaces(setting, one))).map(plannedOf),
    ...imposed.settings.map(({ level, planned: one }) => ({ level, planned: one })),
  ];
  return {
    family: target.family,
    cluster: atLevel(planned, 'cluster'),
    instance: atLevel(planned, 'instance'),
    notCarried: notCarriedOf(rows, imposed.refused),
    translation: {
      blueFamily: blue.family,
      rows: sortRows([
        ...rows,
        ...imposed.refused.map(rowOfRefused),
        ...carried.map((one) => rowOfCarried(one, imposed.settings)),
        ...imposed.settings.flatMap((one) => rowOfImposed(one, carried, ownDefaults)),
        ...ownDefaults
          .filter(({ definition }) => !imposed.settings.some((one) => isNamed(one, definition)))
          .map((one) => defaultRow(one)),
      ]),
    },
  };
}

/** At its own place; and at instance level, where a carried value would win over it. */
function replaces({ level, planned }: Imposed, { definition, level: at }: Carried): boolean {
  if (planned.name !== definition.name) return false;
  return level === at || (level === 'cluster' && at === 'instance');
}

function isNamed({ planned }: Imposed, { name }: Pick<Parameter, 'name'>): boolean {
  return plainName(planned.name) === plainName(name);
}

function plannedOf(one: Carried): { level: ParameterLevel; planned: PlannedParameter } {
  const isRenamed = plainName(one.definition.name) !== plainName(one.blue.name);
  return { level: one.level, planned: planOf(one.definition, one.value, isRenamed ? 'renamed' : 'blue') };
}

function rowOfCarried(one: Carried, imposed: readonly Imposed[]): TranslatedParameter {
  const winner = imposed.find((setting) => replaces(setting, one));
  if (winner && winner.planned.value !== one.value)
    return {
      verdict: winner.from === 'config' ? 'set-by-config' : 'set-by-tool',
      blue: one.blue,
      green: placeIn(winner),
      note: winner.from === 'config' ? 'upgrade.yaml says so' : 'replication in both directions needs it',
    };
  const green: ParameterPlace = winner
    ? placeIn(winner)
    : { level: one.level, name: one.definition.name, value: one.value, from: 'group' };
  const note = one.notes.join('; ');
  return { verdict: one.verdict, blue: one.blue, green, ...(note === '' ? {} : { note }) };
}

/** Empty where blue's own row tells of it. */
function rowOfImposed(
  one: Imposed,
  carried: readonly Carried[],
  changed: readonly ChangedDefault[],
): readonly TranslatedParameter[] {
  if (carried.some((other) => replaces(one, other))) return [];
  const green = placeIn(one);
  const before = changed.find(({ definition }) => isNamed(one, definition));
  if (!before) {
    const note = one.from === 'config' ? 'upgrade.yaml says so' : 'replication and a short switch need it';
    return [{ verdict: one.from === 'config' ? 'set-by-config' : 'set-by-tool', green, note }];
  }
  const who = one.from === 'config' ? 'upgrade.yaml sets it' : "the tool keeps blue's value";
  const note = `The default becomes ${before.green.value}. ${before.means} So ${who}.`;
  return [{ verdict: 'default-changed', blue: before.blue, green, note }];
}

function defaultRow({ blue, green, means, definition }: ChangedDefault): TranslatedParameter {
  const section = green.level === 'cluster' ? 'clusterParameters' : 'instanceParameters';
  const keep = definition.isModifiable
    ? `To keep it: \`${green.name}\` in green.${section}.`
    : 'RDS does not let it be changed.';
  return { verdict: 'default-changed', blue, green, note: `${means} ${keep}` };
}

function placeIn({ level, planned }: Imposed): ParameterPlace {
  return { level, name: planned.name, value: planned.value, from: 'group' };
}

function atLevel(
  planned: readonly { readonly level: ParameterLevel; readonly planned: PlannedParameter }[],
  level: ParameterLevel,
): readonly PlannedParameter[] {
  return planned
    .filter((one) => one.level === level)
    .map((one) => one.planned)
    .sort((a, b) => a.name.localeCompare(b.name));
}

const LOST = new Set<TranslatedParameter['verdict']>(['removed', 'not-modifiable', 'value-not-allowed']);

function notCarriedOf(rows: readonly TranslatedParameter[], refused: readonly Refused[]): ParameterPlan['notCarried'] {
  const lost = rows.flatMap(({ verdict, blue, note = '' }) =>
    blue && LOST.has(verdict) ? [{ name: blue.name, value: blue.value, reason: note }] : [],
  );
  return [...lost, ...refused.map(({ name, value, reason }) => ({ name, value, reason }))].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
}

function rowOfRefused({ from, name, value, reason }: Refused): TranslatedParameter {
  return from === 'config'
    ? { verdict: 'set-by-config', note: `upgrade.yaml sets ${name} = ${value}, but ${reason}` }
    : { verdict: 'set-by-tool', note: `the tool needs ${name} = ${value}, but ${reason}` };
}

/** Equal input gives equal bytes. */
function sortRows(rows: readonly TranslatedParameter[]): readonly TranslatedParameter[] {
  const nameOf = ({ blue, green }: TranslatedParameter): string => plainName(blue?.name ?? green?.name ?? '');
  return [...rows].sort(
    (a, b) => nameOf(a).localeCompare(nameOf(b)) || canonicalJson(a).localeCompare(canonicalJson(b)),
  );
}
