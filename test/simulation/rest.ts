/** What must be true when a switch has ended and its channel has had time to catch up. */
import type { Side } from '../../actions/ports/mysql-server';
import { servingSide, type Direction } from '../../actions/state/format';
import { contentOf, sourceOf } from './binlog';
import type { SimulatedProcess } from './process';
import { SimulatedWorld } from './world';
import { APPLICATION, type WorldData } from './world-data';

/** Time in which a healthy channel has caught up with everything but the last moment. */
const CATCH_UP_MS = 5_000;

/** `outcome` is what the last command said. */
export function judgeRest(world: SimulatedWorld, outcome: 'done' | 'aborted', serves: Side): void {
  world.pass(CATCH_UP_MS);
  const { data } = world;
  const other: Side = serves === 'blue' ? 'green' : 'blue';
  const say = (text: string): void => world.violated('I12', `${outcome}: ${text}`);
  if (!data.disk) return say('there is no state');
  if (data.disk.cutover) say('the state still has a switch under way');
  if (servingSide(data.disk.phase) !== serves) say(`the phase is ${data.disk.phase}, but ${serves} serves`);
  if (!world.acceptsWrites(serves)) say(`${serves} does not accept writes`);
  if (world.acceptsWrites(other)) say(`${other} accepts writes`);
  if (data.record.value !== data.clusters[serves]?.endpoint) say(`the endpoint does not point at ${serves}`);
  if (data.servers[other].connections.some(({ user }) => user === APPLICATION))
    say(`the application still has a session on ${other}`);
  judgeChannels(data, serves, other, say);
  for (const problem of ledgerProblems(data, serves, other)) world.violated('P2', `${outcome}: ${problem}`);
}

function judgeChannels(data: WorldData, serves: Side, other: Side, say: (text: string) => void): void {
  if (data.servers[serves].channel) say(`${serves} serves and has a channel`);
  const { channel } = data.servers[other];
  if (!channel) return say(`${other} has no channel`);
  if (sourceOf(data, channel) !== serves) say(`${other} reads from somewhere else than ${serves}`);
  if (!channel.isReceiving || !channel.isApplying) say(`the channel of ${other} does not run`);
  if (channel.error !== null) say(`the channel of ${other} has stopped: ${channel.error}`);
}

/** Every acknowledged write exactly once on the side that serves, and on the other one too but for the last moment. */
export function ledgerProblems(data: WorldData, serves: Side, other: Side): readonly string[] {
  const problems: string[] = [];
  for (const side of [serves, other]) {
    const counts = new Map<string, number>();
    for (const one of contentOf(data.servers[side])) counts.set(one, (counts.get(one) ?? 0) + 1);
    // Those of the last moment are still on their way to the other side.
    const promised = side === serves ? data.accepted : data.accepted.slice(0, -2);
    const lost = promised.filter((one) => !counts.has(one)).length;
    const twice = promised.filter((one) => (counts.get(one) ?? 0) > 1).length;
    if (lost > 0) problems.push(`${lost} acknowledged writes are not on ${side}`);
    if (twice > 0) problems.push(`${twice} writes were applied more than once on ${side}`);
  }
  return problems;
}

/** Calls after which a fence may stand that outlives the process. */
const LASTING = [
  /set-(global-)?read-only\(on=1/,
  /read_only=1/,
  /lock-account\(.*locked=1/,
  /ModifyDBCluster\(/,
  /run fence-close/,
];

/**
 * A process that has gone before it asked for a fence that lasts leaves nothing to be undone by anybody: the serving side
 * takes writes at once.
 */
export function judgeDeath(
  world: SimulatedWorld,
  process: SimulatedProcess,
  before: WorldData,
  direction: Direction,
): void {
  const from: Side = direction === 'cutover' ? 'blue' : 'green';
  const began = new SimulatedWorld(before);
  const hadToUndo = before.disk?.cutover !== undefined || !began.acceptsWrites(from);
  const isAsked = process.calls.some(({ text }) => LASTING.some((pattern) => pattern.test(text)));
  if (hadToUndo || isAsked || world.isCommitted || world.data.clusters[from]?.status !== 'available') return;
  if (!world.acceptsWrites(from))
    world.violated('P3', `${from} refuses writes although no lasting fence was asked for`);
}

/** What holds only over a reboot: the values that the groups declare. */
export function judgeReboots(world: SimulatedWorld, serves: Side): void {
  world.reboot('blue');
  world.reboot('green');
  const other: Side = serves === 'blue' ? 'green' : 'blue';
  if (!world.acceptsWrites(serves)) world.violated('I11', `after a reboot ${serves} refuses writes`);
  if (world.acceptsWrites(other)) world.violated('I11', `after a reboot ${other} accepts writes`);
}
