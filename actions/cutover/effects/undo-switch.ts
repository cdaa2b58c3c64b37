import { messageOf } from '../../engine/errors';
import { formatPosition } from '../../mysql/position';
import { binlogPosition, replicaStatus } from '../../mysql/queries';
import { startReplication } from '../../mysql/statements';
import { configureChannel, isRunning, removeChannel } from '../../steps/channel';
import type { SwitchContext } from '../switch-context';

/**
 * Gives the fenced side back. It decides by what it finds, not by what the dead process meant to do. Giving back matters more
 * than tidiness: what fails after it is reported and repaired by the next `apply`.
 */
export async function undoSwitch(context: SwitchContext): Promise<void> {
  await rememberForwardPosition(context);
  await context.fences[context.from].open(context.within());
  context.found.evidence.push(`${context.from} accepts writes again`);
  await orWarn(context, 'reverse-channel-left', () => removeChannel(context, context.from, context.within()));
  await orWarn(context, 'forward-channel-left', () => restoreForwardChannel(context));
}

/**
 * When the forward channel is gone already, the fenced side's position is where it must begin again: everything before it was
 * applied before the channel was reset. Only known while the fence is closed, so it is recorded first.
 */
async function rememberForwardPosition(context: SwitchContext): Promise<void> {
  const replica = context.servers[context.to];
  const source = context.servers[context.from];
  try {
    if (await replica.read(replicaStatus(replica.version), context.within())) return;
    if (!(await context.fences[context.from].isClosed(context.within()))) return;
    const position = await source.read(binlogPosition(source.version), context.within());
    if (!position) return;
    await context.renewChannel(context.to, position);
    context.found.evidence.push(`${context.to} goes on from ${formatPosition(position)} of ${context.from}`);
  } catch (error) {
    warn(context, 'forward-position-unknown', error);
  }
}

async function restoreForwardChannel(context: SwitchContext): Promise<void> {
  const replica = context.servers[context.to];
  const status = await replica.read(replicaStatus(replica.version), context.within());
  const position = context.facts().channelStart?.[context.to];
  if (!status && position) await configureChannel(context, context.to, position, context.within());
  if (!status || !isRunning(status)) await replica.run(startReplication(), context.within());
}

async function orWarn(context: SwitchContext, code: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    warn(context, code, error);
  }
}

function warn(context: SwitchContext, code: string, error: unknown): void {
  context.emit({
    type: 'note',
    level: 'warning',
    code,
    text: `${messageOf(error)}. ${context.from} is served all the same; run \`npm run apply\` to repair replication.`,
  });
}
