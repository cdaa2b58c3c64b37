/** What a switch refuses before any effect, and whether it does what its plan says. */
import { planSwitch } from '../../actions/cutover/plan-switch';
import type { UpgradeConfig } from '../../actions/config/schema';
import type { UpgradeEvent } from '../../actions/engine/events';
import type { Change } from '../../actions/engine/step';
import type { Direction } from '../../actions/state/format';
import { describeCall } from '../simulation/aws';
import { openRunning, runCommand, type Ended } from '../simulation/commands';
import type { Fault } from '../simulation/faults';
import { SimulatedProcess, type Call } from '../simulation/process';
import { restingWorld } from '../simulation/resting-worlds';
import { configOf, type Pair } from '../simulation/scenario';
import { SimulatedWorld } from '../simulation/world';
import type { WorldData } from '../simulation/world-data';

interface Outcome {
  readonly ended: Ended;
  readonly calls: readonly Call[];
  readonly events: readonly UpgradeEvent[];
  readonly world: SimulatedWorld;
}

async function cutover(
  arrange: (data: WorldData) => void,
  faults: readonly (readonly [number, Fault])[] = [],
  pair: Pair = '57-97',
): Promise<Outcome> {
  const world = new SimulatedWorld(await restingWorld(pair, 'replicating'));
  arrange(world.data);
  const process = new SimulatedProcess(world, new Map(faults));
  const events: UpgradeEvent[] = [];
  const ended = await runCommand('cutover', process, { config: configOf(pair), emit: (event) => events.push(event) });
  return { ended, calls: process.calls, events, world };
}

const EFFECTS = new Set(['statement', 'aws-call', 'state', 'command']);
/** Nothing of these outlives their session, and they stop nobody: the table is one of the tool. */
const SESSION_LOCAL = new Set(['limit-session', 'lock-probe-table', 'unlock-tables']);

function effectsOf({ calls }: Outcome): readonly string[] {
  return calls
    .filter(({ kind, text }) => EFFECTS.has(kind) && !SESSION_LOCAL.has(/^\w+ ([\w-]+)/.exec(text)?.[1] ?? ''))
    .map(({ text }) => text);
}

/** What befalls, the gates that close, and how it comes about. */
const REFUSALS: readonly (readonly [string, string | readonly string[], (data: WorldData) => void])[] = [
  [
    'an account that passes read_only',
    'accounts that pass read_only',
    ({ servers }) => {
      servers.blue.accountsPassingReadOnly.push({ user: 'batch', host: '%' });
    },
  ],
  [
    'a long transaction',
    'longest transaction',
    ({ servers }) => {
      servers.blue.longestTransactionSeconds = 11;
    },
  ],
  [
    'a record that points elsewhere',
    'route53 orders-db.example.com',
    ({ record }) => {
      record.value = 'somewhere.else';
    },
  ],
  [
    'an open green',
    'fences',
    ({ servers }) => {
      servers.green.isReadOnly = false;
      // Nobody writes in this world but through blue.
      servers.blue.isReadOnly = true;
    },
  ],
  [
    'a broken channel',
    ['replication', 'replica errors'],
    ({ servers }) => {
      if (servers.green.channel) Object.assign(servers.green.channel, { isApplying: false, error: 'Error 1062' });
    },
  ],
  [
    'a missing channel',
    'replication',
    ({ servers }) => {
      servers.green.channel = null;
    },
  ],
  [
    'a replication account that cannot log in to green',
    ['way back', 'reverse channel'],
    ({ servers }) => {
      servers.green.accounts = {};
    },
  ],
];

describe('a switch refuses before any effect', () => {
  it.each(REFUSALS)('%s', async (_what, gate, arrange) => {
    const outcome = await cutover(arrange);
    expect(outcome.ended.is).toBe('refused');
    expect(effectsOf(outcome)).toEqual([]);
    const closed = outcome.events.flatMap((event) => (event.type === 'gate' && !event.ok ? [event.name] : []));
    expect(closed).toEqual([gate].flat());
  });

  it('while another machine holds the lock on either writer', async () => {
    for (const side of ['blue', 'green'] as const) {
      const outcome = await cutover(({ servers }) => {
        servers[side].lockedBy = 4711;
        servers[side].connections.push({ id: 4711, user: 'admin', process: -1 });
      });
      expect(outcome.ended).toEqual({ is: 'failed', reason: `another session holds the cutover lock on ${side}` });
      expect(effectsOf(outcome)).toEqual([]);
    }
  });

  it('after Ctrl-C at any call before the fence', async () => {
    const clean = await cutover(() => undefined);
    const fence = clean.calls.findIndex(({ text }) => text === 'state write (cutover fencing)');
    for (let call = 0; call < fence; call++) {
      const outcome = await cutover(() => undefined, [[call, 'interrupt']]);
      expect(['failed', 'refused']).toContain(outcome.ended.is);
      expect(effectsOf(outcome)).toEqual([]);
    }
  });
});

const FENCES_AND_SNAPSHOT = {
  cutover: {
    snapshotAtFence: true,
    fences: {
      blue: [{ kind: 'account-lock', accounts: ['application@%'] }, { kind: 'cluster-parameter-group' }],
      green: [{ kind: 'account-lock', accounts: ['application@%'] }, { kind: 'rds-set-read-only' }],
    },
  },
};

describe('a switch keeps its plan', () => {
  it.each<Direction>(['cutover', 'rollback'])(
    '%s with fences of its own and a snapshot at the fence',
    async (direction) => {
      const config = configOf('57-97', FENCES_AND_SNAPSHOT);
      const at = direction === 'cutover' ? 'replicating' : 'switched';
      const { made, planned } = await madeAndPlanned(
        direction,
        await restingWorld('57-97', at, undefined, config),
        config,
      );
      expect(made).toEqual(planned);
      expect(planned.includes('rds CreateDBClusterSnapshot')).toBe(direction === 'cutover');
    },
  );

  it.each<[Pair, Direction, 'ON' | 'OFF']>([
    ['57-97', 'cutover', 'OFF'],
    ['57-97', 'rollback', 'OFF'],
    ['97-97', 'cutover', 'OFF'],
    ['57-57', 'rollback', 'OFF'],
    ['57-97', 'cutover', 'ON'],
    ['57-97', 'rollback', 'ON'],
  ])('%s %s, events %s: what it does is in the plan, and nothing else is', async (pair, direction, eventScheduler) => {
    const at = direction === 'cutover' ? 'replicating' : 'switched';
    const start = await restingWorld(pair, at, ({ servers }) => {
      servers.blue.eventScheduler = eventScheduler;
    });
    const { made, planned, section } = await madeAndPlanned(direction, start, configOf(pair));
    expect(made).toEqual(planned);
    expect(section.steps.filter((step) => step.commitPoint).map(({ id }) => id)).toEqual(['arm-way-back']);
  });
});

async function madeAndPlanned(
  direction: Direction,
  start: WorldData,
  config: UpgradeConfig,
): Promise<{ made: readonly string[]; planned: readonly string[]; section: Awaited<ReturnType<typeof planSwitch>> }> {
  const world = new SimulatedWorld(start);
  const planner = new SimulatedProcess(world, new Map());
  const { context } = await openRunning(planner, { config });
  const section = await planSwitch(direction, context);
  planner.end();
  const process = new SimulatedProcess(world, new Map());
  expect(await runCommand(direction, process, { config })).toEqual({ is: 'done' });
  const planned = section.steps.flatMap(({ check }) => ('changes' in check ? check.changes.flatMap(namesOf) : []));
  const made = process.calls
    .filter(({ kind, text }) => (kind === 'statement' || kind === 'aws-call') && !text.includes('kill-session'))
    .flatMap(({ text }) => partsOf(text));
  return { made: inOrder(made), planned: inOrder(planned), section };
}

function namesOf(change: Change): readonly string[] {
  if (change.kind === 'sql') return [`${change.side} ${change.statement.name}`];
  if (change.kind === 'aws') return partsOf(`${change.call.service} ${change.call.action}${describeCall(change.call)}`);
  return [change.what];
}

/** Statements by name, parameters one by one: how they are spread over calls is no promise. */
function partsOf(text: string): readonly string[] {
  const [, call, group, parameters] = /^(rds \w+)\(([^,]+), (.*)\)$/.exec(text) ?? [];
  if (parameters === undefined) return [text.replace(/\(.*$/, '')];
  return parameters.split(', ').map((parameter) => `${String(call)} ${String(group)} ${parameter}`);
}

function inOrder(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
