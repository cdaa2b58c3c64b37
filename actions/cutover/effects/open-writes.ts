import { UpgradeError } from '../../engine/errors';
import type { SwitchContext } from '../switch-context';

/** Lets the application write on the new side. The old one must be closed (I1), also when this is a retry much later. */
export async function openWrites(context: SwitchContext): Promise<void> {
  if (!(await context.fences[context.from].isClosed(context.within()))) {
    // A reboot loses a fence made by procedure; closing it again is what the commit has promised.
    await context.fences[context.from].close(context.within());
    throw new UpgradeError(`${context.from} had been opened again by somebody; it is closed now`, {
      code: 'fence-was-open',
      source: 'mysql',
      hint: `Writes may have been accepted on ${context.from} after the recorded final position. Compare \`SHOW MASTER STATUS\` there with the position in \`npm run status\`, carry such writes over by hand, then run the command again.`,
    });
  }
  const to = context.fences[context.to];
  if (await to.isClosed(context.within())) await to.open(context.within());
}
