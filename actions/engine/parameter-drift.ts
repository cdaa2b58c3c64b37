/** Whether green's parameter groups are still what Terraform declared: somebody may have changed one by hand. */
import { greenNames } from '../config/names';
import { phaseParameters } from '../state/declared';
import type { ParameterLevel } from '../ports/aws';
import type { StepContext } from './step';

export interface ParameterDrift {
  readonly level: ParameterLevel;
  readonly group: string;
  readonly name: string;
  readonly declared: string | undefined;
  readonly found: string | undefined;
}

/**
 * Empty while there is no green, and while a switch is under way: the values of a switch are its own then. Two AWS
 * questions, no Terraform; parameters that nobody has set on either side are not looked at.
 */
export async function parameterDrift(context: StepContext): Promise<readonly ParameterDrift[]> {
  const state = context.state();
  const { parameters, green } = state.facts;
  if (!parameters || !green || state.cutover) return [];
  const names = greenNames(context.config);
  const [cluster, instance] = await Promise.all([
    driftOf(context, 'cluster', names.clusterParameterGroup, {
      ...valuesOf(parameters.cluster),
      ...phaseParameters(state),
    }),
    driftOf(context, 'instance', names.instanceParameterGroup, valuesOf(parameters.instance)),
  ]);
  return [...cluster, ...instance];
}

/** `cdktf deploy` puts declared values back; a wanted one is declared by upgrade.yaml. */
export function describeDrift({ level, group, name, declared, found }: ParameterDrift): string {
  const setting = level === 'cluster' ? 'clusterParameters' : 'instanceParameters';
  return (
    `${name} in the ${level} parameter group ${group} is ${found ?? 'not set'}, but ${declared ?? 'nothing'} is declared. ` +
    `Settle it with \`npx cdktf deploy\`, which puts the declared value back, or keep it: name it in \`green.${setting}\` ` +
    'of upgrade.yaml and run `npm run apply` (before the cutover) and `npx cdktf deploy`.'
  );
}

async function driftOf(
  context: StepContext,
  level: ParameterLevel,
  group: string,
  declared: Readonly<Record<string, string>>,
): Promise<readonly ParameterDrift[]> {
  const found = new Map(
    (await context.aws.rds.parameters(level, group, 'user')).map(({ name, value }) => [name, value] as const),
  );
  return [...new Set([...Object.keys(declared), ...found.keys()])]
    .sort()
    .filter((name) => found.get(name) !== declared[name])
    .map((name) => ({ level, group, name, declared: declared[name], found: found.get(name) }));
}

function valuesOf(parameters: readonly { readonly name: string; readonly value: string }[]): Record<string, string> {
  return Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
}
