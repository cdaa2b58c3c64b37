/** Closes the lasting fence of the serving side and proves it before the final position counts (I3). */
import { UpgradeError } from '../engine/errors';
import { together } from '../engine/together';
import { binlogPosition } from '../mysql/queries';
import { formatPosition, samePosition, type BinlogPosition } from '../mysql/position';
import { probeWrite } from '../mysql/statements';
import type { SwitchContext } from './switch-context';

/** MySQL: the server runs with --read-only so it cannot execute this statement. */
const READ_ONLY_ERROR = 'mysql-1290';
const STILL_ATTEMPTS = 20;

/** The server shows it, a write of an ordinary account is refused, and the position does not move while that is tried. */
export async function closeAndProve(context: SwitchContext): Promise<void> {
  context.found.isFenceAsked = true;
  await context.fences[context.from].close(context.within());
  // The probe has a connection of its own, so it costs no time. What counts is read after both.
  let [before] = await together([logEnd(context), refusesProbe(context)]);
  for (let attempt = 0; attempt < STILL_ATTEMPTS; attempt++) {
    const after = await logEnd(context);
    if (samePosition(before, after)) {
      context.found.finalPosition = after;
      context.found.evidence.push(
        `${context.from} is fenced: read_only is ON, a probe write was refused, its position stands at ${formatPosition(after)}`,
      );
      return;
    }
    before = after;
  }
  throw new UpgradeError(`${context.from} still writes to its binary log although it is read only`, {
    code: 'fence-leaks',
    source: 'mysql',
    hint: 'An account that passes read_only (CONNECTION_ADMIN, SUPER) or an event is writing. `npm run precheck` names such accounts; stop them and try again.',
  });
}

/** Where the binary log of the serving side ends. */
export async function logEnd(context: SwitchContext): Promise<BinlogPosition> {
  const server = context.servers[context.from];
  const found = await server.read(binlogPosition(server.version), context.within());
  if (!found) throw new UpgradeError(`${context.from} writes no binary log`, { code: 'binlog-off', source: 'mysql' });
  return found;
}

async function refusesProbe(context: SwitchContext): Promise<void> {
  if (!context.probe) throw new UpgradeError('there is no probe connection', { code: 'probe-missing', source: 'tool' });
  try {
    await context.probe.run(probeWrite(), context.within());
  } catch (error) {
    if (error instanceof UpgradeError && error.code === READ_ONLY_ERROR) return;
    throw error;
  }
  throw new UpgradeError(`${context.from} accepted a write although it shows read_only`, {
    code: 'fence-leaks',
    source: 'mysql',
    hint: 'The fence does not bind ordinary accounts on this server. Nothing was switched. Please report this with the version of the server.',
  });
}
