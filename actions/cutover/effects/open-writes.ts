import { UpgradeError } from '../../engine/errors';
import { formatPosition, samePosition } from '../../mysql/position';
import { binlogPosition, replicaStatus } from '../../mysql/queries';
import { startReplication } from '../../mysql/statements';
import type { SwitchContext } from '../switch-context';
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
  if (!isOpenAlready) await to.open(context.within());
}

/** Writes were accepted after the recorded final position. Of no meaning once the reverse channel writes there too. */
async function hasMoved(context: SwitchContext): Promise<boolean> {
  const source = context.servers[context.from];
  const { finalPosition } = context.found;
  if (!finalPosition || context.allowed.has('writes-on-both')) return false;
  const [position, channel] = await Promise.all([
    source.read(binlogPosition(source.version), context.within()),
    source.read(replicaStatus(source.version), context.within()),
  ]);
  return channel === undefined && position !== undefined && !samePosition(position, finalPosition);
}

/** Nothing has been written on the new side yet and its channel is only stopped: let it apply the rest, then go on. */
async function takeAgain(context: SwitchContext): Promise<void> {
  const source = context.servers[context.from];
  const replica = context.servers[context.to];
  const position = await source.read(binlogPosition(source.version), context.within());
  if (position) context.found.finalPosition = position;
  await replica.run(startReplication(), context.within());
  await drain(context);
  await armWayBack(context);
  await context.rememberPositions();
}

function wroteOnBoth({ from, to, found }: SwitchContext): UpgradeError {
  return new UpgradeError(`${from} accepted writes after the switch; it is closed again`, {
    code: 'writes-on-both',
    source: 'mysql',
    hint: `Both sides took writes for a while: ${from} after ${found.finalPosition ? formatPosition(found.finalPosition) : 'its final position'}, most likely because a reboot lost its fence. ${to} serves. Read what ${from} wrote since then with \`mysqlbinlog --start-position\`, carry it over by hand, then run the command again with --waive writes-on-both.`,
  });
}
