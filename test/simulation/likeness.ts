/**
 * What makes two worlds alike for a process that starts in them or goes on in them: names of positions and numbers of writes
 * do not matter, what they mean to one another does. Alike worlds are explored once.
 */
import { samePosition, type BinlogPosition } from '../../actions/mysql/position';
import type { Side } from '../../actions/ports/mysql-server';
import type { UpgradeState } from '../../actions/state/format';
import type { Running } from './commands';
import { contentOf, endPosition, indexOf, originOf, sourceOf } from './binlog';
import { ledgerProblems } from './rest';
import { APPLICATION, SIDES, type Transaction, type WorldData } from './world-data';

export function likenessOf(data: WorldData): string {
  return JSON.stringify([
    stateLikeness(data, data.disk),
    SIDES.map((side) => serverLikeness(data, side)),
    Object.entries(data.groups).map(([name, { values }]) => [name, values['read_only'], values['event_scheduler']]),
    data.pending.map((one) => [one.is, one.side, one.is === 'statement' ? one.statement.name : one]).map(String),
    data.record.value,
    data.record.isUnclear,
    ledgerProblems(data, 'blue', 'green').length > 0 && ledgerProblems(data, 'green', 'blue').length > 0,
  ]);
}

/** `at`: state of the machine that is entered; `commitBy` decides by how much time is left. */
export function processLikeness(
  data: WorldData,
  running: Running,
  at: string,
  process: number,
  isInterrupted: boolean,
): string {
  const found = running.switch?.base.found;
  const { state } = running.session;
  return JSON.stringify([
    at,
    isInterrupted,
    state.serial === data.disk?.serial ? 'in step' : stateLikeness(data, state),
    found && [
      positionLikeness(data, 'blue', found.finalPosition),
      positionLikeness(data, 'green', found.finalPosition),
    ],
    found && [
      positionLikeness(data, 'blue', found.reversePosition),
      positionLikeness(data, 'green', found.reversePosition),
    ],
    SIDES.map((side) =>
      data.servers[side].connections.some((one) => one.id === data.servers[side].lockedBy && one.process === process),
    ),
    likenessOf(data),
  ]);
}

function stateLikeness(data: WorldData, state: UpgradeState | null): unknown {
  if (!state) return null;
  const { cutover: record, facts } = state;
  const from: Side = record?.direction === 'rollback' ? 'green' : 'blue';
  const to: Side = from === 'blue' ? 'green' : 'blue';
  return [
    state.phase,
    record && [
      record.direction,
      record.state,
      record.resumeAt,
      positionLikeness(data, from, record.finalPosition),
      positionLikeness(data, to, record.reversePosition),
    ],
    SIDES.map((side) => {
      const start = facts.channelStart?.[side];
      return start && startLikeness(data, side, start);
    }),
    Object.entries(state.steps).map(([id, { status }]) => `${id} ${status}`),
  ];
}

function serverLikeness(data: WorldData, side: Side): unknown {
  const server = data.servers[side];
  const { channel } = server;
  const source = channel && sourceOf(data, channel);
  return [
    server.isReadOnly,
    server.isSuperReadOnly,
    server.binlogFormat,
    server.retentionHours,
    server.toolTables.length,
    Object.keys(server.accounts),
    server.lockedBy === null,
    server.tablesHeldBy === null,
    server.hasNewerTable,
    server.hasServed,
    server.connections.some(({ user }) => user === APPLICATION),
    server.lockedAccounts,
    server.isHookClosed,
    data.clusters[side]?.securityGroups,
    channel && [
      source,
      channel.isReceiving,
      channel.isApplying,
      channel.isBlocked,
      channel.isBehind,
      channel.error,
      channel.received > channel.applied,
      source && channel.received < data.servers[source].binlog.length,
      source && applying(data, side, source, channel.applied),
    ],
  ];
}

/** Whether it lies at the end of a side's log. */
function positionLikeness(data: WorldData, side: Side, position: BinlogPosition | undefined): string {
  if (!position) return 'unknown';
  const index = indexOf(data.servers[side], position);
  if (index === undefined) return 'nowhere';
  if (index < data.servers[side].binlog.length) return 'before';
  return samePosition(position, endPosition(data.servers[side])) ? 'end' : 'end of an older file';
}

function startLikeness(data: WorldData, replica: Side, position: BinlogPosition): string {
  const source: Side = replica === 'blue' ? 'green' : 'blue';
  const index = indexOf(data.servers[source], position);
  return index === undefined ? 'nowhere' : applying(data, replica, source, index);
}

/** What comes of it when the replica applies the source's log from an index on. */
function applying(data: WorldData, replica: Side, source: Side, index: number): string {
  const has = new Set<Transaction>(contentOf(data.servers[replica]));
  const comes = data.servers[source].binlog.slice(index).filter((one) => originOf(one) !== replica && isWrite(one));
  const isRepeating = comes.some((one) => has.has(one));
  for (const one of comes) has.add(one);
  const isLosing = contentOf(data.servers[source]).some((one) => isWrite(one) && !has.has(one));
  return `${isRepeating ? 'repeats' : ''} ${isLosing ? 'loses' : ''}`;
}

function isWrite(one: Transaction): boolean {
  return one[1] !== ':';
}
