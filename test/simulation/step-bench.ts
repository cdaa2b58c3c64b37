/** One step at a time in a quiet world, so that what it changes can be told from what it finds. */
import type { UpgradeConfig } from '../../actions/config/schema';
import type { Check, Step, StepContext } from '../../actions/engine/step';
import { catalogue } from '../../actions/steps/catalogue';
import { deleteBlue } from '../../actions/steps/finalize/delete-blue';
import { openRunning } from './commands';
import type { Fault } from './faults';
import { SimulatedProcess, type Call } from './process';
import { restingWorld } from './resting-worlds';
import { configOf, newWorld, type Pair } from './scenario';
import { SimulatedWorld } from './world';
import { copyOf, type WorldData } from './world-data';

export const STEPS: readonly Step[] = [...catalogue, deleteBlue];

export class StepBench {
  private readonly config: UpgradeConfig;

  constructor(
    private readonly pair: Pair,
    private readonly step: Step,
    /** The world in which the step is the next one. */
    readonly before: WorldData,
  ) {
    this.config = configFor(step, pair);
  }

  static async at(step: Step, pair: Pair): Promise<StepBench> {
    return new StepBench(pair, step, await runEarlier(step, pair, await startOf(step, pair)));
  }

  /** Does not touch `data`. */
  async check(data: WorldData): Promise<Check> {
    return (await this.inProcess(data, (context) => this.step.check(context))).value;
  }

  /** The world after a check. */
  async afterCheck(data: WorldData): Promise<WorldData> {
    return (await this.inProcess(data, (context) => this.step.check(context))).data;
  }

  /** The world after `do`, even when a fault has ended it. */
  do(data: WorldData, fault?: readonly [number, Fault]): Promise<{ data: WorldData; calls: readonly Call[] }> {
    return this.inProcess(data, (context) => this.step.do(context), fault);
  }

  undo(data: WorldData, fault?: readonly [number, Fault]): Promise<{ data: WorldData; calls: readonly Call[] }> {
    return this.inProcess(data, async (context) => this.step.undo?.(context), fault);
  }

  /** What a new process does: before green serves it looks at the earlier steps too, and acts where it must. */
  async again(data: WorldData): Promise<WorldData> {
    const before = this.step.phase === 'finalize' ? data : await runEarlier(this.step, this.pair, data);
    return (await this.check(before)).is === 'needed' ? (await this.do(before)).data : before;
  }

  private async inProcess<T>(
    data: WorldData,
    work: (context: StepContext) => Promise<T>,
    fault?: readonly [number, Fault],
  ): Promise<{ data: WorldData; value: T; calls: readonly Call[] }> {
    const world = new SimulatedWorld(copyOf(data));
    world.isQuiet = true;
    const process = new SimulatedProcess(world, new Map());
    const { context } = await openRunning(process, { config: this.config, allowed: ['allow-reboot'] });
    await context.mysql.connect('blue').catch(() => undefined);
    await context.mysql.connect('green').catch(() => undefined);
    const first = process.calls.length;
    if (fault) process.plan(first + fault[0], fault[1]);
    const running = work(context);
    const ended = await Promise.race([
      running.then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      ),
      process.death,
    ]);
    process.end();
    if (!world.isTrustworthy) throw new Error(`the simulation must learn: ${process.calls.at(-1)?.text}`);
    world.pass(10_000);
    if (ended !== 'crashed' && 'error' in ended && !fault) throw ended.error;
    const value = ended !== 'crashed' && 'value' in ended ? ended.value : undefined;
    return { data: world.data, value: value as T, calls: process.calls.slice(first) };
  }
}

/** The changes of green are made by the one step that is about them: no other one has to pass by them. */
function configFor(step: Step, pair: Pair): UpgradeConfig {
  const config = configOf(pair);
  if (step.id !== 'apply-green-changes') return config;
  const sql =
    'CREATE INDEX by_time ON orders.orders (placed_at);\nALTER TABLE orders.orders ADD UNIQUE INDEX by_both (placed_at, id)';
  return { ...config, green: { ...config.green, changes: [{ file: 'orders.sql', sql }] } };
}

/** Runs what comes before the step in its phase, as far as it is needed. */
async function runEarlier(step: Step, pair: Pair, start: WorldData): Promise<WorldData> {
  let data = start;
  for (const earlier of STEPS.filter((one) => one.phase === step.phase)) {
    if (earlier.id === step.id) break;
    const bench = new StepBench(pair, earlier, data);
    if ((await bench.check(data)).is === 'needed') data = (await bench.do(data)).data;
  }
  return data;
}

async function startOf(step: Step, pair: Pair): Promise<WorldData> {
  if (step.phase === 'prepare') return newWorld(pair);
  const world = new SimulatedWorld(await restingWorld(pair, step.phase === 'replicate' ? 'deployed' : 'switched'));
  world.isQuiet = true;
  // What the application wrote last has arrived: from here on only steps change anything.
  world.pass(10_000);
  return world.data;
}

/** All that a step could change; times, serials and connections come and go with every process. */
export function substanceOf(data: WorldData): unknown {
  const { disk, servers, clusters, groups, record } = data;
  const { blue, green } = servers;
  return JSON.parse(
    JSON.stringify({
      clusters,
      groups,
      record: record.value,
      servers: [blue, green].map((server) => ({
        ...server,
        connections: undefined,
        lockedBy: undefined,
        // Made at random; what matters is that it is the one of the state.
        recordedLineages: server.recordedLineages.map((lineage) => lineage === disk?.lineage),
      })),
      facts: {
        ...disk?.facts,
        greenChanges: disk?.facts.greenChanges?.map((change) => ({ ...change, at: undefined })),
      },
      phase: disk?.phase ?? 'new',
    }),
  ) as unknown;
}
