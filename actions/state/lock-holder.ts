/** Who holds a lock, as it is written down, and what the next one is told. The same for a file and for an object. */
import { randomUUID } from 'node:crypto';

import { UpgradeError } from '../engine/errors';
import type { Clock } from '../ports/clock';
import type { LockHolder } from '../ports/state-store';

/** Who this process is, and whether a process named in a lock is gone. Implemented by an adapter. */
export interface ProcessIdentity {
  /** A new identity costs no I/O beyond /proc. */
  self(): Pick<LockHolder, 'user' | 'host' | 'bootId' | 'pid' | 'processStart' | 'pidNamespace'>;
  /** True only when it is certain; a holder on another host is never provably gone. */
  isGone(holder: LockHolder): boolean;
}

/** Id by which a lock that cannot be read is broken. */
const UNREADABLE_ID = 'unreadable';

export function newHolder(command: string, identity: ProcessIdentity, clock: Clock): LockHolder {
  return { id: randomUUID(), command, ...identity.self(), since: clock.now().toISOString() };
}

export function encodeHolder(holder: LockHolder): string {
  return `${JSON.stringify(holder, undefined, 2)}\n`;
}

/** Throws `state-locked` when the text names nobody: somebody may hold it. `place` is for people. */
export function parseHolder(text: string, place: string): LockHolder {
  const holder = tryParseHolder(text);
  if (holder !== undefined) return holder;
  throw new UpgradeError('the state is locked', {
    code: 'state-locked',
    source: 'user',
    hint:
      `${place} is there but cannot be read, so nobody can say who holds it. When you are sure that no other command runs ` +
      `on this upgrade, on any machine, remove it with \`aurora-cutover unlock ${UNREADABLE_ID}\`.`,
  });
}

export function tryParseHolder(text: string): LockHolder | undefined {
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

export function locked(holder: LockHolder | undefined, place: string): UpgradeError {
  return new UpgradeError('the state is locked', {
    code: 'state-locked',
    source: 'user',
    retryable: true,
    hint:
      holder === undefined
        ? `Another command took and released ${place} at this very moment. Run the same command again.`
        : `${describe(holder)} holds the lock ${place}. Two commands at once could each undo what the other one does. ` +
          'Wait for it to end. Only when you are sure that it is gone, on that machine too, remove its lock with ' +
          `\`aurora-cutover unlock ${holder.id}\`.`,
  });
}

/** `held` was taken by this process, and `now` is what is there instead. */
export function lockLost(held: LockHolder, now: LockHolder | undefined, place: string): UpgradeError {
  return new UpgradeError('the lock was taken away', {
    code: 'state-lock-lost',
    source: 'user',
    hint:
      `The lock of this command, ${held.id}, was removed from ${place} while it ran` +
      `${now === undefined ? '' : `, and ${describe(now)} holds it now`}. Two commands on one state could undo each ` +
      "other's work, so this one writes nothing more. Wait for the other one, then run `aurora-cutover status`.",
  });
}

/** Throws `lock-not-found` unless `text`, which stands in `place`, is the lock `id`. */
export function assertBreakable(text: string | undefined, id: string, place: string): void {
  const found = text === undefined ? undefined : (tryParseHolder(text)?.id ?? UNREADABLE_ID);
  if (found === id) return;
  throw new UpgradeError('there is no such lock', {
    code: 'lock-not-found',
    source: 'user',
    hint:
      found === undefined
        ? `${place} is not there: nobody holds the lock, so simply run your command.`
        : `The lock in ${place} has the id ${found}, not ${id}: somebody else has taken it since. Look at ` +
          '`aurora-cutover status` before breaking that one.',
  });
}

function describe(holder: LockHolder): string {
  return `${holder.user} on ${holder.host} (process ${holder.pid}, \`${holder.command}\`, since ${holder.since})`;
}
