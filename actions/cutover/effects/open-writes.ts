import { binlogPosition } from '../../mysql/queries';
import { startReplication } from '../../mysql/statements';
import type { SwitchContext } from '../switch-context';
import { holdApplications } from '../application-locks';
import { hasMoved, wroteOnBoth } from '../writes-on-both';
import { armWayBack } from './arm-way-back';
import { drain } from './drain';

/**
 * Lets the application write on the new side. The old one must be closed and stand where it stood (I1, I2), also when this
 * is a retry much later: a reboot loses a fence that was made by procedure.
 */
export async function openWrites(context: SwitchContext): Promise<void> {
  const from = context.fences[context.from];
  const to = context.fences[context.to];
  const isOpenAlready = !(await to.isClosed(context.within()));
  if (!(await from.isClosed(context.within()))) await from.close(context.within());
  if (await hasMoved(context)) {
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

/** Nothing has been written on the new side yet and its channel is only stopped: let it apply the rest, then go on. */
async function takeAgain(context: SwitchContext): Promise<void> {
  const source = context.servers[context.from];
  const replica = context.servers[context.to];
  const position = await source.read(binlogPosition(source.version), context.within());
  await replica.run(startReplication(), context.within());
  await drain(context, position);
  await armWayBack(context);
  // Only now: a record that names it says that everything before it has been applied.
  if (position) context.found.finalPosition = position;
  await context.rememberPositions();
}
