import { ask, clusterFacts, value } from '../../engine/context';
import { UpgradeError } from '../../engine/errors';
import type { Step, StepContext } from '../../engine/step';
import { globalVariables } from '../../mysql/queries';
import { familyOf, parseAuroraVersion } from '../../mysql/version';
import { toolParameters } from '../../parameters/tool-parameters';
import { translateParameters } from '../../parameters/translate';
import type { ParameterPlan } from '../../state/format';

/**
 * Postcondition: the state says what green's parameter groups declare, so that `cdktf synth` needs no AWS call.
 * Observed by translating again and comparing.
 * Undo leaves nothing behind: it only decided.
 */
export const planGreenParameters: Step = {
  id: 'plan-green-parameters',
  phase: 'prepare',
  title: "Translate blue's parameters to the target family",
  onlyLooks: true,
  async check(context) {
    if (!context.facts().blue) return { is: 'later', waitsFor: 'the facts of blue', changes: [] };
    const plan = await translated(context);
    const known = context.facts().parameters;
    if (known && JSON.stringify(known) === JSON.stringify(plan)) {
      return {
        is: 'done',
        evidence: `${plan.cluster.length} cluster and ${plan.instance.length} instance parameters, ${plan.notCarried.length} cannot be carried`,
      };
    }
    const before = new Map([...(known?.cluster ?? []), ...(known?.instance ?? [])].map((one) => [one.name, one.value]));
    return {
      is: 'needed',
      changes: [...plan.cluster, ...plan.instance]
        .filter((one) => before.get(one.name) !== one.value)
        .map((one) => value(`${plan.family} ${one.name}`, before.get(one.name) ?? 'not set', one.value)),
    };
  },
  async do(context) {
    await context.remember({ parameters: await translated(context) });
  },
};

async function translated(context: StepContext): Promise<ParameterPlan> {
  const blue = clusterFacts(context, 'blue');
  const target = parseAuroraVersion(context.config.green.engineVersion);
  const family = familyOf(target);
  const { rds } = context.aws;
  const [clusterUser, instanceUser, clusterDefaults, instanceDefaults, live] = await Promise.all([
    rds.parameters('cluster', blue.clusterParameterGroup, 'user'),
    rds.parameters('instance', blue.instanceParameterGroup, 'user'),
    rds.familyDefaults('cluster', family),
    rds.familyDefaults('instance', family),
    ask(context, 'blue', globalVariables(['character_set_server', 'collation_server', 'init_connect'])),
  ]);
  if (clusterDefaults.length === 0) {
    throw new UpgradeError(`RDS knows no parameters of the family ${family}`, {
      code: 'family-unknown',
      source: 'aws',
      hint: 'Check `green.engineVersion` in upgrade.yaml against `aws rds describe-db-engine-versions --engine aurora-mysql`.',
    });
  }
  return translateParameters({
    blue: { cluster: clusterUser, instance: instanceUser },
    target: { family, cluster: clusterDefaults, instance: instanceDefaults },
    config: { cluster: context.config.green.clusterParameters, instance: context.config.green.instanceParameters },
    tool: toolParameters(parseAuroraVersion(blue.engineVersion), target, {
      characterSetServer: live.get('character_set_server') ?? 'latin1',
      collationServer: live.get('collation_server') ?? 'latin1_swedish_ci',
      initConnect: live.get('init_connect') ?? '',
    }),
  });
}
