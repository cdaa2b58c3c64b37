import { readFileSync } from 'node:fs';

import { UpgradeError } from '../engine/errors';
import { decodeState } from './encoding';
import type { UpgradeState } from './format';

/**
 * The state in a file, for readers that never write (synth, status); undefined when there is none yet. With `name`, a
 * file of another upgrade is refused. Throws the errors of `decodeState`, and `state-unreadable` when the file cannot be
 * opened.
 */
export function readStateFile(file: string, name?: string): UpgradeState | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cannotOpen(file, cause);
  }
  return decodeState(text, file, name);
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

export function cannotOpen(file: string, cause: unknown): UpgradeError {
  return new UpgradeError('the state file cannot be read', {
    code: 'state-unreadable',
    source: 'user',
    hint: `${file}: ${cause instanceof Error ? cause.message : String(cause)}. Give this user the right to read it (mode 0600).`,
    cause,
  });
}
