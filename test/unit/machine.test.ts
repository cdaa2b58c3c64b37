import { next, type Effect, type Input, type MachineState } from '../../actions/cutover/machine';

const start: Input = { kind: 'start', now: 0, budgetMs: 30_000, undoReserveMs: 10_000 };

function run(...inputs: Input[]): { state: MachineState; effect?: Effect; persist: boolean } {
  let state: MachineState = { at: 'idle' };
  let last: ReturnType<typeof next> = { state, persist: false };
  for (const input of inputs) {
    last = next(state, input);
    state = last.state;
  }
  return last;
}

const ok = (now: number): Input => ({ kind: 'ok', now });

describe('the machine of a switch', () => {
  it('walks from the fence to the end when everything succeeds', () => {
    const walked: string[] = [];
    let state: MachineState = { at: 'idle' };
    let input: Input = start;
    for (let now = 1; state.at !== 'done'; now++) {
      const step = next(state, input);
      walked.push(`${step.state.at}${step.persist ? '*' : ''}`);
      state = step.state;
      input = ok(now);
    }
    expect(walked).toEqual(['fencing*', 'draining', 'arming', 'opening*', 'routing', 'confirming', 'done*']);
  });

  it('reserves the time to undo: the commit must be reached before the budget less the reserve', () => {
    expect(run(start).state).toEqual({ at: 'fencing', commitBy: 20_000 });
    expect(run(start, ok(19_999)).state.at).toBe('draining');
    expect(run(start, ok(20_000)).state).toEqual({ at: 'undoing', reason: 'the time to commit ran out while fencing' });
  });

  it('commits no later than it may even when every effect was in time but the last', () => {
    expect(run(start, ok(1), ok(2), ok(20_000)).state.at).toBe('undoing');
    expect(run(start, ok(1), ok(2), ok(19_999)).state.at).toBe('opening');
  });

  it.each([
    ['a failure', { kind: 'failed', now: 1, reason: 'refused' } as Input, 'refused'],
    ['Ctrl-C', { kind: 'interrupt', now: 1 } as Input, 'interrupted by the operator'],
    ['a new process', { kind: 'resume', now: 1 } as Input, 'the process that ran it went away before the commit point'],
  ])('undoes on %s before the commit', (_name, input, reason) => {
    for (const before of [[start], [start, ok(0)], [start, ok(0), ok(0)]]) {
      expect(run(...before, input)).toEqual({ state: { at: 'undoing', reason }, effect: 'undoing', persist: true });
    }
  });

  it('never undoes after the commit: failures stall, Ctrl-C is not heeded, a new process goes on', () => {
    const committed = [start, ok(0), ok(0), ok(0)];
    for (const more of [[], [ok(0)], [ok(0), ok(0)]]) {
      const failed = run(...committed, ...more, { kind: 'failed', now: 0, reason: 'x' }).state;
      expect(failed).toMatchObject({ at: 'stalled', resumeAt: 'opening' });
      const before = run(...committed, ...more).state;
      expect(run(...committed, ...more, { kind: 'interrupt', now: 0 }).state).toEqual(before);
      expect(run(...committed, ...more, { kind: 'resume', now: 0 })).toEqual({
        state: { at: 'opening' },
        effect: 'opening',
        persist: false,
      });
    }
  });

  it('goes on undoing after a crash or a failure of undoing', () => {
    const undoing = [start, { kind: 'interrupt', now: 0 } as Input];
    expect(run(...undoing, { kind: 'resume', now: 0 }).effect).toBe('undoing');
    const stalled = run(...undoing, { kind: 'failed', now: 0, reason: 'unreachable' });
    expect(stalled.state).toEqual({
      at: 'stalled',
      resumeAt: 'undoing',
      reason: 'interrupted by the operator; undoing failed: unreachable',
    });
    expect(next(stalled.state, { kind: 'resume', now: 0 }).effect).toBe('undoing');
  });

  it('never leaves a state before the commit to one after it without the ok of arming, whatever comes', () => {
    const inputs: Input[] = [
      ok(1),
      ok(25_000),
      { kind: 'failed', now: 1, reason: 'x' },
      { kind: 'interrupt', now: 1 },
      { kind: 'resume', now: 1 },
    ];
    const seen = new Map<string, MachineState>();
    const queue: MachineState[] = [next({ at: 'idle' }, start).state];
    while (queue.length > 0) {
      const state = queue.pop();
      if (!state) break;
      const key = JSON.stringify({ ...state, reason: undefined });
      if (seen.has(key)) continue;
      seen.set(key, state);
      for (const input of inputs) {
        const to = next(state, input).state;
        const isPre = 'commitBy' in state;
        if (isPre && to.at === 'opening') expect([state.at, input]).toEqual(['arming', ok(1)]);
        if (['opening', 'routing', 'confirming'].includes(state.at)) {
          expect(['opening', 'routing', 'confirming', 'done', 'stalled']).toContain(to.at);
        }
        queue.push(to);
      }
    }
    expect([...seen.values()].map((state) => state.at).sort()).toEqual([
      'aborted',
      'arming',
      'confirming',
      'done',
      'draining',
      'fencing',
      'opening',
      'routing',
      'stalled',
      'stalled',
      'undoing',
    ]);
  });
});
