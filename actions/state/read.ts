import { readFileSync } from 'node:fs';

import { UpgradeError, messageOf } from '../engine/errors';
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
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

/** `code` of an error of node:fs, e.g. `ENOSPC`; empty for anything else. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

export function cannotOpen(file: string, cause: unknown): UpgradeError {
  return new UpgradeError('the state file cannot be read', {
    code: 'state-unreadable',
    source: 'user',
    hint: `${file}: ${messageOf(cause)}. Give this user the right to read it (mode 0600).`,
    cause,
  });
}
