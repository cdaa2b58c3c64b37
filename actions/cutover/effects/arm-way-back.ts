import { UpgradeError } from '../../engine/errors';
import { formatPosition } from '../../mysql/position';
import { binlogPosition } from '../../mysql/queries';
import type { SwitchContext } from '../switch-context';
import { sealFence } from './seal-fence';

/**
 * Notes where the binary log of the side to be opened ends: it has applied all that will ever come, and only the application can
 * write there from then on, so that is where the way back begins. Its channel is stopped by the next effect and the reverse one
 * set up after that: both need nothing but this position, and every statement here is write downtime.
 */
export async function armWayBack(context: SwitchContext): Promise<void> {
  const replica = context.servers[context.to];
  if (context.found.isHeld) await sealFence(context);
  await context.fences[context.to].prepareOpen(context.within());
  // The last look at the locks before the point of no return (I8) costs no time of its own. One limit for both: asking for
  // it may throw, and the promise beside it would then be left alone.
  const within = context.within();
  const [position] = await Promise.all([
    replica.read(binlogPosition(replica.version), within),
    context.locks.confirm(within),
  ]);
  if (!position) {
    throw new UpgradeError(`${context.to} writes no binary log, so there would be no way back`, {
      code: 'binlog-off',
      source: 'mysql',
      hint: 'Run `npm run apply`: it proves the settings of green.',
    });
  }
  context.found.reversePosition = position;
  context.found.evidence.push(`the way back begins at ${formatPosition(position)} of ${context.to}`);
}
