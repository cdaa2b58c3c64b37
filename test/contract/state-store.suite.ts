/** What every state store promises, whatever it is made of. */
import type { UpgradeError } from '../../actions/engine/errors';
import type { StateStore } from '../../actions/ports/state-store';
import { decodeState, encodeState } from '../../actions/state/encoding';
import type { UpgradeState } from '../../actions/state/format';
import { initialState } from '../../actions/state/initial';
import type { ProcessIdentity } from '../../actions/state/lock-holder';

export interface StoreBackend {
  /** A store as another process would open it. */
  open(name?: string, process?: ProcessIdentity): StateStore;
  /** The raw text of the state, of its backup or of its lock; undefined when there is none. */
  raw(which: 'state' | 'backup' | 'lock'): Promise<string | undefined>;
  /** Puts a text in place of the state, whatever it is. */
  plant(which: 'state' | 'lock', text: string): Promise<void>;
}

export const first: UpgradeState = { ...initialState('orders'), serial: 1 };
export const second: UpgradeState = { ...first, serial: 2, phase: 'prepared', facts: { blueRetentionBefore: null } };

const gone = new Set<string>();
const laptop = (host: string, pid = 4711): ProcessIdentity => ({
  self: () => ({ user: 'ada', host, bootId: 'boot', pid }),
  isGone: (holder) => holder.host === host && gone.has(holder.id),
});

export function describeStateStore(kind: string, backend: () => StoreBackend): void {
  const open = (name?: string, process: ProcessIdentity = laptop('laptop')): StateStore =>
    backend().open(name, process);

  describe(`a state in ${kind}`, () => {
    it('is not there before the first write', async () => {
      expect(await open().read()).toBeUndefined();
    });

    it('gives back what was written, to every process', async () => {
      const store = open();
      await store.write(first);
      await store.write(second);
      expect(await store.read()).toEqual(second);
      expect(await open().read()).toEqual(second);
      expect(await backend().raw('state')).toBe(encodeState(second));
    });

    it('keeps the version before as a backup', async () => {
      const store = open();
      const lock = await store.lock('apply');
      await store.write(first);
      await store.write(second);
      await lock.release();
      expect(decodeState((await backend().raw('backup')) ?? '', 'the backup', 'orders')).toEqual(first);
    });

    it.each([
      ['the same serial with other content', { ...first, phase: 'prepared' }],
      ['a serial that leaves one out', { ...second, serial: 3 }],
      ['another lineage', { ...second, lineage: 'another' }],
    ] as const)('is not overwritten by %s', async (_, state) => {
      await open().write(first);
      await expect(open().write(state)).rejects.toMatchObject({ code: 'state-moved', source: 'user' });
      expect(await open().read()).toEqual(first);
    });

    it('is not overwritten by somebody who has read it before another one wrote', async () => {
      const mine = open();
      await mine.write(first);
      await mine.read();
      await open().write(second);
      await expect(mine.write({ ...second, phase: 'new' })).rejects.toMatchObject({ code: 'state-moved' });
      expect(await open().read()).toEqual(second);
    });

    it('is not created anew by a command that had read an older one', async () => {
      await expect(open().write(second)).rejects.toMatchObject({ code: 'state-moved' });
      expect(await backend().raw('state')).toBeUndefined();
    });

    it('may be written again with what is there', async () => {
      const store = open();
      await store.write(first);
      await store.write(second);
      await store.write(second);
      await open().write(second);
      expect(await open().read()).toEqual(second);
    });

    it.each([
      ['truncated', (text: string) => text.slice(0, text.length / 2), 'state-unreadable'],
      ['empty', () => '', 'state-unreadable'],
      ['edited', (text: string) => text.replace('"phase": "new"', '"phase": "switched"'), 'state-unreadable'],
      ['written by a newer version', () => JSON.stringify({ format: 99 }), 'state-newer'],
    ])('is refused when it is %s, and nothing is written over it', async (_, spoil, code) => {
      await open().write(first);
      const spoilt = spoil((await backend().raw('state')) ?? '');
      await backend().plant('state', spoilt);
      await expect(open().read()).rejects.toMatchObject({ code, source: 'user' });
      await expect(open().write(second)).rejects.toMatchObject({ code, source: 'user' });
      expect(await backend().raw('state')).toBe(spoilt);
    });

    it('is refused when it belongs to another upgrade', async () => {
      await open().write(first);
      await expect(open('customers').read()).rejects.toMatchObject({ code: 'state-foreign' });
      await expect(open('customers').write(second)).rejects.toMatchObject({ code: 'state-foreign' });
    });
  });

  describe(`the lock of ${kind}`, () => {
    const refusal = async (attempt: Promise<unknown>): Promise<UpgradeError> =>
      attempt.then(
        () => {
          throw new Error('it was not refused');
        },
        (error: unknown) => error as UpgradeError,
      );

    it('is held until it is released, and leaves nothing behind', async () => {
      const lock = await open().lock('apply');
      expect(await open().lockHolder()).toEqual(lock.holder);
      await lock.release();
      await lock.release();
      expect(await open().lockHolder()).toBeUndefined();
      expect(await backend().raw('lock')).toBeUndefined();
    });

    it('tells the second one who has it, since when, for what, where and how to break it', async () => {
      const { holder } = await open().lock('cutover');
      const error = await refusal(open(undefined, laptop('desk')).lock('apply'));
      expect(error).toMatchObject({ code: 'state-locked', source: 'user' });
      for (const part of ['ada on laptop', '4711', '`cutover`', `since ${holder.since}`, `unlock ${holder.id}`])
        expect(error.hint).toContain(part);
      expect(error.hint).toContain(`${open().location}.lock`);
    });

    it('is taken over from a holder of this host that is gone, never from one of another host or by age', async () => {
      const { holder } = await open().lock('cutover');
      gone.add(holder.id);
      await backend().plant('lock', JSON.stringify({ ...holder, since: '2001-01-01T00:00:00.000Z' }));
      await expect(open(undefined, laptop('desk')).lock('apply')).rejects.toMatchObject({ code: 'state-locked' });
      const lock = await open().lock('apply');
      expect((await open().lockHolder())?.id).toBe(lock.holder.id);
    });

    it('goes to exactly one of many that come at once', async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => open().lock('apply')));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('goes to exactly one of many that find its holder gone', async () => {
      const dead = await open().lock('cutover');
      gone.add(dead.holder.id);
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => open().lock('apply')));
      expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
      expect((await open().lockHolder())?.id).not.toBe(dead.holder.id);
    });

    it('is broken by its id only, and who had it writes no more', async () => {
      const store = open();
      await store.write(first);
      const { holder } = await store.lock('apply');
      await expect(open().breakLock('another')).rejects.toMatchObject({ code: 'lock-not-found' });
      await open().breakLock(holder.id);
      await expect(open().breakLock(holder.id)).rejects.toMatchObject({ code: 'lock-not-found' });
      await expect(store.write(second)).rejects.toMatchObject({ code: 'state-lock-lost' });
      expect(await open().read()).toEqual(first);
    });

    it('that nobody can read is somebody’s until a person says otherwise', async () => {
      await backend().plant('lock', 'half a lo');
      const error = await refusal(open().lock('apply'));
      expect(error.hint).toContain('unlock unreadable');
      await open().breakLock('unreadable');
      await (await open().lock('apply')).release();
    });

    it('is not released by one who has lost it', async () => {
      const lost = await open().lock('apply');
      await open().breakLock(lost.holder.id);
      const { holder } = await open().lock('cutover');
      await lost.release();
      expect((await open().lockHolder())?.id).toBe(holder.id);
    });
  });
}
