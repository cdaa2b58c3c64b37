/** What must hold at the instant of the commit, and what may not be written after it. */
import type { BinlogPosition } from '../../actions/mysql/position';
import { samePosition } from '../../actions/mysql/position';
import type { Side } from '../../actions/ports/mysql-server';
import type { UpgradeState } from '../../actions/state/format';
import { contentOf, endPosition } from './binlog';
import type { SimulatedProcess } from './process';
import { committedSwitch, type SimulatedWorld } from './world';
import { SIDES } from './world-data';

/** `replacesOwn`: the write before it was this process's own and failed, so the process does not count it. */
export function judgeWrite(
  world: SimulatedWorld,
  process: SimulatedProcess,
  before: UpgradeState | null,
  after: UpgradeState,
  replacesOwn: boolean,
): void {
  const was = committedSwitch(before);
  const is = committedSwitch(after);
  if (was === undefined && is !== undefined) judgeCommit(world, process, after);
  if (was !== undefined && is === undefined && !replacesOwn) {
    const outcome = after.cutover ? after.cutover.state : after.history.at(-1)?.outcome;
    if (outcome !== 'done') world.violated('I5', `the ${was} was committed and then recorded as ${String(outcome)}`);
  }
}

function judgeCommit(world: SimulatedWorld, process: SimulatedProcess, state: UpgradeState): void {
  const { data } = world;
  const record = state.cutover;
  if (!record) return;
  const from: Side = record.direction === 'cutover' ? 'blue' : 'green';
  const to: Side = from === 'blue' ? 'green' : 'blue';
  if (world.acceptsWrites(from)) world.violated('I1', `committed while ${from} accepts writes`);
  if (!isAt(record.finalPosition, endPosition(data.servers[from])))
    world.violated('I3', `the final position is not where the log of ${from} ends`);
  const has = new Set(contentOf(data.servers[to]));
  const lacking = contentOf(data.servers[from]).filter((one) => !one.slice(1).startsWith(':') && !has.has(one));
  if (lacking.length > 0) world.violated('I10', `committed although ${to} lacks ${lacking.length} writes of ${from}`);
  if (!isAt(record.reversePosition, endPosition(data.servers[to])))
    world.violated('I11', `committed without knowing where the log of ${to} ends, which is where the way back begins`);
  for (const side of SIDES) {
    const holder = data.servers[side].lockedBy;
    const isOurs = data.servers[side].connections.some((one) => one.id === holder && one.process === process.id);
    if (!isOurs) world.violated('I8', `committed without the lock on ${side}`);
  }
}

function isAt(position: BinlogPosition | undefined, end: BinlogPosition): boolean {
  return position !== undefined && samePosition(position, end);
}
