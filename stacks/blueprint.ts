/** What the stack declares, decided from configuration and state before any construct is made. */
import { greenNames, type GreenNames } from '../actions/config/names';
import type { UpgradeConfig } from '../actions/config/schema';
import { phaseParameters, phaseSecurityGroups } from '../actions/state/declared';
import type { ClusterFacts, ParameterPlan, PlannedParameter, UpgradeState } from '../actions/state/format';
import { refuseUnlessDeclarable } from './refusals';

/** A parameter as Terraform wants it. */
export type DeclaredParameter = Pick<PlannedParameter, 'name' | 'value' | 'applyMethod'>;

export interface Blueprint {
  readonly config: UpgradeConfig;
  readonly names: GreenNames;
  readonly blue: ClusterFacts;
  readonly clusterParameters: readonly DeclaredParameter[];
  readonly instanceParameters: readonly DeclaredParameter[];
  readonly securityGroupIds: readonly string[];
  readonly notCarried: ParameterPlan['notCarried'];
  /**
   * True while green is to be a plain clone at blue's version: RDS clones at the source's version only, and Terraform
   * cannot create and upgrade one resource in one run. The second deploy, after `apply` has seen the clone, upgrades it.
   */
  readonly isPlainClone: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** With those that people gave blue, over which the upgrade's win. */
  readonly clusterTags: Readonly<Record<string, string>>;
  readonly instanceTags: Readonly<Record<string, string>>;
}

/** Throws `UpgradeError` when the state does not allow a declaration now (see `refuseUnlessDeclarable`). */
export function blueprintOf(config: UpgradeConfig, state: UpgradeState | undefined): Blueprint {
  const names = greenNames(config);
  const { blue, parameters, phase, green } = refuseUnlessDeclarable(config, names, state);
  const tags = { 'aurora-cutover': config.name, ...config.tags };
  return {
    config,
    names,
    blue,
    clusterParameters: withPhase(parameters.cluster, phase),
    instanceParameters: literalValues(parameters.instance),
    securityGroupIds: phaseSecurityGroups(state?.phase ?? 'new', blue, config.cutover.fences.green),
    notCarried: parameters.notCarried,
    isPlainClone:
      config.green.source === 'clone' && green === undefined && blue.engineVersion !== config.green.engineVersion,
    tags: literals(tags),
    clusterTags: literals({ ...blue.carried?.tags, ...tags }),
    instanceTags: literals({ ...blue.carried?.instances.tags, ...tags }),
  };
}

/** Values that follow the phase win: they keep two clusters from taking writes or running events at once. */
function withPhase(
  carried: readonly DeclaredParameter[],
  phase: ReturnType<typeof phaseParameters>,
): readonly DeclaredParameter[] {
  const followsPhase = new Set(Object.keys(phase));
  return [
    ...literalValues(carried.filter((parameter) => !followsPhase.has(parameter.name))),
    ...Object.entries(phase).map(([name, value]): DeclaredParameter => ({ name, value, applyMethod: 'immediate' })),
  ];
}

function literalValues(parameters: readonly DeclaredParameter[]): readonly DeclaredParameter[] {
  return parameters.map((parameter) => ({ ...parameter, value: literal(parameter.value) }));
}

function literals(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, literal(text)]));
}

/** Terraform reads `${` and `%{` in any text as the start of an expression; doubling the sign takes that away. */
function literal(text: string): string {
  return text.replace(/([$%])\{/g, '$1$1{');
}
