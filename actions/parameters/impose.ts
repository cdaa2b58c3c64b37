/** What is set on green whatever blue's groups say: defaults that are kept, what the tool needs, upgrade.yaml. */
import type { Parameter, ParameterLevel } from '../ports/aws';
import type { PlannedParameter } from '../state/format';
import { fitValue } from './allowed-values';
import { placeOf, type Target } from './carry';
import type { ChangedDefault } from './changed-defaults';
import { LEVELS, type Levels } from './levels';
import { plainName } from './renames';

export interface Imposed {
  readonly level: ParameterLevel;
  readonly planned: PlannedParameter;
  readonly from: 'tool' | 'kept-default' | 'config';
}

export interface Refused {
  readonly from: Imposed['from'];
  readonly name: string;
  readonly value: string;
  readonly reason: string;
}

export interface ImposedSettings {
  readonly settings: readonly Imposed[];
  readonly refused: readonly Refused[];
}

interface Wish {
  readonly level: ParameterLevel;
  readonly name: string;
  readonly value: string;
  readonly from: Imposed['from'];
}

/** Later wishes win: defaults of blue that are kept, what the tool needs, upgrade.yaml. */
export function imposedSettings(
  tool: Readonly<Record<string, string>>,
  config: Levels<Readonly<Record<string, string>>>,
  changed: readonly ChangedDefault[],
  target: Target,
): ImposedSettings {
  const wishes: readonly Wish[] = [
    ...changed.flatMap(({ keep, green }): Wish[] =>
      keep === undefined ? [] : [{ level: green.level, name: green.name, value: keep, from: 'kept-default' }],
    ),
    ...Object.entries(tool).map(([name, value]): Wish => ({ level: 'cluster', name, value, from: 'tool' })),
    ...LEVELS.flatMap((level) =>
      Object.entries(config[level]).map(([name, value]): Wish => ({ level, name, value, from: 'config' })),
    ),
  ];
  const settings = new Map<string, Imposed>();
  const refused: Refused[] = [];
  for (const wish of wishes) {
    const placed = place(wish, target);
    if ('reason' in placed) refused.push(placed);
    else {
      const { level, planned } = placed;
      // An instance's value wins over its cluster's, so an earlier wish at the other level must not stay.
      for (const at of LEVELS)
        if (settings.get(`${at} ${planned.name}`)?.from !== 'config') settings.delete(`${at} ${planned.name}`);
      settings.set(`${level} ${planned.name}`, placed);
    }
  }
  return { settings: [...settings.values()], refused };
}

function place({ level, name, value, from }: Wish, target: Target): Imposed | Refused {
  const found = placeOf(target, level, plainName(name));
  const refuse = (reason: string): Refused => ({ from, name, value, reason });
  if (!found) return refuse(`${target.family} does not have it`);
  if (!found.definition.isModifiable) return refuse(`${target.family} does not let it be changed`);
  const fitted = fitValue(found.definition, value, target.family);
  if (fitted.is === 'refused') return refuse(fitted.reason);
  return {
    level: found.level,
    planned: planOf(found.definition, fitted.value, from === 'config' ? 'config' : 'tool'),
    from,
  };
}

/** A static parameter must wait for a reboot; Terraform shows an endless difference when the method does not fit. */
export function planOf(definition: Parameter, value: string, origin: PlannedParameter['origin']): PlannedParameter {
  const applyMethod = definition.applyType === 'dynamic' ? 'immediate' : 'pending-reboot';
  return { name: definition.name, value, applyMethod, origin };
}
