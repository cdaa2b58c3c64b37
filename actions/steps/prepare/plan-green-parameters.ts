import { ask, clusterFacts, value } from '../../engine/context';
import { UpgradeError } from '../../engine/errors';
import type { Step, StepContext } from '../../engine/step';
import { globalVariables } from '../../mysql/queries';
import { familyOf, parseAuroraVersion } from '../../mysql/version';
import { toolParameters } from '../../parameters/tool-parameters';
import { LEVELS, type Levels } from '../../parameters/levels';
import { plainName } from '../../parameters/renames';
import { translateParameters } from '../../parameters/translate';
import type { Parameter } from '../../ports/aws';
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
  const [clusterUser, instanceUser, ofGreen, ofBlue] = await Promise.all([
    rds.parameters('cluster', blue.clusterParameterGroup, 'user'),
    rds.parameters('instance', blue.instanceParameterGroup, 'user'),
    defaultsOf(context, family),
    blue.family === family ? NONE : defaultsOf(context, blue.family),
  ]);
  if (ofGreen.cluster.length === 0) {
    throw new UpgradeError(`RDS knows no parameters of the family ${family}`, {
      code: 'family-unknown',
      source: 'aws',
      hint: 'Check `green.engineVersion` in upgrade.yaml against `aws rds describe-db-engine-versions --engine aurora-mysql`.',
    });
  }
  const live = await ask(context, 'blue', globalVariables(variablesOf(ofBlue)));
  return translateParameters({
    blue: {
      family: blue.family,
      // Every switch sets it in blue's group: that says nothing of what somebody wants.
      groups: { cluster: clusterUser.filter(({ name }) => name !== 'read_only'), instance: instanceUser },
      defaults: ofBlue,
      live,
    },
    target: { family, ...ofGreen },
    config: { cluster: context.config.green.clusterParameters, instance: context.config.green.instanceParameters },
    tool: toolParameters(parseAuroraVersion(blue.engineVersion), target, {
      characterSetServer: live.get('character_set_server') ?? 'latin1',
      collationServer: live.get('collation_server') ?? 'latin1_swedish_ci',
      initConnect: live.get('init_connect') ?? '',
    }),
  });
}

const NONE: Levels<readonly Parameter[]> = { cluster: [], instance: [] };

async function defaultsOf({ aws: { rds } }: StepContext, family: string): Promise<Levels<readonly Parameter[]>> {
  const [cluster, instance] = await Promise.all([
    rds.familyDefaults('cluster', family),
    rds.familyDefaults('instance', family),
  ]);
  return { cluster, instance };
}

/** What decides: the values of the tool's own parameters, the time zone behind SYSTEM, and whatever the family has. */
function variablesOf(defaults: Levels<readonly Parameter[]>): readonly string[] {
  const names = LEVELS.flatMap((level) => defaults[level].map(({ name }) => plainName(name)));
  const own = [
    'character_set_server',
    'collation_server',
    'init_connect',
    'sql_mode',
    'system_time_zone',
    'tls_version',
  ];
  return [...new Set([...own, ...names])].sort();
}
