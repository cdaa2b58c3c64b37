import { samePosition } from '../../mysql/position';
import { killWaiters } from '../kill-sessions';
import { closeAndProve } from '../prove-fence';
import type { SwitchContext } from '../switch-context';
import { drain } from './drain';

/** Closing takes a few milliseconds when no statement waits. */
const PATIENCE_MS = 15;
const PAUSE_MS = 10;

/**
 * Closes the fence that lasts behind the hold of the tables, and waits for what was logged in between: tables that are newer
 * than the hold, or accounts that were locked.
 */
export async function sealFence(context: SwitchContext): Promise<void> {
  const held = context.found.finalPosition;
  let isClosed = false;
  const closing = closeAndProve(context).finally(() => (isClosed = true));
  // Its failure is thrown below; until then nobody listens.
  closing.catch(() => undefined);
  await context.clock.sleep(PATIENCE_MS, context.signal);
  while (!isClosed) {
    await killWaiters(context, context.from);
    await context.clock.sleep(PAUSE_MS, context.signal);
  }
  await closing;
  const { finalPosition } = context.found;
  if (!held || !finalPosition || !samePosition(held, finalPosition)) await drain(context);
}
