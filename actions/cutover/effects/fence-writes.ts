import { messageOf } from '../../engine/errors';
import { formatPosition } from '../../mysql/position';
import type { CallLimits } from '../../ports/mysql-server';
import { closeAndProve, logEnd } from '../prove-fence';
import type { SwitchContext } from '../switch-context';

/**
 * Stops the writes of the serving side and notes where its binary log ends. With a hold of its tables that is all for now:
 * the fence that lasts is closed when the other side has applied that position, so that until then nothing has to be undone
 * by anybody should this machine die.
 */
export async function fenceWrites(context: SwitchContext): Promise<void> {
  const { hold, from, found } = context;
  if (!hold || !(await takes(context))) return closeAndProve(context);
  found.isHeld = true;
  found.finalPosition = await logEnd(context);
  found.evidence.push(
    `one session holds the ${hold.tables} tables of ${from}: nobody writes, the log ends at ${formatPosition(found.finalPosition)}`,
  );
}

/** While the lock waits for an open transaction, everybody else who writes to that table waits behind it. */
const PATIENCE_MS = 2_500;

/** An open transaction keeps its tables to itself; the fence that lasts does not wait for it, but cuts it off. */
async function takes(context: SwitchContext): Promise<boolean> {
  const { hold, from } = context;
  const within = context.within();
  const brief: CallLimits = { ...within, timeoutMs: Math.min(within.timeoutMs, PATIENCE_MS) };
  try {
    await hold?.take(brief);
    return true;
  } catch (error) {
    await hold?.release();
    context.signal.throwIfAborted();
    if (context.config.cutover.fences[from].length > 0) throw error;
    context.emit({
      type: 'note',
      level: 'warning',
      code: 'tables-not-held',
      text: `the tables of ${from} could not be held (${messageOf(error)}); going on with the fence that lasts, which does not free itself`,
    });
    return false;
  }
}
