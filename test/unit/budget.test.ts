import {
  DEFAULT_NEEDS,
  keptMs,
  learnNeeds,
  shortfall,
  timingsOf,
  toCommitMs,
  type Needs,
} from '../../actions/cutover/budget';
import { next, type Input, type MachineState } from '../../actions/cutover/machine';
import type { CutoverSummary } from '../../actions/state/format';

function summary(
  outcome: CutoverSummary['outcome'],
  steps: Readonly<Record<string, number | readonly [number, string]>>,
  direction: CutoverSummary['direction'] = 'cutover',
): CutoverSummary {
  return {
    id: 'x',
    direction,
    outcome,
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:10.000Z',
    steps: Object.entries(steps).map(([id, value]) => {
      const [durationMs, ended] = typeof value === 'number' ? [value, 'ok'] : value;
      return { id, startMs: 0, durationMs, outcome: ended };
    }),
  };
}

const needs = (ms: Partial<Needs['ms']>): Needs => ({ ms: { ...DEFAULT_NEEDS.ms, ...ms }, source: 'a test' });

describe('what a switch is expected to need', () => {
  it('is assumed where nothing is known', () => {
    expect(learnNeeds([], 'cutover')).toEqual(DEFAULT_NEEDS);
  });

  it('is the median of the last five switches that succeeded in the same direction', () => {
    const history = [
      summary('done', { fencing: 9_000 }),
      ...[400, 500, 8_000, 300, 600].map((ms) => summary('done', { fencing: ms })),
      summary('done', { fencing: 7_000 }, 'rollback'),
      summary('aborted', { fencing: 20_000 }),
    ];
    expect(learnNeeds(history, 'cutover').ms.fencing).toBe(500);
    expect(learnNeeds(history, 'rollback').ms.fencing).toBe(7_000);
    expect(learnNeeds(history, 'cutover').source).toBe('earlier switches of this upgrade and defaults');
  });

  it('is learnt of undoing from switches that were undone, and of a step that failed not at all', () => {
    const history = [summary('aborted', { fencing: 5_000, draining: [15_000, 'failed'], undoing: 700 })];
    expect(learnNeeds(history, 'cutover').ms).toEqual({ ...DEFAULT_NEEDS.ms, undoing: 700 });
  });

  it('comes from the rehearsal before the first switch, and is never less than a tenth of a second', () => {
    const rehearsed = { cutover: { fencing: [2_000], draining: [3], arming: [4], opening: [5], routing: [6] } };
    expect(learnNeeds([], 'cutover', rehearsed)).toEqual({
      ms: { fencing: 2_000, draining: 100, arming: 100, opening: 100, routing: 100, undoing: 2_000 },
      source: 'the rehearsal',
    });
    expect(learnNeeds([], 'rollback', rehearsed)).toEqual(DEFAULT_NEEDS);
  });

  it('is what a rehearsal notes: durations of steps by direction, oldest first', () => {
    expect(timingsOf([summary('done', { fencing: 1, confirming: 9 }), summary('done', { fencing: 2 })])).toEqual({
      cutover: { fencing: [1, 2] },
    });
  });
});

describe('the budget', () => {
  it('keeps time at the commit point for undoing or for opening, whichever needs more', () => {
    expect(keptMs(30_000, 10_000)).toBe(10_000);
    expect(keptMs(30_000, 10_000, needs({ undoing: 12_000 }))).toBe(12_000);
    expect(keptMs(30_000, 10_000, needs({ opening: 6_000, routing: 7_000 }))).toBe(13_000);
    // One undo that was slow must not forbid all switches.
    expect(keptMs(30_000, 10_000, needs({ undoing: 40_000 }))).toBe(15_000);
  });

  it('adds up what lies before the commit point', () => {
    const known = needs({ fencing: 1, draining: 20, arming: 300 });
    expect([toCommitMs(known, 'fencing'), toCommitMs(known, 'draining'), toCommitMs(known, 'arming')]).toEqual([
      321, 320, 300,
    ]);
  });

  it('says with numbers why a step may not begin', () => {
    const known = needs({ draining: 4_000, arming: 500 });
    expect(shortfall(known, 'draining', 4_500)).toBeUndefined();
    expect(shortfall(known, 'draining', 4_499)).toBe(
      'too little time for draining and arming: 4.5 s are left before the time kept for undoing begins, 4.5 s are needed (a test)',
    );
    expect(shortfall(known, 'arming', 300)).toBe(
      'too little time for arming: 0.3 s are left before the time kept for undoing begins, 0.5 s are needed (a test)',
    );
  });
});

describe('the machine with what it knows of its steps', () => {
  const start: Input = {
    kind: 'start',
    now: 0,
    budgetMs: 30_000,
    undoReserveMs: 10_000,
    needs: needs({ draining: 4_000, arming: 1_000 }),
  };
  const run = (...inputs: Input[]): MachineState =>
    inputs.reduce<MachineState>((state, input) => next(state, input).state, { at: 'idle' });
  const ok = (now: number): Input => ({ kind: 'ok', now });

  it('goes on while the rest and undoing fit', () => {
    expect(run(start, ok(15_000)).at).toBe('draining');
    expect(run(start, ok(15_000), ok(19_000)).at).toBe('arming');
    expect(run(start, ok(15_000), ok(19_000), ok(19_999)).at).toBe('opening');
  });

  it('undoes as soon as they do not, long before the last moment', () => {
    expect(run(start, ok(15_001))).toMatchObject({
      at: 'undoing',
      reason: expect.stringContaining('too little time for draining and arming: 5.0 s are left') as string,
    });
    expect(run(start, ok(1), ok(19_001))).toMatchObject({
      at: 'undoing',
      reason: expect.stringContaining('too little time for arming') as string,
    });
  });

  it('keeps more time when undoing took longer than the reserve', () => {
    const slow: Input = { ...start, needs: needs({ undoing: 14_000 }) };
    expect(run(slow)).toMatchObject({ at: 'fencing', commitBy: 16_000 });
  });
});
