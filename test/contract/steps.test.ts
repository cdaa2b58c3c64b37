/** What every step promises, asked of every step on a simulated world. */
import { faultsOf, type Fault } from '../simulation/faults';
import type { Call } from '../simulation/process';
import { StepBench, STEPS, substanceOf } from '../simulation/step-bench';
import type { WorldData } from '../simulation/world-data';

/** A second or two on a quiet machine; others may be at work on this one. */
jest.setTimeout(240_000);

/** These only look or wait: in a world where all is well their check never says `needed`. */
const LOOKING = new Set(['verify-green-version', 'verify-green-settings', 'catch-up']);

/** Green has applied what came after the recorded position, so the tool refuses to begin there once more. */
const NOT_AGAIN = new Set(['replicate-from-blue']);

const CASES = STEPS.map((step) => [step.id, step] as const);
const UNDOABLE = CASES.filter(([, step]) => step.undo !== undefined);

/** Every fault at every call of a clean run. */
function faultsAt(calls: readonly Call[]): readonly (readonly [number, Fault])[] {
  return calls.flatMap(({ kind }, index) =>
    [...faultsOf(kind), 'crash-before' as const].map((fault) => [index, fault] as const),
  );
}

describe('every step', () => {
  it.each(CASES)('%s: check changes nothing, before and after it is done', async (id, step) => {
    const bench = await StepBench.at(step, '57-97');
    expect(substanceOf(await bench.afterCheck(bench.before))).toEqual(substanceOf(bench.before));
    expect((await bench.check(bench.before)).is).toBe(LOOKING.has(id) ? 'done' : 'needed');
    const after = (await bench.do(bench.before)).data;
    expect(substanceOf(await bench.afterCheck(after))).toEqual(substanceOf(after));
  });

  it.each(CASES)('%s: is done after do, and do again changes nothing', async (_id, step) => {
    const bench = await StepBench.at(step, '57-97');
    const once = (await bench.do(bench.before)).data;
    expect((await bench.check(once)).is).toBe('done');
    const twice = await bench.again(once);
    expect(substanceOf(twice)).toEqual(substanceOf(once));
  });

  it.each(CASES)('%s: whatever ends do half-way, the next run reaches the same end', async (_id, step) => {
    const bench = await StepBench.at(step, '57-97');
    const { data: clean, calls } = await bench.do(bench.before);
    for (const fault of faultsAt(calls)) {
      const half = (await bench.do(bench.before, fault)).data;
      const end = await settled(bench, half);
      expect({ fault, end: substanceOf(end) }).toEqual({ fault, end: substanceOf(clean) });
    }
  });
});

describe('every step that can be undone', () => {
  it.each(UNDOABLE)(
    '%s: undo leaves the same behind after the whole of do, after half of it and after none',
    async (id, step) => {
      const bench = await StepBench.at(step, '57-97');
      const { data: done, calls } = await bench.do(bench.before);
      const undone = clean((await bench.undo(done)).data);
      expect((await bench.check((await bench.undo(done)).data)).is).toBe(NOT_AGAIN.has(id) ? 'blocked' : 'needed');
      expect(clean((await bench.undo(bench.before)).data)).toEqual(undone);
      for (const fault of faultsAt(calls)) {
        const half = (await bench.do(bench.before, fault)).data;
        expect({ fault, undone: clean((await bench.undo(half)).data) }).toEqual({ fault, undone });
      }
    },
  );

  it.each(UNDOABLE)('%s: whatever ends undo half-way, undo again ends it', async (_id, step) => {
    const bench = await StepBench.at(step, '57-97');
    const done = (await bench.do(bench.before)).data;
    const { data: undone, calls } = await bench.undo(done);
    for (const fault of faultsAt(calls)) {
      const half = (await bench.undo(done, fault)).data;
      expect({ fault, undone: clean((await bench.undo(half)).data) }).toEqual({ fault, undone: clean(undone) });
    }
  });
});

/** A step that waits may have to be run once more when what it waits for had not begun. */
async function settled(bench: StepBench, half: WorldData): Promise<WorldData> {
  return bench.again(await bench.again(half));
}

/** Facts stay: they are what was seen, and the command that undoes drops them. */
function clean(data: WorldData): unknown {
  return { ...(substanceOf(data) as object), facts: undefined };
}
