/** A dry run is the same code over recording ports: it names exactly the calls that the command then makes. */
import { recordingPorts } from '../../actions/adapters/recording-ports';
import { startSwitch } from '../../actions/cutover/driver';
import { closeSwitch, openSwitch } from '../../actions/cutover/open-switch';
import { runSteps } from '../../actions/engine/runner';
import { stepContext } from '../../actions/engine/step-context';
import type { UpgradeState } from '../../actions/state/format';
import { StateSession } from '../../actions/state/state-session';
import { stepsOf } from '../../actions/steps/catalogue';
import { deleteBlue } from '../../actions/steps/finalize/delete-blue';
import { openRunning, type Running } from '../simulation/commands';
import { SimulatedProcess, type Call } from '../simulation/process';
import { restingWorld } from '../simulation/resting-worlds';
import { configOf, newWorld, type Pair } from '../simulation/scenario';
import { SimulatedWorld } from '../simulation/world';
import { copyOf, type WorldData } from '../simulation/world-data';

jest.setTimeout(60_000);

type Verb = 'apply' | 'cutover' | 'rollback' | 'finalize' | 'finalize --delete';

const CASES: readonly (readonly [Verb, string, (pair: Pair) => Promise<WorldData>])[] = [
  ['apply', 'on a new blue', (pair) => Promise.resolve(newWorld(pair))],
  ['apply', 'on a deployed green', (pair) => restingWorld(pair, 'deployed')],
  ['apply', 'where all is done', (pair) => restingWorld(pair, 'replicating')],
  ['cutover', 'from blue to green', (pair) => restingWorld(pair, 'replicating')],
  ['rollback', 'from green to blue', (pair) => restingWorld(pair, 'switched')],
  ['finalize', 'after the cutover', (pair) => restingWorld(pair, 'switched')],
  ['finalize --delete', 'after the cutover', (pair) => restingWorld(pair, 'switched')],
];

describe.each(['57-97', '57-57', '97-97'] as const)('%s', (pair) => {
  it.each(CASES)('%s %s: the dry run names every call, in order, and makes none', async (verb, _where, worldOf) => {
    const start = await worldOf(pair);
    const dry = await dryRun(verb, pair, start);
    const real = await realRun(verb, pair, start);
    expect(dry.changes).toEqual([]);
    expect(dry.planned.length > 0 || _where === 'where all is done').toBe(true);
    expect(unordered(verb, dry.planned)).toEqual(unordered(verb, real));
  });
});

/** Endpoints and the lasting fence move at the same time; what of them comes first is chance. */
function unordered(verb: Verb, calls: readonly string[]): readonly string[] {
  const shown = calls
    .filter((call) => !call.includes('kill-session'))
    .map((call) => call.replace(/(file|position|id)=[^,)]+/g, '$1=*'));
  return verb === 'cutover' || verb === 'rollback' ? [...shown].sort() : shown;
}

async function dryRun(
  verb: Verb,
  pair: Pair,
  start: WorldData,
): Promise<{ planned: readonly string[]; changes: readonly Call[] }> {
  const world = quiet(start);
  const process = new SimulatedProcess(world, new Map());
  const { context: real, session: realSession } = await openRunning(process, { config: configOf(pair) });
  const config = configOf(pair);
  const recording = recordingPorts(real, { clusters: { blue: config.blue.cluster, green: config.green.cluster } });
  const session = await StateSession.open(
    {
      location: 'memory',
      read: () => Promise.resolve(realSession.state),
      write: () => Promise.resolve(),
      lock: () => Promise.reject(new Error('a dry run takes no lock')),
      lockHolder: () => Promise.resolve(undefined),
      breakLock: () => Promise.resolve(),
    },
    config.name,
  );
  const context = stepContext({
    ports: recording.ports,
    config,
    session,
    emit: () => undefined,
    signal: process.interrupt.signal,
    allowed: ['allow-reboot'],
  });
  await carryOut(verb, { session, context });
  process.end();
  const planned = recording.calls.map((one) =>
    one.kind === 'sql'
      ? `${one.side} ${one.statement.name}${describe_(one.statement.args)}`
      : one.kind === 'aws'
        ? `${one.call.service} ${one.call.action}`
        : one.command.program,
  );
  return { planned, changes: process.calls.filter(isChange) };
}

async function realRun(verb: Verb, pair: Pair, start: WorldData): Promise<readonly string[]> {
  const world = quiet(start);
  const process = new SimulatedProcess(world, new Map());
  await carryOut(verb, await openRunning(process, { config: configOf(pair), allowed: ['allow-reboot'] }));
  process.end();
  return process.calls
    .filter(isChange)
    .filter(({ kind }) => kind !== 'state')
    .map(({ kind, text }) => (kind === 'aws-call' ? text.replace(/\(.*$/, '') : text));
}

async function carryOut(verb: Verb, { session, context }: Running): Promise<void> {
  if (verb === 'apply') {
    if (session.state.serial === 0) await session.update((state: UpgradeState) => state);
    const prepared = await runSteps(stepsOf('prepare'), context, session);
    expect(prepared).toEqual({ is: 'done' });
    await runSteps(stepsOf('replicate'), context, session);
    return;
  }
  if (verb === 'finalize' || verb === 'finalize --delete') {
    await runSteps([...stepsOf('finalize'), ...(verb === 'finalize' ? [] : [deleteBlue])], context, session);
    return;
  }
  const it = await openSwitch({
    context,
    direction: verb,
    record: undefined,
    newId: 'one',
    session,
    interrupt: new AbortController().signal,
  });
  const outcome = await startSwitch(it);
  expect(outcome).toMatchObject({ is: 'done' });
  await closeSwitch(it);
}

function quiet(data: WorldData): SimulatedWorld {
  const world = new SimulatedWorld(copyOf(data));
  world.pass(10_000);
  return world;
}

function isChange({ kind }: Call): boolean {
  return kind === 'statement' || kind === 'aws-call' || kind === 'state';
}

function describe_(args: Readonly<Record<string, unknown>>): string {
  const shown = Object.entries(args).map(([name, value]) => `${name}=${String(value)}`);
  return shown.length === 0 ? '' : `(${shown.join(', ')})`;
}
