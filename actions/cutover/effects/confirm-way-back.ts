import { UpgradeError } from '../../engine/errors';
import { waitUntil } from '../../engine/wait-until';
import { formatPosition } from '../../mysql/position';
import { markers, replicaStatus } from '../../mysql/queries';
import { startReplication, writeMarker } from '../../mysql/statements';
import { configureChannel, describeChannel, isRunning, removeChannel } from '../../steps/channel';
import { killApplicationSessions } from '../kill-sessions';
import { keepOverReboots } from '../keep-over-reboots';
import type { SwitchContext } from '../switch-context';
import { hasMoved, wroteOnBoth } from '../writes-on-both';

/**
 * Starts the reverse channel and proves it: a row written on the new side arrives on the old one. Then makes the fences last
 * over reboots. Every part looks before it acts, so a retry goes on where the last attempt stopped.
 */
export async function confirmWayBack(context: SwitchContext): Promise<void> {
  // First: nothing may open the old side any more when its log is looked at.
  await keepOverReboots(context, context.from, ATTEMPTS);
  // The last moment at which the log of the old side holds nothing but its own writes.
  if (await hasMoved(context)) throw wroteOnBoth(context);
  await turnChannel(context);
  const { finalPosition, reversePosition } = context.found;
  if (!finalPosition || !reversePosition)
    throw new UpgradeError('the positions of the switch are unknown', { code: 'position-missing', source: 'tool' });
  await context.servers[context.to].run(
    writeMarker({
      id: context.id,
      lineage: context.lineage,
      direction: context.direction,
      finalPosition: formatPosition(finalPosition),
      reversePosition: formatPosition(reversePosition),
    }),
    context.within(),
  );
  await arrives(context);
  context.found.evidence.push(`a row written on ${context.to} has arrived on ${context.from}`);
  await context.fences[context.from].closeAgain(context.within());
  await keepOverReboots(context, context.to, ATTEMPTS);
  for (const endpoint of context.endpoints) await endpoint.settled(context.within());
  await endStragglers(context);
}

/** Writes flow already, so there is time to ask AWS again. */
const ATTEMPTS = 5;

/** Forgets the channel that fed the new side, sets the reverse one up from the recorded position, and starts it. */
async function turnChannel(context: SwitchContext): Promise<void> {
  await context.found.stopping;
  await removeChannel(context, context.to, context.within());
  const replica = context.servers[context.from];
  let status = await replica.read(replicaStatus(replica.version), context.within());
  if (!status && context.found.reversePosition) {
    await configureChannel(context, context.from, context.found.reversePosition, context.within());
    status = await replica.read(replicaStatus(replica.version), context.within());
  }
  if (status && !isRunning(status)) await replica.run(startReplication(), context.within());
}

const ARRIVAL_MS = 60_000;

async function arrives(context: SwitchContext): Promise<void> {
  const replica = context.servers[context.from];
  await waitUntil(
    {
      clock: context.clock,
      emit: context.emit,
      signal: context.signal,
      reason: `a row written on ${context.to} to arrive on ${context.from}`,
      budgetMs: ARRIVAL_MS,
      intervalMs: 50,
      hint: `Writes are served by ${context.to}; only the way back is not proven. Look at the error of the channel on ${context.from}, cure it, and run the command again.`,
    },
    async (see) => {
      const rows = await replica.read(markers(), context.within());
      if (rows.some((row) => row.id === context.id)) return true;
      const status = await replica.read(replicaStatus(replica.version), context.within());
      if (status) see(describeChannel(status));
      // The receiver tries to connect again by itself; an applier that has stopped does not.
      if (status?.applierError !== undefined) {
        throw new UpgradeError(`the reverse channel stopped: ${status.applierError}`, {
          code: 'reverse-channel-broken',
          source: 'mysql',
          hint: `Writes are served by ${context.to}. Going back is not possible until the channel on ${context.from} runs again.`,
        });
      }
      return undefined;
    },
  );
}

/** A kill that was not answered may have used up the time: then it is tried again all the same. */
const LAST_LOOKS = 3;

/** Clients that still resolve the old address keep coming until its TTL has passed; each is sent away at once. */
async function endStragglers(context: SwitchContext): Promise<void> {
  const tail = Math.max(context.config.cutover.sessionGrace, ...context.endpoints.map((endpoint) => endpoint.tailMs));
  const end = context.clock.monotonicMs() + tail;
  for (let looks = 0; ;) {
    const found = await killApplicationSessions(context, context.from);
    if (context.clock.monotonicMs() >= end && (found === 0 || ++looks === LAST_LOOKS)) return;
    await context.clock.sleep(250, context.signal);
  }
}
