/**
 * The text of a state file: indented JSON with a checksum over the canonical form of the rest, so that a truncated or
 * hand-edited file is recognised and never acted upon.
 */
import { UpgradeError } from '../engine/errors';
import { canonicalHash } from '../engine/canonical-json';
import { STATE_FORMAT, type UpgradeState } from './format';
import { hasStateShape, stateShapeProblems } from './shape';
import { upgradeFormat } from './upgrade-format';

/** The same bytes for the same state: see docs/state-format.md. */
export function encodeState(state: UpgradeState): string {
  const { format, name, lineage, serial, phase, facts, steps, cutover, history, rebuilt, audit, ...others } = state;
  const ordered = { format, name, lineage, serial, phase, facts, steps, cutover, history, rebuilt, audit, ...others };
  return `${JSON.stringify({ ...ordered, checksum: canonicalHash(state) }, undefined, 2)}\n`;
}

export function backupOf(file: string): string {
  return `${file}.backup`;
}

/** Where the state of an older format is kept, for good, when it is first written in this one. */
export function formatKeptAs(file: string, format: number): string {
  return `${file}.format-${format}`;
}

/** Where a rebuild keeps what stood in `file` before `next`. */
export function keptAs(file: string, next: Pick<UpgradeState, 'serial'>): string {
  return `${file}.before-serial-${next.serial}`;
}

/** Where a migration keeps the state that stood in `file`. */
export function movedAs(file: string, note: Pick<MovedNote, 'serial'>): string {
  return `${file}.moved-at-serial-${note.serial}`;
}

/**
 * The state in `text`, which was read from `file`. Throws `UpgradeError` (source user) with code `state-newer`,
 * `state-unreadable` or, when `name` is given and the file belongs to another upgrade, `state-foreign`.
 */
export function decodeState(text: string, file: string, name?: string): UpgradeState {
  const content = parseObject(text, file);
  if (typeof content['movedTo'] === 'string') throw movedAway(content['movedTo'], file);
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
  const state = upgradeFormat(rest);
  if (!state) throw unreadable(file, `${JSON.stringify(rest.format)} is no format that ever was`);
  if (!hasStateShape(state)) throw unreadable(file, stateShapeProblems(state).join('; '));
  if (name !== undefined && state.name !== name) {
    throw new UpgradeError('the state file belongs to another upgrade', {
      code: 'state-foreign',
      source: 'user',
      hint:
        `${file} is the state of the upgrade "${state.name}", the configuration is named "${name}". Acting on another ` +
        "upgrade's state could switch the wrong clusters. Correct `name` or `state` in upgrade.yaml.",
    });
  }
  return state;
}

/** What stands where a state has been moved away from, so that nobody begins anew there. */
export interface MovedNote {
  readonly movedTo: string;
  readonly at: string;
  /** user@host */
  readonly by: string;
  readonly name: string;
  readonly lineage: string;
  /** Of the state when it was moved. */
  readonly serial: number;
}

export function encodeMovedNote(note: MovedNote): string {
  return `${JSON.stringify(note, undefined, 2)}\n`;
}

function movedAway(to: string, file: string): UpgradeError {
  return new UpgradeError('the state has been moved', {
    code: 'state-moved-away',
    source: 'user',
    hint: `${file} holds a note only: the state was moved to ${to} with \`state migrate\`. Set \`state: ${to}\` in upgrade.yaml. Beginning anew here would not know what has been done.`,
  });
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

function restoreCommand(place: string): string {
  return place.startsWith('s3://')
    ? `aws s3api list-object-versions\` and \`aws s3 cp ${backupOf(place)} ${place}`
    : `cp ${backupOf(place)} ${place}`;
}

function unreadable(file: string, why: string, cause?: unknown): UpgradeError {
  return new UpgradeError('the state file cannot be trusted', {
    code: 'state-unreadable',
    source: 'user',
    hint:
      `${file}: ${why}. The state says which side serves and how far a cutover got, so nothing is done without it. ` +
      `Derive it anew from the servers with \`aurora-cutover status --rebuild-state\`, which keeps this one beside it; or, ` +
      `if you know that nothing has happened since, go back to the version before the last write with ` +
      `\`${restoreCommand(file)}\`, then run \`aurora-cutover status\`.`,
    cause,
  });
}
