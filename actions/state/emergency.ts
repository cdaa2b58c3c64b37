import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { UpgradeError, messageOf } from '../engine/errors';
import { encodeState } from './encoding';
import type { UpgradeState } from './format';

/**
 * Writes the state to a new file of mode 0600 outside its usual place and returns its path; for the moment when the
 * state file itself cannot be written in the middle of a cutover. Throws `state-emergency-failed`: the caller then
 * prints `encodeState(state)`.
 */
export async function writeEmergencyCopy(state: UpgradeState, folder: string = tmpdir()): Promise<string> {
  const file = join(folder, `aurora-cutover-${state.name}-${state.serial}-${randomUUID().slice(0, 8)}.state.json`);
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(encodeState(state));
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new UpgradeError('no emergency copy of the state could be written', {
      code: 'state-emergency-failed',
      source: 'tool',
      hint: `${folder}: ${messageOf(cause)}. Save the state that is printed here by hand: nothing else records how far the cutover got.`,
      cause,
    });
  }
  return file;
}
