import { stopCluster } from '../../aws/calls';
import { aws, call } from '../../engine/context';
import type { Step } from '../../engine/step';
import { waitUntil } from '../../engine/wait-until';

/**
 * Postcondition: blue is stopped (or deleted); it costs storage only.
 * Observed in RDS's status of the cluster.
 * Undo is `aws rds start-db-cluster`: its data is as of the switch.
 */
export const stopBlue: Step = {
  id: 'stop-blue',
  phase: 'finalize',
  title: 'Stop blue',
  async check(context) {
    const cluster = await context.aws.rds.cluster(context.config.blue.cluster);
    if (!cluster) return { is: 'done', evidence: 'blue is deleted' };
    if (cluster.status === 'stopped') return { is: 'done', evidence: 'blue is stopped' };
    // Deleting starts it first: a stopped cluster cannot be deleted.
    if (context.state().steps['delete-blue']) return { is: 'done', evidence: 'the deletion of blue has begun' };
    return {
      is: 'needed',
      changes: aws(stopCluster(cluster.id)),
      warning:
        'RDS starts a stopped cluster again by itself after 7 days. Delete it with `npm run finalize -- --delete` when it is no longer wanted.',
    };
  },
  async do(context) {
    const { cluster: id } = context.config.blue;
    const cluster = await context.aws.rds.cluster(id);
    if (cluster && !['stopping', 'stopped'].includes(cluster.status)) {
      // A server that stops waits for its clients, this tool's own among them.
      await (await context.mysql.connect('blue')).close();
      await call(context, stopCluster(id));
    }
    await waitUntil(
      {
        ...context,
        reason: 'blue to stop',
        budgetMs: 60 * 60_000,
        intervalMs: 1_000,
        hint: 'Look at the cluster in the RDS console; a cluster with a cross-Region replica or in a global database cannot be stopped.',
      },
      async (see) => {
        const status = (await context.aws.rds.cluster(id))?.status ?? 'stopped';
        see(status);
        return status === 'stopped' ? true : undefined;
      },
    );
  },
};
