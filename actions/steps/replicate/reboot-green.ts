import { rebootInstance } from '../../aws/calls';
import { aws, call, limits } from '../../engine/context';
import type { Step, StepContext } from '../../engine/step';
import { waitUntil } from '../../engine/wait-until';
import { serverIdentity } from '../../mysql/queries';
import { observeCluster } from '../observe-cluster';

const PENDING = 'pending-reboot';

/**
 * Postcondition: every instance of green runs with the parameters that its groups declare.
 * Observed in RDS's status of the groups. An upgraded clone needs it, and so does a static parameter that was changed later
 * (Aurora User Guide, AuroraMySQL.Replication.MySQL.SettingUp). Green does not serve yet, so nobody notices.
 * Undo leaves nothing behind.
 */
export const rebootGreen: Step = {
  id: 'reboot-green',
  phase: 'replicate',
  title: 'Reboot green where its parameters wait for it',
  async check(context) {
    if (!context.facts().green) return { is: 'later', waitsFor: '`npx cdktf deploy`', changes: [] };
    const instances = await pending(context);
    if (!instances) return { is: 'later', waitsFor: 'green to be available', changes: [] };
    if (instances.length === 0) return { is: 'done', evidence: 'no parameter of green waits for a reboot' };
    return { is: 'needed', changes: aws(...instances.map(rebootInstance)) };
  },
  async do(context) {
    for (const instance of (await pending(context)) ?? []) {
      await call(context, rebootInstance(instance));
      await inSync(context, instance);
    }
  },
};

/** Instances that wait, the writer first; undefined while green is not available. */
async function pending(context: StepContext): Promise<readonly string[] | undefined> {
  const observed = await observeCluster(context, context.config.green.cluster);
  if (observed.is !== 'ready') return undefined;
  const instances = await context.aws.rds.instances(observed.cluster.id);
  return [...observed.cluster.members]
    .sort((a, b) => Number(b.isWriter) - Number(a.isWriter))
    .filter(
      (member) =>
        member.clusterParameterStatus === PENDING ||
        instances.find((instance) => instance.id === member.instanceId)?.parameterStatus === PENDING,
    )
    .map((member) => member.instanceId);
}

async function inSync(context: StepContext, instance: string): Promise<void> {
  await waitUntil(
    {
      ...context,
      reason: `${instance} to come back from its reboot`,
      budgetMs: 15 * 60_000,
      intervalMs: 1_000,
      hint: 'Look at the events of the instance in the RDS console, then run the same command again.',
    },
    async (see) => {
      const waiting = await pending(context);
      see(waiting ? `waiting: ${waiting.join(', ') || 'none'}` : 'not available');
      if (!waiting || waiting.includes(instance)) return undefined;
      try {
        await (await context.mysql.connect('green')).read(serverIdentity(), limits(context));
        return true;
      } catch {
        return undefined;
      }
    },
  );
}
