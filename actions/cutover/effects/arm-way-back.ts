import { UpgradeError } from '../../engine/errors';
import { formatPosition } from '../../mysql/position';
import { binlogPosition } from '../../mysql/queries';
import { resetExternalSource, stopReplication } from '../../mysql/statements';
import { dialectOf } from '../../mysql/version';
import { configureStatements } from '../../steps/channel';
import type { SwitchContext } from '../switch-context';

/**
 * Ends the channel that fed the side to be opened, notes where its own binary log ends, and points the fenced side at it.
 * The order matters: after the reset nothing but the application can write there, so the position is where the way back
 * begins.
 */
export async function armWayBack(context: SwitchContext): Promise<void> {
  const replica = context.servers[context.to];
  const source = context.servers[context.from];
  await replica.run(stopReplication(), context.within());
  await replica.run(resetExternalSource(dialectOf(replica.version)), context.within());
  const position = await replica.read(binlogPosition(replica.version), context.within());
  if (!position) {
    throw new UpgradeError(`${context.to} writes no binary log, so there would be no way back`, {
      code: 'binlog-off',
      source: 'mysql',
      hint: 'Run `npm run apply`: it proves the settings of green.',
    });
  }
  for (const statement of await configureStatements(context, context.from, position)) {
    await source.run(statement, context.within());
  }
  // Last look before the point of no return (I8).
  await context.locks.confirm(context.within());
  context.found.reversePosition = position;
  context.found.evidence.push(`the way back begins at ${formatPosition(position)} of ${context.to}`);
}
