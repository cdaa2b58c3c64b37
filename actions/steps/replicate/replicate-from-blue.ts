import { clusterFacts, problem, sql } from '../../engine/context';
import type { Step, StepContext } from '../../engine/step';
import { waitUntil } from '../../engine/wait-until';
import { startReplication } from '../../mysql/statements';
import { everyChangeEnded } from '../change-runner';
import {
  channelOf,
  configureChannel,
  configureStatements,
  describeChannel,
  isHealthy,
  isRunning,
  readsFromPeer,
  removeChannel,
  startChannel,
} from '../channel';

/**
 * Postcondition: green reads from blue, both threads run, no error.
 * Observed by SHOW REPLICA STATUS (SHOW SLAVE STATUS) on green.
 * Undo stops the channel and forgets it; green keeps what it has applied.
 */
export const replicateFromBlue: Step = {
  id: 'replicate-from-blue',
  phase: 'replicate',
  title: 'Let green follow blue',
  async check(context) {
    const startPosition = context.facts().channelStart?.green;
    if (!context.facts().green || !startPosition) return { is: 'later', waitsFor: '`cdktf deploy`', changes: [] };
    const status = await channelOf(context, 'green');
    if (!status) {
      if (context.facts().followedBy === context.facts().green?.resourceId)
        return { is: 'blocked', problems: [vanished()] };
      return {
        is: 'needed',
        changes: sql('green', ...(await configureStatements(context, 'green', startPosition)), startReplication()),
      };
    }
    if (!readsFromPeer(context, 'green', status)) {
      return {
        is: 'blocked',
        problems: [
          problem(
            'green-follows-another',
            'green replicates from somewhere else',
            `Green reads from ${status.sourceHost}:${status.sourcePort}, which is not blue. Somebody configured this channel; stop it with \`CALL mysql.rds_stop_replication\` and reset it if it is not wanted, then run the command again.`,
          ),
        ],
      };
    }
    if (isHealthy(status)) return { is: 'done', evidence: describeChannel(status) };
    if (status.lastError !== undefined) return { is: 'blocked', problems: [broken(status.lastError)] };
    return { is: 'needed', changes: sql('green', startReplication()) };
  },

  async do(context) {
    const startPosition = context.facts().channelStart?.green;
    const before = await channelOf(context, 'green');
    if (!before && startPosition) await configureChannel(context, 'green', startPosition);
    // Before the start: from then on its position moves, and setting it up anew from the first one would repeat writes.
    await context.remember({ followedBy: clusterFacts(context, 'green').resourceId });
    if (!before || !isRunning(before)) {
      await everyChangeEnded(context);
      await startChannel(context, 'green');
    }
    await healthy(context);
  },

  async undo(context) {
    // Whoever has destroyed green has ended its channel.
    if (await context.aws.rds.cluster(context.config.green.cluster)) await removeChannel(context, 'green');
  },
};

/** The receiver connects after the start; an error ends the wait at once. */
async function healthy(context: StepContext): Promise<void> {
  await waitUntil(
    { ...context, reason: 'green to connect to blue', budgetMs: 60_000, intervalMs: 200, hint: CONNECT_HINT },
    async (see) => {
      const status = await channelOf(context, 'green');
      if (status) see(describeChannel(status));
      return isHealthy(status) ? true : undefined;
    },
  );
}

const CONNECT_HINT =
  'Look at the error above. Most often the security group of blue does not let green in (`npx cdktf deploy` adds the rule), or the account was changed on blue.';

function broken(error: string): ReturnType<typeof problem> {
  return problem(
    'replication-broken',
    'replication to green has stopped with an error',
    `Green reports: ${error}. Until it is cured green is not a copy of blue. Cure the cause on blue or green; never skip an event that you do not understand. Then run the command again.`,
  );
}

function vanished(): ReturnType<typeof problem> {
  return problem(
    'channel-vanished',
    'the channel of green has been removed by somebody',
    'Green followed blue, and now it has no channel. The tool does not set it up again from the old position, since that would apply old writes twice. If you know the exact position, set it with `CALL mysql.rds_set_external_source`; otherwise destroy green with Terraform, and deploy it again from a new snapshot.',
  );
}
