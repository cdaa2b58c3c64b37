import { together } from '../../engine/together';
import { binlogPosition, replicaStatus } from '../../mysql/queries';
import { startReplication, stopReplication } from '../../mysql/statements';
import type { SwitchContext } from '../switch-context';
import { holdApplications } from '../application-locks';
import { hasMoved, wroteOnBoth } from '../writes-on-both';
import { isRunning } from '../../steps/channel';
import { armWayBack } from './arm-way-back';
import { drain } from './drain';

/**
 * Lets the application write on the new side. The old one must be closed and stand where it stood (I1, I2), also when this
 * is a retry much later: a reboot loses a fence that was made by procedure.
 */
export async function openWrites(context: SwitchContext): Promise<void> {
  const to = context.fences[context.to];
  const isFirst = context.probe !== undefined && context.found.stopping === undefined;
  if (isFirst) stopBeside(context);
  const [toIsClosed, isMoved] = await together([
    to.isClosed(context.within()),
    closeAndLook(context),
    isFirst ? Promise.resolve() : stopChannel(context),
  ]);
  const isOpenAlready = !toIsClosed;
  if (isMoved) {
    // A reboot since the last look may have let in what has written.
    await ensureClosed(context);
    if (isOpenAlready) throw wroteOnBoth(context);
    await takeAgain(context);
  }
  // Open already: this is a retry, and what it had locked may have been let in since.
  if (!isOpenAlready) await holdApplications(context, 'closed');
  // Whoever still waits for a table is refused now and connects anew; the reverse channel needs the tables too.
  const [opened] = await Promise.allSettled([
    isOpenAlready && (await to.isOpen(context.within())) ? undefined : to.open(context.within()),
    context.hold?.release(),
  ]);
  if (opened.status === 'rejected') throw opened.reason;
  if (!isOpenAlready) await holdApplications(context, 'open');
}

/**
 * The channel that fed the new side: what the old one might still write must not come in beside the application. The procedure
 * takes a second on Aurora after the channel has stopped, and nobody needs to wait for that: the old side is closed, all of it is
 * applied, and the next look at the channel comes before it is turned round.
 */
function stopBeside(context: SwitchContext): void {
  const stopping = context.servers[context.to].run(stopReplication(), context.within());
  context.found.stopping = stopping.catch(() => undefined);
}

/** For a retry, which finds it stopped or gone already. */
async function stopChannel(context: SwitchContext): Promise<void> {
  await context.found.stopping;
  const replica = context.servers[context.to];
  const status = await replica.read(replicaStatus(replica.version), context.within());
  if (status && isRunning(status)) await replica.run(stopReplication(), context.within());
}

/** Where the old side stands counts only when it is closed. Answers whether it has moved. */
async function closeAndLook(context: SwitchContext): Promise<boolean> {
  const from = context.fences[context.from];
  const [isClosed, isMoved] = await together([from.isClosed(context.within()), hasMoved(context)]);
  if (isClosed) return isMoved;
  await from.close(context.within());
  return hasMoved(context);
}

async function ensureClosed(context: SwitchContext): Promise<void> {
  const from = context.fences[context.from];
  if (!(await from.isClosed(context.within()))) await from.close(context.within());
}

/**
 * Nothing has been written on the new side yet and its channel is only stopped: let it apply the rest, then go on. A record that
 * names a position says that everything before it has been applied, so it changes last.
 */
async function takeAgain(context: SwitchContext): Promise<void> {
  const { found } = context;
  const source = context.servers[context.from];
  const recorded = { ...found };
  const position = await source.read(binlogPosition(source.version), context.within());
  await found.stopping;
  await context.servers[context.to].run(startReplication(), context.within());
  try {
    await drain(context, position);
    await armWayBack(context);
    await stopChannel(context);
  } catch (error) {
    // The next attempt must find that the old side has moved.
    if (recorded.finalPosition) found.finalPosition = recorded.finalPosition;
    throw error;
  }
  // Behind the hold of tables the fence was closed again just now, and its position noted.
  if (position && found.isHeld === undefined) found.finalPosition = position;
  await context.rememberPositions();
}
