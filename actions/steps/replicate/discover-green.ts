import { limits, value } from '../../engine/context';
import type { Step, StepContext } from '../../engine/step';
import { serverIdentity } from '../../mysql/queries';
import type { ClusterFacts } from '../../state/format';
import { observeCluster, type Observed } from '../observe-cluster';

/**
 * Postcondition: the state knows green as it is.
 * Observed in RDS's description and on the server. A green that was made anew begins anew: what was known of the old one's
 * position in blue's log would apply writes twice.
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
    const facts = await factsOf(context, observed);
    if (JSON.stringify(context.facts().green) === JSON.stringify(facts)) {
      return {
        is: 'done',
        evidence: `${facts.clusterId} runs ${facts.engineVersion} (server ${facts.serverVersion}), writer ${facts.writerInstanceId}`,
      };
    }
    const before = context.facts().green?.engineVersion ?? 'unknown';
    return { is: 'needed', changes: [value('facts of green', before, facts.engineVersion)] };
  },
  async do(context) {
    const observed = await observeCluster(context, context.config.green.cluster);
    if (observed.is !== 'ready') return;
    const isAnother = context.facts().green?.resourceId !== observed.cluster.resourceId;
    await context.remember({
      green: await factsOf(context, observed),
      ...(isAnother ? { channelStart: {} } : {}),
    });
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
