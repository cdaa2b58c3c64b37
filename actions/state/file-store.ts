/** The state in a file beside upgrade.yaml: the default store. */
import { dirname } from 'node:path';

import { UpgradeError, messageOf } from '../engine/errors';
import { together } from '../engine/together';
import type { Clock } from '../ports/clock';
import type { RescuableStore } from '../ports/state-store';
import { backupOf, decodeState, encodeMovedNote, encodeState, formatKeptAs, keptAs, movedAs } from './encoding';
import { nodeFileSystem, type StateFileSystem } from './file-system';
import type { UpgradeState } from './format';
import { assertFollows, isSameSerial } from './follows';
import { FileLock } from './lock';
import type { ProcessIdentity } from './lock-holder';
import { cannotOpen, codeOf } from './read';
import { olderFormatOf } from './upgrade-format';

export interface FileStateStoreOptions {
  /** Absolute path of the state file; lock, backup and journal stand beside it. */
  readonly file: string;
  /** Name of the upgrade; a file of another one is refused. */
  readonly name: string;
  readonly clock: Clock;
  readonly process: ProcessIdentity;
  readonly fileSystem?: StateFileSystem;
}

/**
 * `write` takes a state whose serial is one more than the one on disk (no file counts as 0) and whose lineage is the
 * same, else throws `state-moved`. Writing again what is on disk already succeeds, so a caller may retry a write whose
 * answer it lost. A full or read-only disk is `state-unwritable`: the file is then still the old one.
 */
export function createFileStateStore(options: FileStateStoreOptions): RescuableStore {
  const { file, name } = options;
  const files = options.fileSystem ?? nodeFileSystem;
  /** What a write that failed may have left on disk: the next write of this command may replace it. */
  let unsettled: string | undefined;
  const lock = new FileLock(file, options.clock, options.process, files);

  const readText = async (): Promise<string | undefined> => {
    try {
      return await files.read(file);
    } catch (cause) {
      throw cannotOpen(file, cause);
    }
  };
  const decode = (text: string | undefined): UpgradeState | undefined =>
    text === undefined ? undefined : decodeState(text, file, name);

  const replaceText = async (text: string, kept: string): Promise<string | undefined> => {
    await lock.assertHeld();
    try {
      await files.makeDirectory(dirname(file));
      const hadOne = (await files.read(file)) !== undefined;
      if (hadOne) await keep(files, file, kept);
      await replaceDurably(files, file, text, false);
      return hadOne ? kept : undefined;
    } catch (cause) {
      throw unwritable(file, cause);
    }
  };

  return {
    location: file,
    read: async () => decode(await readText()),
    async write(state) {
      const text = encodeState(state);
      const [before] = await together([readText(), lock.assertHeld(), files.makeDirectory(dirname(file))]);
      const current = decode(before);
      const onDisk = current === undefined ? undefined : encodeState(current);
      const replacesOwn = onDisk !== undefined && (onDisk === text || onDisk === unsettled);
      if (!(replacesOwn && isSameSerial(state, current))) assertFollows(state, current, file);
      unsettled = text;
      try {
        const older = before === undefined ? undefined : olderFormatOf(before);
        if (older !== undefined) await keep(files, file, formatKeptAs(file, older));
        await replaceDurably(files, file, text, onDisk !== undefined && !replacesOwn);
      } catch (cause) {
        throw unwritable(file, cause);
      }
      unsettled = undefined;
    },
    async texts() {
      try {
        return { state: await files.read(file), backup: await files.read(backupOf(file)) };
      } catch (cause) {
        throw cannotOpen(file, cause);
      }
    },
    replace: (state) => replaceText(encodeState(state), keptAs(file, state)),
    leaveNote: (note) => replaceText(encodeMovedNote(note), movedAs(file, note)),
    lock: (command) => lock.take(command),
    lockHolder: () => lock.holder(),
    breakLock: (id) => lock.breakLock(id),
  };
}

/** A second name for what is about to be replaced; an earlier attempt may have given it already. */
async function keep(files: StateFileSystem, file: string, kept: string): Promise<void> {
  try {
    await files.link(file, kept);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** At every instant `file` is wholly the old or wholly the new text: the names change only after the content is on disk. */
async function replaceDurably(
  files: StateFileSystem,
  file: string,
  text: string,
  keepPrevious: boolean,
): Promise<void> {
  const next = `${file}.tmp`;
  await together([writeDurably(files, next, text), keepPrevious ? keepAsBackup(files, file) : Promise.resolve()]);
  await files.rename(next, file);
  await files.syncDirectory(dirname(file));
}

async function writeDurably(files: StateFileSystem, path: string, text: string): Promise<void> {
  await files.write(path, text);
  await files.sync(path);
}

async function keepAsBackup(files: StateFileSystem, file: string): Promise<void> {
  const backup = backupOf(file);
  await files.remove(`${backup}.tmp`);
  await files.link(file, `${backup}.tmp`);
  await files.rename(`${backup}.tmp`, backup);
}

function unwritable(file: string, cause: unknown): UpgradeError {
  const reasons: Readonly<Record<string, string>> = {
    ENOSPC: 'the disk is full; free some space',
    EDQUOT: 'the disk quota is used up; free some space',
    EROFS: 'the file system is mounted read-only; remount it or move the state with `state` in upgrade.yaml',
    EACCES: 'this user may not write there; correct the rights of the folder',
    EPERM: 'this user may not write there; correct the rights of the folder',
  };
  return new UpgradeError('the state cannot be written', {
    code: 'state-unwritable',
    source: 'tool',
    retryable: true,
    hint:
      `${file}: ${reasons[codeOf(cause)] ?? messageOf(cause)}, then run the same command again. Without a durable record ` +
      'of what is under way a crash could not be undone, so nothing further is started.',
    cause,
  });
}
