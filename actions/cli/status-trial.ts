import { messageOf } from '../engine/errors';
import { findTrialClone } from '../trial/trial-clone';
import { readTrial, trialFile } from '../trial/trial-file';
import type { TrialStatus } from '../view/trial-text';
import type { Command } from './command';
import { throwAwayPorts } from './throw-away-ports';
import { isTrialRunning, self } from './trial-lock';

/** Undefined when there was no trial and no clone is left of one. Status does not fail for what cannot be asked. */
export async function trialStatus({ config, context }: Command): Promise<TrialStatus | undefined> {
  const last = await readTrial(trialFile(config.besideState)).catch(() => undefined);
  const isOurs = last?.lineage === context.lineage;
  const told = isOurs ? { last: { outcome: last.outcome, exitCode: last.exitCode, endedAt: last.endedAt } } : {};
  try {
    const { tags } = throwAwayPorts(config.region);
    const clone = await findTrialClone(tags, config.name, context.clock.now());
    if (!clone) return isOurs ? told : undefined;
    const isInUse = clone.madeBy !== self() || (await isTrialRunning(config.besideState));
    const is = clone.isExpired ? 'expired' : clone.isKept ? 'kept' : isInUse ? 'in use' : 'left over';
    return { ...told, clone: { ...clone, is } };
  } catch (error) {
    return { ...told, failure: messageOf(error) };
  }
}
