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
  let killing: Promise<unknown> = Promise.resolve();
  const away = async (): Promise<void> => {
    await context.clock.sleep(PATIENCE_MS, context.signal);
    while (!isClosed) {
      killing = killWaiters(context, context.from);
      await killing;
      await context.clock.sleep(PAUSE_MS, context.signal);
    }
  };
  // Whatever becomes of that: closing decides, and neither may be under way any more when an undo begins.
  away().catch(() => undefined);
  try {
    await closing;
  } finally {
    await killing.catch(() => undefined);
  }
  const { finalPosition } = context.found;
  if (!held || !finalPosition || !samePosition(held, finalPosition)) await drain(context);
}
