/**
 * Every command that runs steps is killed before and after every call of every port, every write of the state included, and
 * run again: the end is the one of a run that nobody has disturbed. Switches have the explorer.
 */
import { runCommand, type Command, type Ended } from '../simulation/commands';
import type { Fault } from '../simulation/faults';
import { SimulatedProcess, type Call } from '../simulation/process';
import { restingWorld } from '../simulation/resting-worlds';
import { configOf, newWorld, type Pair } from '../simulation/scenario';
import { substanceOf } from '../simulation/step-bench';
import { SimulatedWorld } from '../simulation/world';
import { copyOf, type WorldData } from '../simulation/world-data';

jest.setTimeout(240_000);

const PAIR: Pair = '57-97';
const KILLS: readonly Fault[] = ['crash-before', 'crash-after'];
/** After a kill a person runs the same command again; more than this would not be an answer. */
const MOST_RUNS = 4;

const COMMANDS: readonly (readonly [Command, string, () => Promise<WorldData>])[] = [
  ['apply', 'on a new blue', () => Promise.resolve(newWorld(PAIR))],
  ['apply', 'on a deployed green', () => restingWorld(PAIR, 'deployed')],
  ['undo', 'of a prepared blue', () => restingWorld(PAIR, 'prepared')],
  ['undo', 'of what apply did when green has been given up', givenUp],
  ['finalize', 'after the cutover', () => restingWorld(PAIR, 'switched')],
  ['finalize --delete', 'after the cutover', () => restingWorld(PAIR, 'switched')],
];

describe.each(COMMANDS)('%s %s', (command, _where, worldOf) => {
  let start: WorldData;
  let clean: { data: WorldData; calls: readonly Call[]; ended: Ended };

  beforeAll(async () => {
    start = await worldOf();
    clean = await run(command, start, new Map());
    expect(['done', 'waiting']).toContain(clean.ended.is);
  });

  it('killed at any call, run again: the same end', async () => {
    expect(clean.calls.filter(({ kind }) => kind === 'state').length).toBeGreaterThan(2);
    const ends = new Map<string, number>();
    for (let call = 0; call < clean.calls.length; call++) {
      for (const kill of KILLS) {
        const killed = await run(command, start, new Map([[call, kill]]));
        expect(killed.ended.is).toBe('crashed');
        const { data, runs } = await endOf(command, killed.data);
        expect({ call, kill, text: clean.calls[call]?.text, end: endStateOf(data) }).toEqual({
          call,
          kill,
          text: clean.calls[call]?.text,
          end: endStateOf(clean.data),
        });
        ends.set(String(runs), (ends.get(String(runs)) ?? 0) + 1);
      }
    }
    // Once is enough nearly always; what a dying server leaves behind may need one more.
    expect([...ends.keys()].every((runs) => Number(runs) <= 2)).toBe(true);
  });

  it('killed again while it is run again: the same end', async () => {
    const stride = Math.max(1, Math.floor(clean.calls.length / 5));
    for (let first = 0; first < clean.calls.length; first += stride) {
      const killed = await run(command, start, new Map([[first, 'crash-after' as const]]));
      const second = await run(command, killed.data, new Map());
      for (let call = first % 3; call < second.calls.length; call += stride) {
        const again = await run(command, killed.data, new Map([[call, 'crash-before' as const]]));
        const { data } = await endOf(command, again.data);
        expect({ first, call, end: endStateOf(data) }).toEqual({ first, call, end: endStateOf(clean.data) });
      }
    }
  });
});

/** Runs without a fault until the command says that it has come to its end. */
async function endOf(command: Command, from: WorldData): Promise<{ data: WorldData; runs: number }> {
  let data = from;
  for (let runs = 1; runs <= MOST_RUNS; runs++) {
    const next = await run(command, data, new Map());
    data = next.data;
    if (next.ended.is === 'done' || next.ended.is === 'waiting') return { data, runs };
  }
  throw new Error(`${command} did not come to its end in ${String(MOST_RUNS)} runs`);
}

async function run(
  command: Command,
  data: WorldData,
  faults: ReadonlyMap<number, Fault>,
): Promise<{ data: WorldData; calls: readonly Call[]; ended: Ended }> {
  const world = new SimulatedWorld(copyOf(data));
  world.isQuiet = true;
  world.pass(10_000);
  const process = new SimulatedProcess(world, faults);
  const ended = await runCommand(command, process, { config: configOf(PAIR), allowed: ['allow-reboot'] });
  expect(world.violations).toEqual([]);
  world.pass(10_000);
  return { data: world.data, calls: process.calls, ended };
}

/** What servers and AWS hold, and what the state says of every step. */
function endStateOf(data: WorldData): unknown {
  const steps = Object.entries(data.disk?.steps ?? {}).map(([id, { status }]) => `${id} ${status}`);
  const end = JSON.stringify({ ...(substanceOf(data) as object), steps: steps.sort(), underWay: data.disk?.cutover });
  // Derived from the lineage, which each history makes up for itself.
  return JSON.parse(end.replaceAll(/"password":"[^"]+"/g, '"password":"derived"')) as unknown;
}

async function givenUp(): Promise<WorldData> {
  const data = await restingWorld(PAIR, 'replicating');
  data.clusters.green = null;
  return data;
}
