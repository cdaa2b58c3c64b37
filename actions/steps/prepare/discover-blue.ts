import { clusterFacts, problem, value } from '../../engine/context';
import type { Check, Step, StepContext } from '../../engine/step';
import { globalVariables, serverIdentity } from '../../mysql/queries';
import { compareAurora, longestSourceHost, parseAuroraVersion } from '../../mysql/version';
import type { ClusterFacts } from '../../state/format';
import { channelOf } from '../channel';
import { observeCluster, type Observed } from '../observe-cluster';

/**
 * Postcondition: the state knows blue as it is, and the target version can be reached from it.
 * Observed by RDS's description and by the writer itself.
 * Undo leaves nothing behind: it only looked.
 */
export const discoverBlue: Step = {
  id: 'discover-blue',
  phase: 'prepare',
  title: 'Look at blue',
  onlyLooks: true,
  async check(context) {
    const observed = await observeCluster(context, context.config.blue.cluster);
    if (observed.is === 'absent') {
      return blocked(
        'blue-not-found',
        'blue was not found',
        `There is no cluster \`${context.config.blue.cluster}\` in ${context.config.region} for this AWS identity. Check \`blue.cluster\` and \`region\` in upgrade.yaml, and the AWS profile.`,
      );
    }
    if (observed.is === 'not-ready') {
      return blocked(
        'blue-not-available',
        'blue is not available',
        `Blue is \`${observed.status}\`; wait until RDS says \`available\`, then run the command again.`,
      );
    }
    const refused = (await refusals(context, observed)) ?? (await refuseReplica(context));
    if (refused) return refused;
    const facts = await factsOf(context, observed);
    const known = context.facts().blue;
    if (known && JSON.stringify(known) === JSON.stringify(facts)) {
      return {
        is: 'done',
        evidence: `${facts.clusterId} runs ${facts.engineVersion}, writer ${facts.writerInstanceId}`,
      };
    }
    return {
      is: 'needed',
      changes: [value('facts of blue', known ? known.engineVersion : 'unknown', facts.engineVersion)],
    };
  },
  async do(context) {
    const observed = await observeCluster(context, context.config.blue.cluster);
    if (observed.is === 'ready') await context.remember({ blue: await factsOf(context, observed) });
  },
};

async function refusals(
  context: StepContext,
  observed: Extract<Observed, { is: 'ready' }>,
): Promise<Check | undefined> {
  const { cluster } = observed;
  const known = context.facts().blue;
  if (known && known.resourceId !== cluster.resourceId) {
    return blocked(
      'blue-replaced',
      'blue is another cluster than the one this upgrade was begun with',
      `\`${cluster.id}\` had the resource id ${known.resourceId}, now it is ${cluster.resourceId}. What the state remembers is of no use for it: move the state file ${context.config.state ?? ''} away and begin again.`,
    );
  }
  const source = parseAuroraVersion(cluster.engineVersion);
  // Coordinates reported after a restore were wrong before 2.10.0 (release notes, AuroraMySQL.Updates.2100).
  if (source.mysql[0] === 5 && compareAurora(source, [2, 10]) < 0) {
    return blocked(
      'blue-too-old',
      'blue is older than Aurora MySQL 2.10',
      'Before 2.10.0 a restored cluster reports wrong binary-log coordinates. Apply a minor upgrade to blue first.',
    );
  }
  if (cluster.managedMasterPassword) {
    return blocked(
      'managed-master-password',
      'RDS manages the master password of blue',
      'Binary-log replication to another cluster is not supported while Secrets Manager manages the master password (Aurora User Guide, rds-secrets-manager). Set an own master password first.',
    );
  }
  const target = context.config.green.engineVersion;
  const versions = await context.aws.rds.engineVersion(cluster.engineVersion);
  if (target !== cluster.engineVersion && !versions?.upgradeTargets.some((candidate) => candidate.version === target)) {
    const offered = versions?.upgradeTargets.map((candidate) => candidate.version).join(', ') ?? '';
    return blocked(
      'target-version-invalid',
      'the target version cannot be reached from the version of blue',
      `Blue runs ${cluster.engineVersion}; RDS offers ${offered || 'no target'} from there, not ${target}. Set \`green.engineVersion\` to one of them.`,
    );
  }
  // Both endpoints differ in the identifier only, so green's length is known before it exists.
  const greenEndpoint = cluster.endpoint.replace(cluster.id, context.config.green.cluster);
  const longest = longestSourceHost(source);
  if (greenEndpoint.length > longest) {
    return blocked(
      'green-name-too-long',
      'the endpoint of green will be too long for blue to follow it',
      `Blue keeps at most ${longest} characters of its source's host name and cuts the rest off, so it could never follow \`${greenEndpoint}\` (${greenEndpoint.length}) and there would be no way back. Choose a \`green.cluster\` that is ${greenEndpoint.length - longest} characters shorter.`,
    );
  }
  return undefined;
}

/** A blue that follows another server is no source of its own; most often the state file of a switched upgrade was lost. */
async function refuseReplica(context: StepContext): Promise<Check | undefined> {
  const channel = await channelOf(context, 'blue');
  if (!channel) return undefined;
  return blocked(
    'blue-is-a-replica',
    'blue replicates from another server',
    `Blue reads from ${channel.sourceHost}:${channel.sourcePort}. If that is green, this upgrade has been switched already and its state file is not the one that is used here: find it (${context.config.state ?? 'see upgrade.yaml'} and its .backup) before anything else. Otherwise end that replication first; a replica's writes are not its own.`,
  );
}

async function factsOf(context: StepContext, observed: Extract<Observed, { is: 'ready' }>): Promise<ClusterFacts> {
  const server = await context.mysql.connect('blue');
  const identity = await server.read(serverIdentity(), { timeoutMs: 15_000, signal: context.signal });
  // As it was when first seen: after the switch it is green's business what runs, and blue may have been changed.
  const eventScheduler = context.facts().blue
    ? clusterFacts(context, 'blue').eventScheduler
    : (await server.read(globalVariables(['event_scheduler']), { timeoutMs: 15_000, signal: context.signal })).get(
          'event_scheduler',
        ) === 'ON'
      ? 'ON'
      : 'OFF';
  return { ...observed.facts, serverUuid: identity.serverUuid, serverVersion: server.version, eventScheduler };
}

function blocked(code: string, summary: string, detail: string): Check {
  return { is: 'blocked', problems: [problem(code, summary, detail)] };
}
