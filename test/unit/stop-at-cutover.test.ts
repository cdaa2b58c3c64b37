/** What runs statements of the application ends when a cutover begins. */
import { setImmediate } from 'node:timers/promises';
import { interruptionOf, stopAtCutover } from '../../actions/reads/stop-at-cutover';
import type { UpgradeState } from '../../actions/state/format';

const state = (changes: Partial<UpgradeState> = {}): UpgradeState =>
  ({ phase: 'replicating', history: [], ...changes }) as unknown as UpgradeState;
const CUTOVER = { cutover: { direction: 'cutover' } } as unknown as Partial<UpgradeState>;

/** Looks at one state after the other, of which an error is one that cannot be read; the last one stays. */
function watch(seen: readonly (UpgradeState | Error | undefined)[], begun = state()) {
  let looks = 0;
  const interrupt = new AbortController();
  const watching = stopAtCutover({
    begun,
    signal: interrupt.signal,
    store: {
      read: () => {
        const next = seen[Math.min(looks++, seen.length - 1)];
        return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
      },
    },
    clock: {
      now: () => new Date(0),
      monotonicMs: () => 0,
      sleep: async (_, signal) => {
        await setImmediate();
        signal?.throwIfAborted();
      },
    },
  });
  const after = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) await setImmediate();
  };
  return { ...watching, interrupt, after, looks: () => looks };
}

it.each([
  ['is under way', state(CUTOVER)],
  ['has come and gone', state({ phase: 'switched' })],
  ['has come and was taken back', state({ history: [{}] as unknown as UpgradeState['history'] })],
])('ends when a cutover %s, and says so', async (_, then) => {
  const { signal, after } = watch([state(), state(), then]);
  await after(20);
  expect(interruptionOf(signal)).toEqual({
    isInterrupted: true,
    interruptedBy: 'a cutover or rollback has begun',
  });
});

it('goes on while the state stays or cannot be read, until it is told to end', async () => {
  const { signal, after, looks, end } = watch([state(), new Error('unreadable'), undefined, state()]);
  await after(20);
  expect([signal.aborted, looks() > 4]).toEqual([false, true]);
  end();
  await after(3);
  const looked = looks();
  await after(10);
  expect(looks()).toBe(looked);
});

it('takes Ctrl-C for no cutover', () => {
  const { signal, interrupt, end } = watch([state()]);
  interrupt.abort(new Error('interrupted'));
  end();
  expect(interruptionOf(signal)).toEqual({ isInterrupted: true });
});

it('does not begin while a cutover is under way', () => {
  expect(() => watch([], state(CUTOVER))).toThrow('a cutover or rollback has begun');
});
