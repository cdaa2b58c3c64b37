import { formatPosition } from '../../mysql/position';
import { closeAndProve, logEnd } from '../prove-fence';
import type { SwitchContext } from '../switch-context';

/**
 * Stops the writes of the serving side and notes where its binary log ends. With a hold of its tables that is all for now:
 * the fence that lasts is closed when the other side has applied that position, so that until then nothing has to be undone
 * by anybody should this machine die.
 */
export async function fenceWrites(context: SwitchContext): Promise<void> {
  const { hold, from, found } = context;
  if (!hold) return closeAndProve(context);
  await hold.take(context.within());
  found.finalPosition = await logEnd(context);
  found.evidence.push(
    `one session holds the ${hold.tables} tables of ${from}: nobody writes, the log ends at ${formatPosition(found.finalPosition)}`,
  );
}
