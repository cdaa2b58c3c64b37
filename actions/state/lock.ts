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
    await this.files.write(draft, `${JSON.stringify(holder, undefined, 2)}\n`);
    return draft;
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
