/**
 * The text of a state file: indented JSON with a checksum over the canonical form of the rest, so that a truncated or
 * hand-edited file is recognised and never acted upon.
 */
import { UpgradeError } from '../engine/errors';
import { canonicalHash } from '../engine/canonical-json';
import { STATE_FORMAT, type UpgradeState } from './format';
import { hasStateShape, stateShapeProblems } from './shape';

export function encodeState(state: UpgradeState): string {
  return `${JSON.stringify({ ...state, checksum: canonicalHash(state) }, undefined, 2)}\n`;
}

export function backupOf(file: string): string {
  return `${file}.backup`;
}

/** Where a rebuild keeps what stood in `file` before `next`. */
export function keptAs(file: string, next: Pick<UpgradeState, 'serial'>): string {
  return `${file}.before-serial-${next.serial}`;
}

/**
 * The state in `text`, which was read from `file`. Throws `UpgradeError` (source user) with code `state-newer`,
 * `state-unreadable` or, when `name` is given and the file belongs to another upgrade, `state-foreign`.
 */
export function decodeState(text: string, file: string, name?: string): UpgradeState {
  const content = parseObject(text, file);
  const { checksum, ...rest } = content;
  if (typeof rest.format === 'number' && rest.format > STATE_FORMAT) {
    throw new UpgradeError('the state file was written by a newer version of this tool', {
      code: 'state-newer',
      source: 'user',
      hint:
        `${file} has format ${rest.format}; this version knows format ${STATE_FORMAT} and could only guess at what it ` +
        'means. Use the version of aurora-cutover that wrote it.',
    });
  }
  if (checksum !== canonicalHash(rest)) throw unreadable(file, 'its checksum does not match its content');
  if (!hasStateShape(rest)) throw unreadable(file, stateShapeProblems(rest).join('; '));
  if (name !== undefined && rest.name !== name) {
    throw new UpgradeError('the state file belongs to another upgrade', {
      code: 'state-foreign',
      source: 'user',
      hint:
        `${file} is the state of the upgrade "${rest.name}", the configuration is named "${name}". Acting on another ` +
        "upgrade's state could switch the wrong clusters. Correct `name` or `state` in upgrade.yaml.",
    });
  }
  return rest;
}

function parseObject(text: string, file: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable(file, text.trim() === '' ? 'it is empty' : 'it is not complete JSON', cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unreadable(file, 'it is not an object');
  return { ...value };
}

function unreadable(file: string, why: string, cause?: unknown): UpgradeError {
  return new UpgradeError('the state file cannot be trusted', {
    code: 'state-unreadable',
    source: 'user',
    hint:
      `${file}: ${why}. The state says which side serves and how far a cutover got, so nothing is done without it. ` +
      `The version before the last write is kept in ${backupOf(file)}. If nothing else is at hand, restore it with ` +
      `\`cp ${backupOf(file)} ${file}\`, then run \`aurora-cutover status\`, which compares it with the servers.`,
    cause,
  });
}
