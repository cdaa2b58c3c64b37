/** One trial at a time on this machine; it does not stop other commands, which may take as long as a test suite does. */
import { systemClock } from '../adapters/system-clock';
import { thisProcess } from '../adapters/this-process';
import { UpgradeError } from '../engine/errors';
import type { StateLock } from '../ports/state-store';
import { nodeFileSystem } from '../state/file-system';
import { FileLock } from '../state/lock';
import { tagText } from '../trial/trial-clone';

/** Throws `trial-running`. */
export async function takeTrialLock(besideState: string): Promise<StateLock> {
  try {
    return await lockOf(besideState).take('trial');
  } catch (error) {
    if (!(error instanceof UpgradeError) || error.code !== 'state-locked') throw error;
    throw new UpgradeError('a trial is running', {
      code: 'trial-running',
      source: 'user',
      retryable: true,
      hint: `${pathOf(besideState)}.lock names its process, and there can be one clone at a time. Wait for it to end. Only when you are sure that it is gone, remove that file.`,
    });
  }
}

/** Whether a trial of this machine is under way; false for one whose process has gone. */
export async function isTrialRunning(besideState: string): Promise<boolean> {
  const holder = await lockOf(besideState)
    .holder()
    .catch(() => undefined);
  return holder !== undefined && !thisProcess.isGone(holder);
}

/** Who a clone is made by, as its tag says it. */
export function self(): string {
  const { user, host } = thisProcess.self();
  return tagText(`${user}@${host}`);
}

function lockOf(besideState: string): FileLock {
  return new FileLock(pathOf(besideState), systemClock, thisProcess, nodeFileSystem);
}

function pathOf(besideState: string): string {
  return `${besideState}.trial`;
}
