/**
 * One command at a time on one state file. The lock is a file that is never stolen by age: a cutover that waits for a
 * person may be old and alive. It is reclaimed only when its holder has provably gone: same host and either another boot
 * or no such process any more.
 */
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';

import { UpgradeError } from '../engine/errors';
import type { Clock } from '../ports/clock';
import type { LockHolder, StateLock } from '../ports/state-store';
import type { StateFileSystem } from './file-system';
import { codeOf } from './read';

/** Who this process is, and whether a process named in a lock is gone. Implemented by an adapter. */
export interface ProcessIdentity {
  /** A new identity costs no I/O beyond /proc. */
  self(): Pick<LockHolder, 'user' | 'host' | 'bootId' | 'pid' | 'processStart' | 'pidNamespace'>;
  /** True only when it is certain; a holder on another host is never provably gone. */
  isGone(holder: LockHolder): boolean;
}

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
    const holder: LockHolder = {
      id: randomUUID(),
      command,
      ...this.process.self(),
      since: this.clock.now().toISOString(),
    };
    await this.files.makeDirectory(dirname(this.path));
    if (!(await this.create(holder))) {
      const other = await this.holder();
      if (other !== undefined) {
        if (!this.process.isGone(other)) throw locked(other, this.path);
        await this.reclaim(other);
      }
      if (!(await this.create(holder))) throw locked(await this.holder(), this.path);
    }
    this.held = holder;
    return { holder, release: () => this.release(holder) };
  }

  /** Throws `state-locked` when there is a lock file that nobody can read: somebody may hold it. */
  async holder(): Promise<LockHolder | undefined> {
    const text = await this.files.read(this.path);
    return text === undefined ? undefined : parseHolder(text, this.path);
  }

  /** Throws `state-lock-lost` when this process took the lock and it is no longer there. */
  async assertHeld(): Promise<void> {
    if (this.held === undefined) return;
    const holder = await this.holder();
    if (holder?.id === this.held.id) return;
    throw new UpgradeError('the lock was taken away', {
      code: 'state-lock-lost',
      source: 'user',
      hint:
        `The lock of this command, ${this.held.id}, was removed from ${this.path} while it ran` +
        `${holder === undefined ? '' : `, and ${describe(holder)} holds it now`}. Two commands on one state could undo each ` +
        "other's work, so this one writes nothing more. Wait for the other one, then run `aurora-cutover status`.",
    });
  }

  /** Removes the lock `id` whoever holds it. Throws `lock-not-found` when that is not the lock on disk. */
  async breakLock(id: string): Promise<void> {
    const text = await this.files.read(this.path);
    const holder = text === undefined ? undefined : (tryParse(text) ?? { id: UNREADABLE_ID });
    if (holder?.id !== id) {
      throw new UpgradeError('there is no such lock', {
        code: 'lock-not-found',
        source: 'user',
        hint:
          holder === undefined
            ? `${this.path} is not there: nobody holds the lock, so simply run your command.`
            : `The lock in ${this.path} has the id ${holder.id}, not ${id}: somebody else has taken it since. Look at ` +
              '`aurora-cutover status` before breaking that one.',
      });
    }
    await this.files.remove(this.path);
  }

  private async release(holder: LockHolder): Promise<void> {
    if (this.held?.id !== holder.id) return;
    this.held = undefined;
    const text = await this.files.read(this.path);
    if (text !== undefined && tryParse(text)?.id === holder.id) await this.files.remove(this.path);
  }

  /** The link makes the lock appear exclusively and complete: a crash cannot leave an empty one that names nobody. */
  private async create(holder: LockHolder): Promise<boolean> {
    const draft = `${this.path}.${holder.id}`;
    await this.files.write(draft, `${JSON.stringify(holder, undefined, 2)}\n`);
    try {
      await this.files.link(draft, this.path);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await this.files.remove(draft);
    }
  }

  /**
   * Moves the dead lock aside and looks at what was moved: another command may have reclaimed it first, and then a living
   * lock goes back. The serial check of every write catches what this leaves open.
   */
  private async reclaim(dead: LockHolder): Promise<void> {
    const aside = `${this.path}.${dead.id}.gone`;
    try {
      await this.files.rename(this.path, aside);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw error;
    }
    const moved = tryParse((await this.files.read(aside)) ?? '');
    if (moved?.id !== dead.id) await this.putBack(aside);
    await this.files.remove(aside);
  }

  private async putBack(aside: string): Promise<void> {
    try {
      await this.files.link(aside, this.path);
    } catch (error) {
      // A third command took the lock meanwhile; the one that lost it stops at its next write.
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

/** Id by which a lock file that cannot be read is broken. */
const UNREADABLE_ID = 'unreadable';

function parseHolder(text: string, path: string): LockHolder {
  const holder = tryParse(text);
  if (holder !== undefined) return holder;
  throw new UpgradeError('the state is locked', {
    code: 'state-locked',
    source: 'user',
    hint:
      `${path} is there but cannot be read, so nobody can say who holds it. When you are sure that no other command runs ` +
      `on this upgrade, on any machine, remove it with \`aurora-cutover unlock ${UNREADABLE_ID}\`.`,
  });
}

function tryParse(text: string): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is LockHolder {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const texts = ['id', 'command', 'user', 'host', 'bootId', 'since'];
  return texts.every((field) => typeof fields.get(field) === 'string') && typeof fields.get('pid') === 'number';
}

function describe(holder: LockHolder): string {
  return `${holder.user} on ${holder.host} (process ${holder.pid}, \`${holder.command}\`, since ${holder.since})`;
}

function locked(holder: LockHolder | undefined, path: string): UpgradeError {
  return new UpgradeError('the state is locked', {
    code: 'state-locked',
    source: 'user',
    retryable: true,
    hint:
      holder === undefined
        ? `Another command took and released ${path} at this very moment. Run the same command again.`
        : `${describe(holder)} holds the lock. Two commands at once could each undo what the other one does. Wait for it ` +
          'to end. Only when you are sure that it is gone, on that machine too, remove its lock with ' +
          `\`aurora-cutover unlock ${holder.id}\`.`,
  });
}
