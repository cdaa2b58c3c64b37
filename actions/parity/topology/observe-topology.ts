import { limits } from '../../engine/context';
import { UpgradeError } from '../../engine/errors';
import { globalVariables } from '../../mysql/queries';
import type { Instance } from '../../ports/aws';
import type { Side } from '../../ports/mysql-server';
import type { ParityContext } from '../parity';
import type { Compared, SideTopology } from './topology';

/** Throws `UpgradeError` with the code `blue-not-found` or `cluster-not-ready` when a side is not there to be compared. */
export async function observeTopology(context: ParityContext): Promise<Compared> {
  const [blue, green] = await Promise.all([observeSide(context, 'blue'), observeSide(context, 'green')]);
  const { config, phase } = context;
  const { fences } = config.cutover;
  const ofFences = [...fences.blue, ...fences.green].flatMap((fence) =>
    fence.kind === 'security-group' ? [...fence.openGroups, ...fence.closedGroups] : [],
  );
  const groups = [...blue.cluster.securityGroupIds, ...green.cluster.securityGroupIds, ...ofFences];
  const rules = await context.aws.surroundings.ingressRules([...new Set(groups)].sort());
  return { config, phase, blue, green, rules };
}

async function observeSide(context: ParityContext, side: Side): Promise<SideTopology> {
  const { rds, surroundings } = context.aws;
  const id = context.config[side].cluster;
  const cluster = await rds.cluster(id);
  if (!cluster) throw notThere(side, id, context.config.region);
  const [instances, endpoints, globalDatabase, scaling, subnets, eventScheduler] = await Promise.all([
    rds.instances(id),
    surroundings.customEndpointsOf(id),
    surroundings.globalDatabaseOf(cluster.arn),
    surroundings.readerScalingOf(id),
    cluster.subnetGroup === undefined ? undefined : surroundings.subnetGroup(cluster.subnetGroup),
    eventSchedulerOf(context, side),
  ]);
  const writerId = cluster.members.find(({ isWriter }) => isWriter)?.instanceId;
  const writer = instances.find((instance) => instance.id === writerId);
  if (!writer) throw withoutWriter(side, id);
  const others = instances.filter((instance) => instance !== writer);
  return {
    cluster,
    writer,
    readers: others.filter((instance) => !isScaled(instance)),
    scaledReaders: others.filter(isScaled),
    endpoints,
    globalDatabase,
    scaling,
    subnets,
    eventScheduler,
  };
}

/** Aurora Auto Scaling names what it makes so (Aurora User Guide, Aurora.Integrating.AutoScaling). */
function isScaled({ id }: Instance): boolean {
  return id.startsWith('application-autoscaling-');
}

/** What blue was like before the tool came, when that is known: after the cutover its own value says nothing. */
async function eventSchedulerOf(context: ParityContext, side: Side): Promise<string> {
  const known = side === 'blue' ? context.facts().blue?.eventScheduler : undefined;
  if (known !== undefined) return known;
  const server = await context.mysql.connect(side);
  const live = await server.read(globalVariables(['event_scheduler']), limits(context));
  return live.get('event_scheduler') ?? 'OFF';
}

function notThere(side: Side, id: string, region: string): UpgradeError {
  return new UpgradeError(`${side} was not found`, {
    code: side === 'blue' ? 'blue-not-found' : 'green-not-found',
    source: 'user',
    hint:
      side === 'blue'
        ? `There is no cluster \`${id}\` in ${region} for this AWS identity, so there is nothing to compare green with. Check \`blue.cluster\` and \`region\` in upgrade.yaml, and the AWS profile; a blue that was deleted by \`finalize --delete\` cannot be compared any more.`
        : `There is no cluster \`${id}\` in ${region} yet, so nothing can be compared with blue. Run \`npx cdktf deploy\`, then \`npm run apply\`, then this command again.`,
  });
}

function withoutWriter(side: Side, id: string): UpgradeError {
  return new UpgradeError(`${side} has no writer`, {
    code: 'cluster-without-writer',
    source: 'aws',
    hint: `RDS names no writer among the instances of \`${id}\`: it is being made, or failing over. What serves writes there cannot be compared. Wait until the cluster is available, then run the command again.`,
  });
}
