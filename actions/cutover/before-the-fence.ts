/** What can be done while writes still flow is not done behind the fence. */
import { messageOf } from '../engine/errors';
import { BlockedError } from '../engine/runner';
import { waitUntil } from '../engine/wait-until';
import { binaryLogs, binlogPosition, replicaStatus, serverIdentity, waitForPosition } from '../mysql/queries';
import { formatPosition } from '../mysql/position';
import { channelOf, isHealthy, isRunning, readsFromPeer, startChannel } from '../steps/channel';
import type { SwitchContext } from './switch-context';

const RESTART_MS = 30_000;
const PRE_DRAIN_SECONDS = 5;
const PRE_DRAIN_MS = 15_000;

/** A switch that was undone may not have got as far as starting the channel again; a stopped one without an error is started. */
export async function restartChannel(context: SwitchContext): Promise<void> {
  // Beside a schema change that may still run in the server it stays as it is: `apply` waits for that, and the gates say so.
  if (context.facts().greenChanges?.some(({ status }) => status === 'begun') === true) return;
  const status = await channelOf(context, context.to);
  if (!status || isRunning(status) || status.lastError !== undefined || !readsFromPeer(context, context.to, status))
    return;
  await startChannel(context, context.to);
  const hint = 'Look at the channel in `npm run status`, then run the command again.';
  await waitUntil(
    {
      ...context,
      reason: `${context.to} to follow ${context.from} again`,
      budgetMs: RESTART_MS,
      intervalMs: 100,
      hint,
    },
    async () => (isHealthy(await channelOf(context, context.to)) ? true : undefined),
  );
}

/** Lets the replica come close while writes still flow: what is applied now is not waited for behind the fence. */
export async function preDrain(context: SwitchContext): Promise<void> {
  const source = context.servers[context.from];
  const replica = context.servers[context.to];
  const position = await source.read(binlogPosition(source.version), context.within());
  if (!position) return;
  const seconds = Math.ceil(context.config.cutover.maxLag / 1_000) + PRE_DRAIN_SECONDS;
  const limits = { ...context.within(), timeoutMs: PRE_DRAIN_MS + seconds * 1_000 };
  const outcome = await replica.read(waitForPosition(replica.version, position, seconds), limits);
  if (outcome === 'reached') return;
  throw new BlockedError({ id: context.direction }, [
    {
      code: 'not-draining',
      summary: `${context.to} does not come closer to ${context.from} (${outcome})`,
      detail: `${context.to} has not applied ${formatPosition(position)} within ${seconds} s: a lock or a large transaction holds its applier up. Behind the fence the same wait would be write downtime. Look at \`npm run status\` and at the process list of ${context.to}. Nothing was changed.`,
    },
  ]);
}

/**
 * Asks once what will be asked behind the fence. The first answer of a shape costs the driver many times what the others do, and
 * a server that opens a table of its own for it takes its time.
 */
export async function warmUp(context: SwitchContext): Promise<void> {
  const { from, to, servers } = context;
  const within = context.within();
  await context.aws.prepare(AWS_IN_A_SWITCH);
  for (let time = 0; time < WARM_TIMES; time++) {
    await Promise.all(
      [from, to].flatMap((side) => {
        const server = servers[side];
        return [
          server.read(serverIdentity(), within),
          server.read(binlogPosition(server.version), within),
          server.read(replicaStatus(server.version), within),
          server.read(binaryLogs(), within),
        ];
      }),
    );
    await context.locks.confirm(within);
  }
}

const AWS_IN_A_SWITCH = ['rds', 'route53'] as const;
/** Both connections to a server, each twice. */
const WARM_TIMES = 2;

/** False when its session may not lock tables: the fence that lasts does its work alone then. */
export async function prepareHold(context: SwitchContext): Promise<boolean> {
  const { hold, from } = context;
  if (!hold) return false;
  try {
    await hold.prepare(context.within());
    return true;
  } catch (error) {
    await hold.release();
    const text = `the tables of ${from} cannot be locked, so the fence does not free itself: ${messageOf(error)}`;
    if (context.config.cutover.fences[from].length > 0) {
      throw new BlockedError({ id: context.direction }, [
        {
          code: 'hold-not-possible',
          summary: `${from} cannot be held by lock-tables`,
          detail: `${text}. Grant LOCK TABLES and SELECT on all schemas, or take lock-tables out of cutover.fences.${from}. Nothing was changed.`,
        },
      ]);
    }
    context.emit({ type: 'note', level: 'warning', code: 'hold-not-possible', text });
    return false;
  }
}
