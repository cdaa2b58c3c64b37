import { limits, problem } from '../../engine/context';
import { waitUntil } from '../../engine/wait-until';
import type { Step } from '../../engine/step';
import { binlogPosition, waitForPosition } from '../../mysql/queries';
import { formatPosition } from '../../mysql/position';
import { channelOf, describeChannel, isHealthy } from '../channel';

/** Position that blue had when it was asked must be applied on green within this time for green to count as caught up. */
const CAUGHT_UP_SECONDS = 2;

/**
 * Postcondition: green has applied a position that blue had a moment ago.
 * Observed by a server-side wait for blue's position: seconds-behind says 0 also while the receiver lags.
 * Undo leaves nothing behind: it only waits.
 */
export const catchUp: Step = {
  id: 'catch-up',
  phase: 'replicate',
  title: 'Wait for green to catch up',
  async check(context) {
    if (!context.facts().channelStart?.green) return { is: 'later', waitsFor: '`cdktf deploy`', changes: [] };
    const status = await channelOf(context, 'green');
    if (!status) return { is: 'later', waitsFor: 'the channel from blue', changes: [] };
    if (!isHealthy(status))
      return {
        is: 'blocked',
        problems: [
          problem(
            'replication-broken',
            'replication to green does not run',
            `Green reports: ${describeChannel(status)}.`,
          ),
        ],
      };
    const blue = await context.mysql.connect('blue');
    const green = await context.mysql.connect('green');
    const position = await blue.read(binlogPosition(blue.version), limits(context));
    if (!position)
      return { is: 'blocked', problems: [problem('binlog-off', 'blue writes no binary log', 'Run `npm run apply`.')] };
    const outcome = await green.read(waitForPosition(green.version, position, CAUGHT_UP_SECONDS), limits(context));
    if (outcome === 'reached') return { is: 'done', evidence: `green has applied ${formatPosition(position)} of blue` };
    return {
      is: 'needed',
      changes: [{ kind: 'value', what: 'green behind blue', before: describeChannel(status), after: 'caught up' }],
    };
  },
  async do(context) {
    await waitUntil(
      {
        ...context,
        reason: 'green to catch up',
        budgetMs: context.config.replication.catchUp,
        intervalMs: 1_000,
        hint: 'Look at the lag in `npm run status`. A larger instance class for green, or fewer writes on blue, helps. Run the command again to go on waiting.',
      },
      async (see) => {
        const status = await channelOf(context, 'green');
        if (status) see(describeChannel(status));
        return (await this.check(context)).is === 'needed' ? undefined : true;
      },
    );
  },
};
