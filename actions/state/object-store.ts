/** The state as an object of a bucket that a team shares. Every write is conditional, so two laptops cannot both win. */
import { explain, OutcomeUnknownError, UpgradeError } from '../engine/errors';
import type { Clock } from '../ports/clock';
import type { Objects, PutCondition, PutOutcome } from '../ports/objects';
import type { RescuableStore } from '../ports/state-store';
import { backupOf, decodeState, encodeMovedNote, encodeState, formatKeptAs, keptAs, movedAs } from './encoding';
import { assertFollows, isSameSerial } from './follows';
import type { UpgradeState } from './format';
import type { ProcessIdentity } from './lock-holder';
import { ObjectLock } from './object-lock';
import { olderFormatOf } from './upgrade-format';

export interface ObjectStateStoreOptions {
  readonly objects: Objects;
  /** Key of the state; lock and backup are named after it. */
  readonly key: string;
  /** Name of the upgrade; a state of another one is refused. */
  readonly name: string;
  readonly clock: Clock;
  readonly process: ProcessIdentity;
}

/** How often a write is tried whose outcome is not known; each has the time that the adapter gives one call. */
const ATTEMPTS = 3;

interface Seen {
  readonly state: UpgradeState | undefined;
  readonly condition: PutCondition;
  readonly text: string | undefined;
}

/**
 * Keeps the rules of the file store: a write follows what is there (serial plus one, same lineage) or throws `state-moved`;
 * writing again what is there succeeds; a bucket that cannot be written is `state-unwritable`. A reply that was lost is
 * settled by reading back: what is there decides. A bucket with versions keeps what is replaced; elsewhere the version
 * before is put beside it as `<key>.backup`, outside the write itself.
 */
export function createObjectStateStore(options: ObjectStateStoreOptions): RescuableStore {
  const { objects, key, name } = options;
  const location = `${objects.location}/${key}`;
  const lock = new ObjectLock(key, objects, options.clock, options.process);
  /** What was seen last: saves the look before a write, since the write's condition notices if it is stale. */
  let seen: Seen | undefined;
  /** Texts of writes of this command whose end is not known: they may be there, or still come. */
  const unsettled = new Set<string>();
  let backingUp: Promise<void> = Promise.resolve();

  const look = async (): Promise<Seen> => {
    const found = await objects.get(key);
    seen =
      found === undefined
        ? { state: undefined, condition: { is: 'absent' }, text: undefined }
        : {
            state: decodeState(found.text, location, name),
            condition: { is: 'unchanged', version: found.version },
            text: found.text,
          };
    return seen;
  };

  const refuseWrite = (error: unknown): never => {
    throw error instanceof UpgradeError && error.source === 'aws' ? unwritable(location, error) : error;
  };

  /** Undefined when it is not known whether it was written. */
  const put = async (at: string, text: string, condition: PutCondition): Promise<PutOutcome | undefined> => {
    try {
      return await objects.put(at, text, condition);
    } catch (error) {
      if (error instanceof OutcomeUnknownError) return undefined;
      throw unwritable(location, error);
    }
  };

  const keep = (previous: string): void => {
    backingUp = objects.put(backupOf(key), previous, { is: 'any' }).then(
      () => undefined,
      // The state itself is safe; that its last version could not be kept beside it stops nobody.
      () => undefined,
    );
  };

  /** Written for certain; the same text in its place counts, whoever put it there. */
  const settle = async (at: string, text: string, condition: PutCondition): Promise<void> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const outcome = await put(at, text, condition);
      if (outcome?.is === 'stored' || (await objects.get(at))?.text === text) return;
      if (outcome?.is === 'refused') throw new Error('somebody has written it at this moment');
    }
    throw new Error('the bucket did not answer');
  };

  const replaceText = async (text: string, kept: string): Promise<string | undefined> => {
    await lock.assertHeld().catch(refuseWrite);
    try {
      const before = await objects.get(key);
      if (before?.text === text) return `${objects.location}/${kept}`;
      if (before !== undefined) await settle(kept, before.text, { is: 'any' });
      await settle(key, text, before === undefined ? { is: 'absent' } : { is: 'unchanged', version: before.version });
      return before === undefined ? undefined : `${objects.location}/${kept}`;
    } catch (cause) {
      throw unwritable(location, cause);
    } finally {
      seen = undefined;
    }
  };

  return {
    location,
    read: async () => (await look()).state,
    async write(state) {
      await lock.assertHeld().catch(refuseWrite);
      const text = encodeState(state);
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const current = seen ?? (await look().catch(refuseWrite));
        if (current.text === text) {
          unsettled.clear();
          return;
        }
        const isOwn = current.text !== undefined && unsettled.has(current.text) && isSameSerial(state, current.state);
        if (!isOwn) assertFollows(state, current.state, location);
        const older = current.text === undefined ? undefined : olderFormatOf(current.text);
        if (older !== undefined && current.text !== undefined)
          await objects.put(formatKeptAs(key, older), current.text, { is: 'any' }).catch(refuseWrite);
        unsettled.add(text);
        const outcome = await put(key, text, current.condition);
        if (outcome?.is === 'stored') {
          unsettled.clear();
          seen = { state, condition: { is: 'unchanged', version: outcome.version }, text };
          if (!outcome.isVersioned && !isOwn && current.text !== undefined) keep(current.text);
          return;
        }
        // Somebody else wrote, or this one did and its reply was lost: what is there says which.
        seen = undefined;
      }
      throw unwritable(location, new Error('the bucket did not answer'));
    },
    async texts() {
      return { state: (await objects.get(key))?.text, backup: (await objects.get(backupOf(key)))?.text };
    },
    replace: (state) => replaceText(encodeState(state), keptAs(key, state)),
    leaveNote: (note) => replaceText(encodeMovedNote(note), movedAs(key, note)),
    async lock(command) {
      const taken = await lock.take(command);
      // What was read before the lock was taken may have moved since.
      seen = undefined;
      return {
        holder: taken.holder,
        release: async () => {
          await backingUp;
          await taken.release();
        },
      };
    },
    lockHolder: () => lock.holder(),
    breakLock: (id) => lock.breakLock(id),
  };
}

function unwritable(location: string, cause: unknown): UpgradeError {
  return new UpgradeError('the state cannot be written', {
    code: 'state-unwritable',
    source: 'tool',
    retryable: true,
    hint:
      `${location}: ${explain(cause)} Without a durable record of what is under way a crash could not be undone, so ` +
      'nothing further is started. When the bucket can be reached again, run the same command again.',
    cause,
  });
}
