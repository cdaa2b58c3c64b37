/**
 * One command at a time on one state in a bucket. The bucket decides who is first: the lock object is created only where
 * there is none, and replaced or removed only while it is the very version that was looked at.
 */
import { OutcomeUnknownError } from '../engine/errors';
import type { Clock } from '../ports/clock';
import type { Objects } from '../ports/objects';
import type { LockHolder, StateLock } from '../ports/state-store';
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

/** A lock that changes hands this often while it is looked at is somebody's. */
const ATTEMPTS = 4;

export class ObjectLock {
  private readonly key: string;
  private readonly place: string;
  private held: LockHolder | undefined;

  constructor(
    stateKey: string,
    private readonly objects: Objects,
    private readonly clock: Clock,
    private readonly process: ProcessIdentity,
  ) {
    this.key = `${stateKey}.lock`;
    this.place = `${objects.location}/${this.key}`;
  }

  /** Throws `state-locked` when somebody has it or when that cannot be ruled out. */
  async take(command: string): Promise<StateLock> {
    const holder = newHolder(command, this.process, this.clock);
    const text = encodeHolder(holder);
    let condition: { is: 'absent' } | { is: 'unchanged'; version: string } = { is: 'absent' };
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await this.put(text, condition)) return this.taken(holder);
      const found = await this.objects.get(this.key);
      if (found === undefined) {
        condition = { is: 'absent' };
        continue;
      }
      const other = parseHolder(found.text, this.place);
      // Its reply was lost.
      if (other.id === holder.id) return this.taken(holder);
      if (!this.process.isGone(other)) throw locked(other, this.place);
      condition = { is: 'unchanged', version: found.version };
    }
    throw locked(undefined, this.place);
  }

  /** Throws `state-locked` when there is a lock that nobody can read: somebody may hold it. */
  async holder(): Promise<LockHolder | undefined> {
    const found = await this.objects.get(this.key);
    return found === undefined ? undefined : parseHolder(found.text, this.place);
  }

  /** Throws `state-lock-lost` when this process took the lock and it is no longer there. */
  async assertHeld(): Promise<void> {
    if (this.held === undefined) return;
    const holder = await this.holder();
    if (holder?.id !== this.held.id) throw lockLost(this.held, holder, this.place);
  }

  /** Removes the lock `id` whoever holds it. Throws `lock-not-found` when that is not the lock in the bucket. */
  async breakLock(id: string): Promise<void> {
    const found = await this.objects.get(this.key);
    assertBreakable(found?.text, id, this.place);
    if (found !== undefined) await this.objects.remove(this.key, found.version);
  }

  /** Whether it was written for certain. */
  private async put(text: string, condition: Parameters<Objects['put']>[2]): Promise<boolean> {
    try {
      return (await this.objects.put(this.key, text, condition)).is === 'stored';
    } catch (error) {
      if (error instanceof OutcomeUnknownError) return false;
      throw error;
    }
  }

  private taken(holder: LockHolder): StateLock {
    this.held = holder;
    return { holder, release: () => this.release(holder) };
  }

  private async release(holder: LockHolder): Promise<void> {
    if (this.held?.id !== holder.id) return;
    this.held = undefined;
    try {
      const found = await this.objects.get(this.key);
      if (found !== undefined && tryParseHolder(found.text)?.id === holder.id)
        await this.objects.remove(this.key, found.version);
    } catch {
      // What was done is done and recorded. The lock that stays names this process, which is gone in a moment: the next
      // command of this machine takes it over, and one of another machine is told whom to ask.
    }
  }
}
