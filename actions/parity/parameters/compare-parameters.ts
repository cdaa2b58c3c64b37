/**
 * Parameters as they are in force: what green's groups declare against its live variables, what the application sees on both
 * sides, and what waits for a reboot, on every instance as far as RDS tells.
 */
import { greenNames } from '../../config/names';
import { clusterFacts, limits } from '../../engine/context';
import { UpgradeError } from '../../engine/errors';
import { globalVariables } from '../../mysql/queries';
import { plainName } from '../../parameters/renames';
import type { Cluster, Instance, Parameter } from '../../ports/aws';
import type { Side } from '../../ports/mysql-server';
import { phaseParameters } from '../../state/declared';
import type { ParameterPlan } from '../../state/format';
import type { ParityContext, ParityRow } from '../parity';
import { applicationRows } from './application-rows';
import { APPLICATION_VARIABLES } from './application-variables';
import { declaredRows, wantedSettings } from './declared-rows';
import { instanceRows, readerGroupRow, waitsForReboot } from './instance-rows';

export async function compareParameters(context: ParityContext): Promise<readonly ParityRow[]> {
  const { rds } = context.aws;
  const blue = clusterFacts(context, 'blue');
  const green = clusterFacts(context, 'green');
  const { parameters: plan } = context.facts();
  const cluster = await rds.cluster(green.clusterId);
  if (!plan || !cluster) throw nothingToCompare(plan, green.clusterId);
  const instances = await rds.instances(cluster.id);
  const declared = greenNames(context.config);
  const phase = { ...phaseParameters({ phase: context.phase, facts: context.facts() }) };
  const [ofCluster, ofInstance, liveBlue, liveGreen, readers] = await Promise.all([
    rds.parameters('cluster', cluster.parameterGroup, 'user'),
    rds.parameters('instance', groupOfWriter(cluster, instances) ?? declared.instanceParameterGroup, 'user'),
    liveVariables(context, 'blue', []),
    liveVariables(
      context,
      'green',
      wantedSettings({ plan, phase }).map(({ name }) => name),
    ),
    readersOfBlue(context, blue.clusterId, blue.instanceParameterGroup),
  ]);
  return [
    ...applicationRows({ plan, blue: liveBlue, green: liveGreen }),
    ...declaredRows({
      plan,
      phase,
      groups: { cluster: valuesOf(ofCluster), instance: valuesOf(ofInstance) },
      live: liveGreen,
      waitsForReboot: waitsForReboot({ cluster, instances }),
    }),
    ...instanceRows({ cluster, instances, declared, plan }),
    ...readers,
  ];
}

function groupOfWriter(cluster: Cluster, instances: readonly Instance[]): string | undefined {
  const writer = cluster.members.find(({ isWriter }) => isWriter)?.instanceId;
  return instances.find(({ id }) => id === writer)?.parameterGroup;
}

async function liveVariables(
  context: ParityContext,
  side: Side,
  declared: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = [
    ...APPLICATION_VARIABLES.map(({ name }) => name),
    ...declared.map(plainName),
    'default_collation_for_utf8mb4',
    'system_time_zone',
  ];
  const server = await context.mysql.connect(side);
  return server.read(globalVariables([...new Set(names)].sort()), limits(context));
}

/** Those with another group than the one that was carried. */
async function readersOfBlue(
  { aws: { rds } }: ParityContext,
  clusterId: string,
  carriedGroup: string,
): Promise<readonly ParityRow[]> {
  const others = (await rds.instances(clusterId)).filter(({ parameterGroup }) => parameterGroup !== carriedGroup);
  if (others.length === 0) return [];
  // One question a group, however many readers have it.
  const groups = [...new Set([carriedGroup, ...others.map(({ parameterGroup }) => parameterGroup)])];
  const found = await Promise.all(groups.map((group) => rds.parameters('instance', group, 'user')));
  const settingsOf = (group: string): readonly Parameter[] => found[groups.indexOf(group)] ?? [];
  return others.map((reader) => readerGroupRow(reader, settingsOf(reader.parameterGroup), settingsOf(carriedGroup)));
}

function valuesOf(parameters: readonly Parameter[]): ReadonlyMap<string, string> {
  return new Map(parameters.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])));
}

function nothingToCompare(plan: ParameterPlan | undefined, cluster: string): UpgradeError {
  return new UpgradeError(plan ? `the cluster ${cluster} was not found` : 'no parameters have been planned for green', {
    code: plan ? 'green-not-found' : 'facts-missing',
    source: plan ? 'aws' : 'user',
    hint: plan
      ? 'Without green there is nothing to compare: run `npx cdktf deploy`, then `npm run apply`.'
      : "The state does not say what green's groups declare: run `npm run apply`.",
  });
}
