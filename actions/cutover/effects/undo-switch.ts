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
const PAUSE_MS = 1_000;

/**
 * A close that was asked for and timed out may still take effect after the first open (I6): look again when all is settled.
 * AWS that refuses for a moment is asked again as long as there is time.
 */
async function openForGood(context: SwitchContext): Promise<void> {
  const fence = context.fences[context.from];
  if (context.found.isHeld && !context.found.isFenceAsked && (await fence.isOpen(context.within()))) return;
  const end = context.clock.monotonicMs() + context.config.cutover.undoReserve;
  for (let attempt = 0; attempt < ATTEMPTS;) {
    try {
      await fence.open(context.within());
      await fence.settle(context.within());
      if (await fence.isOpen(context.within())) return;
      attempt++;
    } catch (error) {
      const isWorthAnother = error instanceof UpgradeError && error.retryable && context.clock.monotonicMs() < end;
      if (!isWorthAnother) throw error;
      context.emit({ type: 'note', level: 'warning', code: error.code, text: `${error.message}; trying again` });
      await context.clock.sleep(PAUSE_MS, context.signal);
    }
  }
  throw new UpgradeError(`${context.from} is read only again each time it is opened`, {
    code: 'fence-closes-again',
    source: 'mysql',
    retryable: true,
    hint: 'Something else sets read_only there: another operator, or a parameter group being applied. Stop it, then run the command again.',
  });
}
