/** The person at the keyboard once nothing goes wrong any more: runs the same command again, as the tool says. */
import type { UpgradeConfig } from '../../actions/config/schema';
import { servingSide, type Direction } from '../../actions/state/format';
import { contentOf, originOf } from './binlog';
import { runCommand, type Command, type Ended } from './commands';
import { SimulatedProcess } from './process';
import { judgeReboots, judgeRest } from './rest';
import type { ProcessTrail } from './trail';
import { SimulatedWorld, type Violation } from './world';
import { copyOf, type WorldData } from './world-data';

const MOST_RUNS = 6;
/** How the tool says that only a person can go on. */
const WROTE_ON_BOTH = 'accepted writes after the switch';
/** Time that a person takes. */
const PAUSE_MS = 10_000;

export interface Work {
  readonly config: UpgradeConfig;
  readonly direction: Direction;
}

/**
 * Goes on until the switch is done. Whenever a command says that it has given the side back, that must be true, and the
 * switch must be possible from there.
 */
export async function endWell(
  data: WorldData,
  last: Ended,
  work: Work,
): Promise<{ violations: readonly Violation[]; trail: readonly ProcessTrail[] }> {
  const world = new SimulatedWorld(data);
  const trail: ProcessTrail[] = [];
  let ended = last;
  for (let runs = 0; ; runs++) {
    cureAppliers(world);
    world.pass(PAUSE_MS);
    if (ended.is === 'done' || hasArrived(world, work.direction)) break;
    if (ended.is === 'aborted') await judgeAborted(world, work, trail);
    if (runs === MOST_RUNS) {
      world.violated('I12', `${MOST_RUNS} runs have not come to an end; the last one: ${reasonOf(ended)}`);
      return { violations: world.violations, trail };
    }
    if (ended.is === 'refused') await run(world, 'apply', work, trail);
    const allowed =
      ended.is === 'stalled' && ended.reason.includes(WROTE_ON_BOTH) ? carryOver(world, work.direction) : [];
    ended = await run(world, work.direction, work, trail, allowed);
  }
  const serves = work.direction === 'cutover' ? 'green' : 'blue';
  judgeRest(world, 'done', serves);
  judgeReboots(world, serves);
  return { violations: world.violations, trail };
}

/** What has stopped with an error stays stopped until a person has cured the cause and started it again. */
function cureAppliers({ data }: SimulatedWorld): void {
  for (const { channel } of Object.values(data.servers)) {
    if (channel?.error?.startsWith('Error 1205') !== true) continue;
    Object.assign(channel, { error: null, isReceiving: true, isApplying: true });
  }
}

/** A process that died after its last write has nothing left to do: the command then says that the side serves already. */
function hasArrived({ data }: SimulatedWorld, direction: Direction): boolean {
  return (
    !data.disk?.cutover &&
    data.disk?.history.at(-1)?.outcome === 'done' &&
    data.disk.history.at(-1)?.direction === direction
  );
}

/**
 * What the tool says of an aborted switch must be true. Replication alone may be left in need of repair, which `apply` does;
 * until then the other side lacks the latest writes, but nothing may be lost on the serving side or repeated anywhere.
 */
async function judgeAborted(world: SimulatedWorld, work: Work, trail: ProcessTrail[]): Promise<void> {
  const serves = servingSide(world.data.disk?.phase ?? 'new');
  const look = new SimulatedWorld(copyOf(world.data));
  judgeRest(look, 'aborted', serves);
  if (!look.violations.some(({ text }) => text.includes('channel'))) {
    for (const { rule, text } of look.violations) world.violated(rule, text);
    return;
  }
  // While green serves there is nothing to apply: there the next attempt itself starts the channel again.
  if ((await run(world, 'apply', work, trail)).is === 'done') judgeRest(world, 'aborted', serves);
}

/** A person carries over what the fenced side has accepted, and then says so. Answers what the tool may waive. */
function carryOver({ data }: SimulatedWorld, direction: Direction): readonly string[] {
  const [from, to] = direction === 'cutover' ? (['blue', 'green'] as const) : (['green', 'blue'] as const);
  const has = new Set(contentOf(data.servers[to]));
  data.servers[to].binlog.push(...data.accepted.filter((one) => originOf(one) === from && !has.has(one)));
  return ['writes-on-both'];
}

async function run(
  world: SimulatedWorld,
  command: Command,
  { config }: Work,
  trail: ProcessTrail[],
  allowed: readonly string[] = [],
): Promise<Ended> {
  const process = new SimulatedProcess(world, new Map());
  const ended = await runCommand(command, process, { config, allowed });
  trail.push({ command, calls: process.calls, ended: reasonOf(ended) });
  return ended;
}

function reasonOf(ended: Ended): string {
  return 'reason' in ended ? `${ended.is}: ${ended.reason}` : ended.is;
}
