/**
 * One command at a time on one state file. The lock is a file that is never stolen by age: a cutover that waits for a
 * person may be old and alive. It is reclaimed only when its holder has provably gone: same host and either another boot
 * or no such process any more.
 */
import { dirname } from 'node:path';

import type { Clock } from '../ports/clock';
import type { LockHolder, StateLock } from '../ports/state-store';
import type { StateFileSystem } from './file-system';
import {
  assertBreakable,
  encodeHolder,
  locked,
  lockLost,
  newHolder,
  parseHolder,
  tryParseHolder,
  type ProcessIdentity,
} from './lock-holder';
import { codeOf } from './read';

export class FileLock {
  private readonly path: string;
  private held: LockHolder | undefined;

  constructor(
    stateFile: string,
    private readonly clock: Clock,
    private readonly process: ProcessIdentity,
    private readonly files: StateFileSystem,
  ) {
    this.path = `${stateFile}.lock`;
  }

  /** Throws `state-locked` when somebody has it or when that cannot be ruled out. */
  async take(command: string): Promise<StateLock> {
    const holder = newHolder(command, this.process, this.clock);
    await this.files.makeDirectory(dirname(this.path));
    const winner = await this.acquire(this.path, holder);
    if (winner?.id !== holder.id) throw locked(winner, this.path);
    this.held = holder;
    return { holder, release: () => this.release(holder) };
  }

  /** Throws `state-locked` when there is a lock file that nobody can read: somebody may hold it. */
  async holder(path = this.path): Promise<LockHolder | undefined> {
    const text = await this.files.read(path);
    return text === undefined ? undefined : parseHolder(text, path);
  }

  /** Throws `state-lock-lost` when this process took the lock and it is no longer there. */
  async assertHeld(): Promise<void> {
    if (this.held === undefined) return;
    const holder = await this.holder();
    if (holder?.id !== this.held.id) throw lockLost(this.held, holder, this.path);
  }

  /** Removes the lock `id` whoever holds it. Throws `lock-not-found` when that is not the lock on disk. */
  async breakLock(id: string): Promise<void> {
    assertBreakable(await this.files.read(this.path), id, this.path);
    await this.files.remove(this.path);
  }

  private async release(holder: LockHolder): Promise<void> {
    if (this.held?.id !== holder.id) return;
    this.held = undefined;
    const text = await this.files.read(this.path);
    if (text !== undefined && tryParseHolder(text)?.id === holder.id) await this.files.remove(this.path);
  }

  /**
   * Answers who has the lock file at `path` afterwards: `holder`, or somebody who may be alive; undefined when it changed
   * hands at that moment. A dead holder's file is replaced only by who holds the lock named after exactly that dead
   * holder: two commands that both saw it dead cannot both replace it, and a crash in here leaves nothing but one more
   * dead holder.
   */
  private async acquire(path: string, holder: LockHolder): Promise<LockHolder | undefined> {
    if (await this.create(path, holder)) return holder;
    const other = await this.holder(path);
    if (other === undefined || !this.process.isGone(other)) return other;
    const right = `${path}.${other.id}`;
    const winner = await this.acquire(right, holder);
    if (winner?.id !== holder.id) return winner;
    const current = await this.holder(path);
    if (current !== undefined && current.id === other.id) await this.replace(path, holder);
    await this.files.remove(right);
    return current?.id === other.id ? holder : current;
  }

  /** The link makes the lock appear exclusively and complete: a crash cannot leave an empty one that names nobody. */
  private async create(path: string, holder: LockHolder): Promise<boolean> {
    const draft = await this.draft(path, holder);
    try {
      await this.files.link(draft, path);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await this.files.remove(draft);
    }
  }

  private async replace(path: string, holder: LockHolder): Promise<void> {
    await this.files.rename(await this.draft(path, holder), path);
  }

  private async draft(path: string, holder: LockHolder): Promise<string> {
    const draft = `${path}.${holder.id}.new`;
    await this.files.write(draft, encodeHolder(holder));
    return draft;
  }
}
