/**
 * The file-system calls that a durable state needs, one system call's worth each, so that a test can stop between any
 * two of them. Nothing is durable before `sync` (content) or `syncDirectory` (names) has resolved.
 */
import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';

import { codeOf, isMissing } from './read';

export interface StateFileSystem {
  /** Undefined when there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** With its parents; nothing when it is there. */
  makeDirectory(path: string): Promise<void>;
  /** Creates or replaces, mode 0600. */
  write(path: string, text: string): Promise<void>;
  sync(path: string): Promise<void>;
  /** Gives a file a second name; rejects with EEXIST when the name is taken. */
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
  /** Nothing when it is gone already. */
  remove(path: string): Promise<void>;
}

/** Plain node:fs: `fs-extra` would hide where the fsync goes. */
export const nodeFileSystem: StateFileSystem = {
  async read(path) {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  async makeDirectory(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  async write(path, text) {
    const handle = await open(path, 'w', 0o600);
    try {
      await handle.chmod(0o600);
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  },
  async sync(path) {
    await syncAt(path, 'r+');
  },
  async link(from, to) {
    try {
      await link(from, to);
    } catch (error) {
      if (!LINKS_UNSUPPORTED.has(codeOf(error))) throw error;
      await copyFile(from, to, constants.COPYFILE_EXCL);
      await chmod(to, 0o600);
    }
  },
  async rename(from, to) {
    await rename(from, to);
  },
  async syncDirectory(path) {
    await syncAt(path, 'r');
  },
  async remove(path) {
    await rm(path, { force: true });
  },
};

/** What file systems without hard links answer (FAT, some network and container mounts). */
const LINKS_UNSUPPORTED: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

async function syncAt(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
