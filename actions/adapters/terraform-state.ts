/** What the tool reads of Terraform's own state file: how often it has been written, and nothing else of it. */
import { readFile } from 'node:fs/promises';
import { messageOf, UpgradeError } from '../engine/errors';

/** Undefined when there is no state yet. Throws `terraform-state-unreadable`. */
export async function readStateSerial(file: string): Promise<number | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
  try {
    const state = JSON.parse(text) as { readonly serial?: unknown };
    if (typeof state.serial === 'number') return state.serial;
  } catch (error) {
    throw unreadable(file, error);
  }
  throw unreadable(file, new Error('it has no serial'));
}

function unreadable(file: string, cause: unknown): UpgradeError {
  return new UpgradeError("Terraform's state cannot be read", {
    code: 'terraform-state-unreadable',
    source: 'tool',
    cause,
    hint: `${file}: ${messageOf(cause)}. Its serial tells whether somebody has deployed since a plan was reviewed. Restore it from its backup, or from where your team keeps it. Nothing was changed.`,
  });
}
