/** Values before and after, as one unified diff: what reviewers of pull requests read fastest. Pure. */
import { structuredPatch } from 'diff';
import type { Change } from '../engine/step';

export type ValueChange = Extract<Change, { kind: 'value' }>;

/** Lines of a unified diff over a table of `name = value` rows; unchanged rows give it context. Empty when all are equal. */
export function diffValues(changes: readonly ValueChange[]): readonly string[] {
  const table = (side: 'before' | 'after'): string =>
    changes.map((change) => `${row(change.what, change[side])}\n`).join('');
  const patch = structuredPatch('before', 'after', table('before'), table('after'), undefined, undefined, {
    context: 3,
  });
  return patch.hunks.flatMap((hunk) => hunk.lines);
}

/** A value of several lines, such as a view's definition, keeps them, so that only what differs stands out. */
function row(what: string, value: string): string {
  return value.includes('\n') ? `${what} =\n${value.replace(/^/gm, '  ')}` : `${what} = ${value}`;
}
