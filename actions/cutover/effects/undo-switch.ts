import { UpgradeError } from '../../engine/errors';
import type { SwitchContext } from '../switch-context';

/**
 * Gives the fenced side back. It decides by what it finds, not by what the dead process meant to do. Before the commit nothing but
 * the fence has changed: the channel to the other side runs on.
 */
export async function undoSwitch(context: SwitchContext): Promise<void> {
  // Let go first: when the fence that lasts has not been closed yet, this alone lets writes go on.
  await context.hold?.release();
  await openForGood(context);
  context.found.evidence.push(`${context.from} accepts writes again`);
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
