/** The explorer is worth something only if it notices what is wrong: each mutation of the switch breaks a rule by name. */
import type { Fencing } from '../../actions/cutover/fences/fencing';
import type { SwitchContext } from '../../actions/cutover/switch-context';
import type { SwitchLocks } from '../../actions/cutover/switch-context';
import type { Input, MachineState, Next } from '../../actions/cutover/machine';
import { binlogPosition } from '../../actions/mysql/queries';
import { explore } from '../simulation/explorer';
import { BY_DEFAULT, lets, MUTATIONS } from '../simulation/mutations';
import { restingWorld } from '../simulation/resting-worlds';
import { configOf } from '../simulation/scenario';

let mockMutation = '';
/** When the switch had to be committed, in the world's milliseconds. */
let mockCommitBy = Infinity;

type Run = (context: SwitchContext) => Promise<void>;

/** Carries out the mutation of this name instead of the real effect, while it is chosen. */
function mockEffect(real: Run, mutations: Readonly<Record<string, Run>>): Run {
  return (context) => (mutations[mockMutation] ?? real)(context);
}

function mockPosition(context: SwitchContext, side: 'from' | 'to'): ReturnType<Run> {
  const server = context.servers[context[side]];
  return server.read(binlogPosition(server.version), context.within()).then((position) => {
    if (!position) return;
    if (side === 'from') context.found.finalPosition = position;
    else context.found.reversePosition = position;
  });
}

jest.mock('../../actions/cutover/prove-fence', () => {
  const { closeAndProve, ...rest } = jest.requireActual<{ closeAndProve: Run }>('../../actions/cutover/prove-fence');
  return {
    ...rest,
    closeAndProve: mockEffect(closeAndProve, {
      'does not close the fence': (context) => mockPosition(context, 'from'),
      'reads the final position before the fence': async (context) => {
        await mockPosition(context, 'from');
        await context.fences[context.from].close(context.within());
      },
      'does not wait for the fence to show': async (context) => {
        void context.fences[context.from].close(context.within()).catch(() => undefined);
        await mockPosition(context, 'from');
      },
    }),
  };
});

jest.mock('../../actions/cutover/effects/drain', () => {
  const { drain } = jest.requireActual<{ drain: Run }>('../../actions/cutover/effects/drain');
  return {
    drain: mockEffect(drain, {
      'skips the drain': () => Promise.resolve(),
      'does not drain again although the log has moved behind the hold': (context) =>
        context.found.evidence.some((one) => one.includes('has applied')) ? Promise.resolve() : drain(context),
      'notes the way back before the drain': async (context) => {
        await mockPosition(context, 'to');
        const early = context.found.reversePosition;
        await drain(context);
        if (early) Object.defineProperty(context.found, 'reversePosition', { get: () => early, set: () => undefined });
      },
    }),
  };
});

jest.mock('../../actions/cutover/effects/seal-fence', () => {
  const { sealFence } = jest.requireActual<{ sealFence: Run }>('../../actions/cutover/effects/seal-fence');
  return {
    sealFence: mockEffect(sealFence, {
      'lets go of the tables before the lasting fence is closed': async (context) => {
        await context.hold?.release();
        await context.fences[context.from].close(context.within());
      },
      'takes the hold of the tables for a fence that lasts': () => Promise.resolve(),
    }),
  };
});

jest.mock('../../actions/cutover/fences/fencing', () => {
  const real = jest.requireActual<typeof import('../../actions/cutover/fences/fencing')>(
    '../../actions/cutover/fences/fencing',
  );
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    ...real,
    fencingOf: (...args: Parameters<typeof real.fencingOf>): Fencing => {
      const fencing = real.fencingOf(...args);
      if (mockMutation === 'does not prepare the opening of locked accounts')
        return { ...fencing, prepareOpen: nothing };
      if (mockMutation === 'leaves accounts unlocked that the way back has unlocked')
        return { ...fencing, prepareOpen: nothing, closeAgain: nothing };
      return fencing;
    },
  };
});

jest.mock('../../actions/cutover/kill-sessions', () => {
  const real = jest.requireActual<typeof import('../../actions/cutover/kill-sessions')>(
    '../../actions/cutover/kill-sessions',
  );
  const isLeaving = (): boolean => mockMutation === 'leaves the sessions that a security group does not cut';
  return {
    ...real,
    killWaiters: (...args: Parameters<typeof real.killWaiters>) =>
      isLeaving() ? Promise.resolve(0) : real.killWaiters(...args),
    endSessions: (...args: Parameters<typeof real.endSessions>) =>
      isLeaving() ? Promise.resolve() : real.endSessions(...args),
  };
});

jest.mock('../../actions/cutover/effects/arm-way-back', () => {
  const { armWayBack } = jest.requireActual<{ armWayBack: Run }>('../../actions/cutover/effects/arm-way-back');
  return {
    armWayBack: mockEffect(armWayBack, {
      'switches endpoints before the commit': async (context) => {
        await armWayBack(context);
        for (const endpoint of context.endpoints) await endpoint.switch(context.within());
      },
      'opens the new side before the commit': async (context) => {
        await armWayBack(context);
        await context.fences[context.to].open(context.within());
      },
    }),
  };
});

jest.mock('../../actions/cutover/effects/open-writes', () => {
  const { openWrites } = jest.requireActual<{ openWrites: Run }>('../../actions/cutover/effects/open-writes');
  return {
    openWrites: mockEffect(openWrites, {
      'opens the old side too': async (context) => {
        await openWrites(context);
        await context.fences[context.from].open(context.within());
      },
      'does not open': () => Promise.resolve(),
      'leaves the forward channel running': (context) => context.fences[context.to].open(context.within()),
    }),
  };
});

jest.mock('../../actions/cutover/effects/switch-endpoints', () => {
  const { switchEndpoints } = jest.requireActual<{ switchEndpoints: Run }>(
    '../../actions/cutover/effects/switch-endpoints',
  );
  return {
    switchEndpoints: mockEffect(switchEndpoints, {
      'repeats an endpoint switch blindly': async (context) => {
        for (const endpoint of context.endpoints) {
          await endpoint.switch(context.within()).catch(() => endpoint.switch(context.within()));
        }
      },
      'forgets the endpoints': () => Promise.resolve(),
    }),
  };
});

jest.mock('../../actions/cutover/effects/confirm-way-back', () => {
  const { confirmWayBack } = jest.requireActual<{ confirmWayBack: Run }>(
    '../../actions/cutover/effects/confirm-way-back',
  );
  return { confirmWayBack: mockEffect(confirmWayBack, { 'does not confirm': () => Promise.resolve() }) };
});

jest.mock('../../actions/cutover/effects/undo-switch', () => {
  const { undoSwitch } = jest.requireActual<{ undoSwitch: Run }>('../../actions/cutover/effects/undo-switch');
  return {
    undoSwitch: mockEffect(undoSwitch, {
      'undoes nothing': () => Promise.resolve(),
      'has no time of its own for undoing': async (context) => {
        if (context.clock.monotonicMs() >= mockCommitBy) throw new Error('no time is left');
        await undoSwitch(context);
      },
      'opens the fence once and does not look again': (context) => context.fences[context.from].open(context.within()),
    }),
  };
});

jest.mock('../../actions/steps/channel', () => {
  const real = jest.requireActual<typeof import('../../actions/steps/channel')>('../../actions/steps/channel');
  return {
    ...real,
    removeChannel: (...args: Parameters<typeof real.removeChannel>) =>
      mockMutation === 'does not forget the forward channel' ? Promise.resolve() : real.removeChannel(...args),
  };
});

jest.mock('../../actions/cutover/writes-on-both', () => {
  const real = jest.requireActual<typeof import('../../actions/cutover/writes-on-both')>(
    '../../actions/cutover/writes-on-both',
  );
  return {
    ...real,
    hasMoved: (...args: Parameters<typeof real.hasMoved>) =>
      mockMutation === 'does not look whether a rebooted side has written'
        ? Promise.resolve(false)
        : real.hasMoved(...args),
  };
});

jest.mock('../../actions/cutover/locks', () => {
  const real = jest.requireActual<typeof import('../../actions/cutover/locks')>('../../actions/cutover/locks');
  return {
    switchLocks: (...args: Parameters<typeof real.switchLocks>): SwitchLocks => {
      const locks = real.switchLocks(...args);
      return mockMutation === 'does not look at its locks' ? { ...locks, confirm: () => Promise.resolve() } : locks;
    },
  };
});

jest.mock('../../actions/cutover/machine', () => {
  const real = jest.requireActual<typeof import('../../actions/cutover/machine')>('../../actions/cutover/machine');
  const next = (state: MachineState, input: Input): Next => {
    const step = real.next(state, input);
    if ('commitBy' in step.state) mockCommitBy = step.state.commitBy;
    if (mockMutation === 'does not persist the fence' && step.state.at === 'fencing')
      return { ...step, persist: false };
    if (mockMutation === 'does not persist the commit' && step.state.at === 'opening')
      return { ...step, persist: false };
    if (mockMutation === 'undoes after the commit' && input.kind === 'failed' && step.state.at === 'stalled') {
      return { state: { at: 'undoing', reason: input.reason }, effect: 'undoing', persist: true };
    }
    if (mockMutation === 'goes on after a failure before the commit' && input.kind === 'failed' && 'commitBy' in state)
      return real.next(state, { kind: 'ok', now: input.now });
    return step;
  };
  return { next };
});

/** A second or two on a quiet machine; others may be at work on this one. */
jest.setTimeout(240_000);

describe('the explorer notices a switch that', () => {
  it.each(MUTATIONS)('$that', async ({ that, breaks, with: further, where = BY_DEFAULT }) => {
    const broken = new Set<string>();
    for (const [pair, direction] of where.cases) {
      const config = configOf(pair, where.fences ? { cutover: { fences: where.fences } } : {});
      mockMutation = '';
      const start = await restingWorld(pair, direction === 'cutover' ? 'replicating' : 'switched', lets(where), config);
      mockMutation = that;
      const until = breaks.filter((rule) => !broken.has(rule));
      const settings = { config, direction, start, faults: 1, until };
      const findings = await explore(further ? { ...settings, further } : settings);
      for (const { rule } of findings.violations) broken.add(rule);
    }
    expect([...broken]).toEqual(expect.arrayContaining([...breaks]));
  });
});
