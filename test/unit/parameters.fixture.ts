/** Translations from 5.7 to a later family, as short as people would say them. */
import { translateParameters, type TranslationInput } from '../../actions/parameters/translate';
import type { Parameter, ParameterLevel } from '../../actions/ports/aws';
import type { ParameterPlan, TranslatedParameter } from '../../actions/state/format';
import { definitionsOf } from '../../lab/aws/parameters/rules';

export function definition(name: string, more: Partial<Parameter> = {}): Parameter {
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

function set(values: Readonly<Record<string, string>>): readonly Parameter[] {
  return Object.entries(values).map(([name, value]) => definition(name, { value, source: 'user' }));
}

/** A family as RDS describes it; the lab's tables follow the Aurora reference of parameters. */
function family(name: string, level: ParameterLevel): readonly Parameter[] {
  return definitionsOf(level, name).map((one) =>
    definition(one.name, {
      value: one.defaultValue,
      applyType: one.applyType,
      isModifiable: one.isModifiable,
      allowedValues: one.allowedValues === '' ? undefined : one.allowedValues,
    }),
  );
}

export interface Wanted {
  readonly cluster?: Readonly<Record<string, string>>;
  readonly instance?: Readonly<Record<string, string>>;
  readonly live?: Readonly<Record<string, string>>;
  readonly tool?: Readonly<Record<string, string>>;
  readonly config?: Partial<TranslationInput['config']>;
  readonly to?: string;
}

/** From 5.7; without `live` nothing is known of what nobody set, so no default changes. */
export function translate({
  cluster = {},
  instance = {},
  live,
  tool = {},
  config = {},
  to = '8.0',
}: Wanted): ParameterPlan {
  const defaults = (name: string): TranslationInput['blue']['defaults'] => ({
    cluster: family(`aurora-mysql${name}`, 'cluster'),
    instance: family(`aurora-mysql${name}`, 'instance'),
  });
  return translateParameters({
    blue: {
      family: 'aurora-mysql5.7',
      groups: { cluster: set(cluster), instance: set(instance) },
      defaults: live ? defaults('5.7') : { cluster: [], instance: [] },
      live: new Map(Object.entries(live ?? {})),
    },
    target: { family: `aurora-mysql${to}`, ...defaults(to) },
    config: { cluster: {}, instance: {}, ...config },
    tool,
  });
}

/** `level name = value` of each side, as people read it. */
export function table(plan: ParameterPlan): readonly string[] {
  const place = (one: TranslatedParameter['blue']): string =>
    one ? `${one.level} ${one.name} = ${one.value}` : 'none';
  return (plan.translation?.rows ?? []).map(
    ({ verdict, blue, green }) => `${verdict}: ${place(blue)} -> ${place(green)}`,
  );
}
