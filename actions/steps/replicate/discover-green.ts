import { limits, problem, value } from '../../engine/context';
import type { Check, Step, StepContext } from '../../engine/step';
import { serverIdentity } from '../../mysql/queries';
import type { ClusterFacts } from '../../state/format';
import { observeCluster, type Observed } from '../observe-cluster';

/**
 * Postcondition: green is there, available, and really runs the target version.
 * Observed in RDS's description of the cluster *and* its writer, and on the server: a restore whose upgrade failed comes up
 * `available` on the old version.
 * Undo leaves nothing behind: Terraform owns green.
 */
export const discoverGreen: Step = {
  id: 'discover-green',
  phase: 'replicate',
  title: 'Look at green',
  onlyLooks: true,
  async check(context) {
    const observed = await observeCluster(context, context.config.green.cluster);
    if (observed.is === 'absent') return { is: 'later', waitsFor: '`npx cdktf deploy` to create green', changes: [] };
    if (observed.is === 'not-ready')
      return { is: 'later', waitsFor: `green to be available (it is \`${observed.status}\`)`, changes: [] };
    const wanted = context.config.green.engineVersion;
    const found = [observed.cluster.engineVersion, observed.writer.engineVersion];
    if (found.some((version) => version !== wanted)) return wrongVersion(found.join(' / '), wanted);
    const facts = await factsOf(context, observed);
    if (JSON.stringify(context.facts().green) === JSON.stringify(facts)) {
      return {
        is: 'done',
        evidence: `${facts.clusterId} runs ${wanted} (server ${facts.serverVersion}), writer ${facts.writerInstanceId}`,
      };
    }
    return {
      is: 'needed',
      changes: [value('facts of green', context.facts().green?.engineVersion ?? 'unknown', wanted)],
    };
  },
  async do(context) {
    const observed = await observeCluster(context, context.config.green.cluster);
    if (observed.is === 'ready') await context.remember({ green: await factsOf(context, observed) });
  },
};

async function factsOf(context: StepContext, observed: Extract<Observed, { is: 'ready' }>): Promise<ClusterFacts> {
  const server = await context.mysql.connect('green');
  const identity = await server.read(serverIdentity(), limits(context));
  return {
    ...observed.facts,
    serverUuid: identity.serverUuid,
    serverVersion: server.version,
    eventScheduler: context.facts().blue?.eventScheduler ?? 'OFF',
  };
}

function wrongVersion(found: string, wanted: string): Check {
  return {
    is: 'blocked',
    problems: [
      problem(
        'green-not-upgraded',
        'green came up on another version than the target',
        `Green runs ${found}, not ${wanted}: its prechecks failed during the restore, and such a cluster cannot be retried. Read upgrade-prechecks.log of its writer in the RDS console, cure blue, destroy green with Terraform, take a new snapshot and deploy again.`,
      ),
    ],
  };
}
