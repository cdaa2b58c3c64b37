/** A state that is lost with every copy: what the servers show decides, or nothing is written and it is said why. */
import { stepContext } from '../../actions/engine/step-context';
import { servingSide, type Direction, type UpgradeState } from '../../actions/state/format';
import { derivePhase, type Seen, type SeenSide } from '../../actions/state/rebuild/derive-phase';
import { memoryStore } from '../../actions/state/memory-store';
import { rebuildState } from '../../actions/state/rebuild/rebuild';
import { salvage } from '../../actions/state/rebuild/salvage';
import { StateSession } from '../../actions/state/state-session';
import { openRunning, runCommand, type Command, type Ended } from '../simulation/commands';
import type { Fault } from '../simulation/faults';
import { SimulatedProcess, type Call } from '../simulation/process';
import { restingWorld } from '../simulation/resting-worlds';
import { configOf, deployGreen, newWorld, type Pair } from '../simulation/scenario';
import { substanceOf } from '../simulation/step-bench';
import { SimulatedWorld } from '../simulation/world';
import { copyOf, type WorldData } from '../simulation/world-data';

jest.setTimeout(30_000);

const PAIR: Pair = '57-97';

type Outcome = { readonly state: UpgradeState } | { readonly code: unknown; readonly hint: string };

/** The state is derived as on a machine that has nothing of it; `data` is not touched. */
async function rebuilt(data: WorldData): Promise<Outcome> {
  const world = new SimulatedWorld({ ...copyOf(data), disk: null });
  world.isQuiet = true;
  world.pass(10_000);
  const before = substanceOf(world.data);
  const process = new SimulatedProcess(world, new Map());
  const config = configOf(PAIR);
  const { context: ports } = await openRunning(process, { config });
  const session = await StateSession.open(memoryStore(), config.name);
  const context = stepContext({ ports, config, session, emit: () => undefined, signal: ports.signal, allowed: [] });
  const outcome = await rebuildState(context, session, { salvaged: salvage([], config.name), by: 'ada@laptop' }).then(
    ({ state }): Outcome => ({ state }),
    (error: unknown): Outcome => {
      const { code, hint } = error as { code: unknown; hint: string };
      return { code, hint };
    },
  );
  process.end();
  expect(world.data.disk).toBeNull();
  expect(substanceOf(world.data)).toEqual(before);
  expect(process.calls.filter(({ kind }) => ['statement', 'aws-call', 'state'].includes(kind))).toEqual([]);
  return outcome;
}

async function stateOf(data: WorldData): Promise<UpgradeState> {
  const outcome = await rebuilt(data);
  if (!('state' in outcome)) throw new Error(outcome.hint);
  return outcome.state;
}

async function run(
  command: Command,
  data: WorldData,
  faults: ReadonlyMap<number, Fault> = new Map(),
): Promise<{ data: WorldData; calls: readonly Call[]; ended: Ended }> {
  const world = new SimulatedWorld(copyOf(data));
  world.isQuiet = true;
  const process = new SimulatedProcess(world, faults);
  const ended = await runCommand(command, process, { config: configOf(PAIR), allowed: ['allow-reboot'] });
  expect(world.violations).toEqual([]);
  world.pass(10_000);
  return { data: world.data, calls: process.calls, ended };
}

const after = async (data: WorldData, ...commands: readonly Command[]): Promise<WorldData> => {
  let now = data;
  for (const command of commands) {
    const next = await run(command, now);
    expect(['done', 'waiting']).toContain(next.ended.is);
    now = next.data;
  }
  return now;
};

const switched = (): Promise<WorldData> => restingWorld(PAIR, 'switched');

describe('a state that is lost with every copy', () => {
  const RESTING: readonly (readonly [
    UpgradeState['phase'],
    string,
    () => Promise<WorldData>,
    Command | 'deploy' | 'nothing',
  ])[] = [
    ['new', 'an untouched blue', () => Promise.resolve(newWorld(PAIR)), 'apply'],
    ['prepared', 'a prepared blue', () => restingWorld(PAIR, 'prepared'), 'deploy'],
    ['prepared', 'a green that does not follow yet', () => restingWorld(PAIR, 'deployed'), 'apply'],
    ['replicating', 'a green that follows', () => restingWorld(PAIR, 'replicating'), 'cutover'],
    ['switched', 'a green that serves', switched, 'rollback'],
    ['rolled-back', 'a blue that serves again', async () => after(await switched(), 'rollback'), 'cutover'],
    ['switched', 'a green that serves again', async () => after(await switched(), 'rollback', 'cutover'), 'rollback'],
    ['finalized', 'a stopped blue', async () => after(await switched(), 'finalize'), 'nothing'],
    ['finalized', 'a deleted blue', async () => after(await switched(), 'finalize --delete'), 'nothing'],
  ];

  it.each(RESTING)('is %s again from %s, and the next command works', async (phase, _where, worldOf, next) => {
    const data = await worldOf();
    const state = await stateOf(data);
    expect(state).toMatchObject({
      phase,
      rebuilt: { lineageFrom: phase === 'new' || phase === 'finalized' ? 'new' : 'servers' },
    });
    expect(state.cutover).toBeUndefined();
    if (phase !== 'new' && phase !== 'finalized') expect(state.lineage).toBe(data.disk?.lineage);
    if (phase !== 'new' && phase !== 'finalized') expect(state.facts.parameters).toEqual(data.disk?.facts.parameters);
    const found = { ...copyOf(data), disk: state };
    if (next === 'deploy') deployGreen(found, PAIR);
    if (next !== 'nothing') await after(found, next === 'deploy' ? 'apply' : next);
  });

  it('has a serial that no state has had, however often it is lost', async () => {
    const data = await switched();
    data.now = Date.parse('2026-11-20T12:00:00Z');
    const first = await stateOf(data);
    data.now += 60_000;
    const second = await stateOf(data);
    expect(first.serial).toBeGreaterThanOrEqual(Date.parse('2026-11-20T12:00:00Z') / 1_000);
    expect(second.serial).toBe(first.serial + 60);
  });
});

describe('a state that is lost while a switch is under way', () => {
  it.each([
    ['cutover', () => restingWorld(PAIR, 'replicating'), ['refused', 'replicating', 'replicating undoing', 'switched']],
    ['rollback', switched, ['refused', 'rolled-back', 'switched', 'switched undoing']],
    [
      'cutover',
      async () => after(await switched(), 'rollback'),
      ['refused', 'rolled-back', 'rolled-back undoing', 'switched'],
    ],
  ] as const)('%s: at every call it is refused, or the switch can be ended', async (direction, worldOf, expected) => {
    const start = await worldOf();
    const clean = await run(direction, start);
    expect(clean.ended.is).toBe('done');
    const ends = new Map<string, number>();
    for (let call = 0; call < clean.calls.length; call++) {
      const killed = await run(direction, start, new Map([[call, 'crash-after' as const]]));
      const outcome = await rebuilt(killed.data);
      if (!('state' in outcome)) {
        expect(outcome.code).toBe('rebuild-unclear');
        expect(outcome.hint).toContain('nothing was written');
        ends.set('refused', (ends.get('refused') ?? 0) + 1);
        continue;
      }
      const { state } = outcome;
      const end = `${state.phase}${state.cutover ? ` ${state.cutover.state}` : ''}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
      let data: WorldData = { ...killed.data, disk: state };
      const [from, to] = direction === 'cutover' ? (['blue', 'green'] as const) : (['green', 'blue'] as const);
      if (state.cutover) {
        const ended = await run(direction, data);
        expect([call, ended.ended.is]).toEqual([call, 'aborted']);
        data = ended.data;
      }
      if (servingSide(state.phase) === from) {
        const it = await run(direction, data);
        expect([call, it.ended.is]).toEqual([call, 'done']);
        data = it.data;
      }
      expect([call, data.disk?.cutover, data.servers[from].isReadOnly, data.servers[to].isReadOnly]).toEqual([
        call,
        undefined,
        true,
        false,
      ]);
    }
    expect([...ends.keys()].sort()).toEqual(expected);
  });
});

describe('what servers show', () => {
  const CHANNELS: readonly SeenSide['channel'][] = [undefined, { lastError: undefined, applied: undefined }];
  const SIDES: readonly SeenSide[] = [true, false].flatMap((isReadOnly) =>
    CHANNELS.map((channel) => ({ isReadOnly, ...(channel ? { channel } : {}) })),
  );
  const LAST: readonly (readonly Direction[])[] = [[], ['cutover'], ['rollback', 'cutover']];
  const position = { file: 'mysql-bin-changelog.000001', position: 4 };
  const marker = (direction: Direction): Seen['markers'][number] => ({
    id: direction,
    lineage: 'lineage',
    direction,
    finalPosition: position,
    reversePosition: position,
    at: '2026-11-20T12:00:00.000Z',
  });
  const ALL: readonly Seen[] = [...SIDES, 'stopped' as const, 'gone' as const].flatMap((blue) =>
    [...SIDES, 'missing' as const].flatMap((green) =>
      LAST.flatMap((directions) =>
        [true, false].map((isPrepared) => ({ blue, green, markers: directions.map(marker), isPrepared })),
      ),
    ),
  );

  it('is never taken for a rest in which the serving side refuses writes or the other one takes them', () => {
    for (const seen of ALL) {
      const derived = derivePhase(seen);
      if (derived.is === 'unclear' || seen.green === 'missing') continue;
      const sides = { blue: seen.blue, green: seen.green };
      const serving = sides[servingSide(derived.phase)];
      const other = sides[servingSide(derived.phase) === 'blue' ? 'green' : 'blue'];
      if (typeof serving === 'string') throw new Error(`${derived.phase} although blue is ${serving}`);
      expect([seen, derived, serving.isReadOnly]).toEqual([seen, derived, derived.cutover !== undefined]);
      if (typeof other !== 'string') expect([seen, derived, other.isReadOnly]).toEqual([seen, derived, true]);
      // The one that serves follows nobody.
      expect([seen, derived, serving.channel]).toEqual([seen, derived, undefined]);
    }
  });

  it.each<readonly [string, Partial<Seen>, RegExp]>([
    ['two writers', { blue: { isReadOnly: false }, green: { isReadOnly: false } }, /both take writes/],
    ['no writer and no channel', { blue: { isReadOnly: true } }, /both sides refuse writes/],
    ['a stopped blue and a green that refuses writes', { blue: 'stopped' }, /nothing serves/],
    [
      'a stopped blue and a cutover that nobody has completed',
      { blue: 'stopped', green: { isReadOnly: false, ...{ channel: { lastError: undefined, applied: undefined } } } },
      /nobody has completed/,
    ],
    [
      'a stopped blue that nobody has finalized',
      { blue: 'stopped', green: { isReadOnly: false }, markers: [marker('cutover')] },
      /start blue/,
    ],
    ['neither', { blue: 'gone', green: 'missing' }, /neither blue nor green/],
    ['a rollback that was not completed', { markers: [marker('cutover')] }, /a rollback has committed/],
  ])('is unclear, and says why: %s', (_, seen, why) => {
    const derived = derivePhase({
      blue: { isReadOnly: false },
      green: { isReadOnly: true },
      markers: [],
      isPrepared: true,
      ...seen,
    });
    expect(derived).toMatchObject({ is: 'unclear', why: expect.stringMatching(why) as unknown });
  });
});
