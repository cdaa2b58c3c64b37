/** A person's word before something changes. */
import { createInterface } from 'node:readline/promises';
import { UpgradeError } from '../engine/errors';
import type { CommonOptions } from './options';

/**
 * Asks for `word` on the terminal. Throws `not-approved` for any other answer, and when nobody can be asked and
 * `--auto-approve` was not given.
 */
export async function approve(
  options: CommonOptions,
  question: string,
  word: string,
  signal: AbortSignal,
): Promise<void> {
  if (options.autoApprove === true) return;
  if (!process.stdin.isTTY || options.json === true) {
    throw new UpgradeError('nobody can be asked for approval here', {
      code: 'not-approved',
      source: 'user',
      hint: 'Run the command in a terminal, or give --auto-approve. Nothing was changed.',
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} Type ${word} to go on: `, { signal });
    if (answer.trim() === word) return;
    throw new UpgradeError('not approved', { code: 'not-approved', source: 'user', hint: 'Nothing was changed.' });
  } finally {
    terminal.close();
  }
}
