import { explain, UpgradeError } from '../../engine/errors';
import { replicaStatus } from '../../mysql/queries';
import { startReplication } from '../../mysql/statements';
import { isRunning } from '../../steps/channel';
import type { SwitchContext } from '../switch-context';

/**
 * Gives the fenced side back. It decides by what it finds, not by what the dead process meant to do. Before the commit the
 * channel to the other side is stopped at most, so starting it is all that is left. Giving back matters more than tidiness:
 * what fails after it is reported and repaired by the next `apply`.
 */
export async function undoSwitch(context: SwitchContext): Promise<void> {
  // Let go first: when the fence that lasts has not been closed yet, this alone lets writes go on.
  await context.hold?.release();
  await openForGood(context);
  context.found.evidence.push(`${context.from} accepts writes again`);
  try {
    const replica = context.servers[context.to];
    const status = await replica.read(replicaStatus(replica.version), context.within());
    if (status && !isRunning(status)) await replica.run(startReplication(), context.within());
  } catch (error) {
    context.emit({
      type: 'note',
      level: 'warning',
      code: 'forward-channel-left',
      text: `${explain(error)} ${context.from} serves all the same; run \`npm run apply\` to repair replication.`,
    });
  }
}

const ATTEMPTS = 3;

/** A close that was asked for and timed out may still take effect after the first open (I6): look again when all is settled. */
async function openForGood(context: SwitchContext): Promise<void> {
  const fence = context.fences[context.from];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await fence.open(context.within());
    await fence.settle(context.within());
    if (await fence.isOpen(context.within())) return;
  }
  throw new UpgradeError(`${context.from} is read only again each time it is opened`, {
    code: 'fence-closes-again',
    source: 'mysql',
    retryable: true,
    hint: 'Something else sets read_only there: another operator, or a parameter group being applied. Stop it, then run the command again.',
  });
}
