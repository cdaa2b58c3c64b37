/** The binary log of a simulated server and the channel that carries it to the other one. */
import type { BinlogPosition } from '../../actions/mysql/position';
import type { Side } from '../../actions/ports/mysql-server';
import { SIDES, type ChannelData, type ServerData, type Transaction, type WorldData } from './world-data';

const FIRST_OFFSET = 154;
const EVENT_BYTES = 100;
const STOP_EVENT_BYTES = 23;

export function endPosition(server: ServerData): BinlogPosition {
  return positionAt(server, server.binlog.length);
}

export function positionAt(server: ServerData, index: number): BinlogPosition {
  const file = server.files.findLastIndex((start) => start <= index);
  return {
    file: fileName(file),
    position: FIRST_OFFSET + EVENT_BYTES * (index - (server.files[file] ?? 0)),
  };
}

/** Every file with its size; a server that is shut down ends the last one with an event of its own. */
export function binaryLogs(server: ServerData): readonly { readonly file: string; readonly bytes: number }[] {
  return server.files.map((start, index) => {
    const next = server.files[index + 1];
    const bytes = FIRST_OFFSET + EVENT_BYTES * ((next ?? server.binlog.length) - start);
    return { file: fileName(index), bytes: next === undefined ? bytes : bytes + STOP_EVENT_BYTES };
  });
}

/** Undefined for a position that this server's log does not have: the receiver stops with error 1236. */
export function indexOf(server: ServerData, { file, position }: BinlogPosition): number | undefined {
  const start = server.files[Number(/\d+$/.exec(file)?.[0]) - 1];
  const index = (start ?? NaN) + (position - FIRST_OFFSET) / EVENT_BYTES;
  return Number.isInteger(index) && index >= 0 && index <= server.binlog.length ? index : undefined;
}

export function transaction(origin: Side, name: number | string): Transaction {
  return `${origin === 'blue' ? 'b' : 'g'}${typeof name === 'number' ? name : `:${name}`}`;
}

/** A statement that locks or unlocks an account travels like a write: `b:lock 7 application@% 1`. */
export const ACCOUNT_LOCK = ':lock ';

export function actOnLock(server: ServerData, one: Transaction): void {
  const [, , account = '', locked] = one.split(' ');
  server.lockedAccounts = server.lockedAccounts.filter((other) => other !== account);
  if (locked === '1') server.lockedAccounts.push(account);
}

export function originOf(one: Transaction): Side {
  return one.startsWith('b') ? 'blue' : 'green';
}

function fileName(index: number): string {
  return `mysql-bin-changelog.${String(index + 1).padStart(6, '0')}`;
}

/** Everything that the server holds, in order, repeats included. */
export function contentOf(server: ServerData): readonly Transaction[] {
  return [...server.inherited, ...server.binlog];
}

/** Seconds-behind as a replica shows it: it knows nothing of what it has not received. Null when a thread stands still. */
export function lagSeconds(data: WorldData, side: Side): number | null {
  const { channel } = data.servers[side];
  if (!channel?.isReceiving || !channel.isApplying || sourceOf(data, channel) === undefined) return null;
  return channel.received > channel.applied ? 1 : 0;
}

/** Receives and applies what there is on every channel that runs. */
export function letReplicationFlow(data: WorldData): void {
  for (const side of SIDES) {
    receive(data, side);
    if (data.servers[side].channel?.isBehind !== true) apply(data, side, Infinity);
  }
}

/** What a server-side wait does: the channel moves up to the position and no further than it must. */
export function flowUpTo(data: WorldData, replica: Side, index: number): boolean {
  receive(data, replica);
  apply(data, replica, index);
  return (data.servers[replica].channel?.applied ?? -1) >= index;
}

export function sourceOf(data: WorldData, channel: ChannelData): Side | undefined {
  return SIDES.find((side) => data.clusters[side]?.endpoint === channel.host);
}

function receive(data: WorldData, replica: Side): void {
  const channel = data.servers[replica].channel;
  if (!channel?.isReceiving) return;
  const side = sourceOf(data, channel);
  if (side === undefined || data.clusters[side]?.status !== 'available') return;
  channel.received = Math.max(channel.received, data.servers[side].binlog.length);
}

/** Transactions that began on the replica itself come back round and are skipped by their server id. */
function apply(data: WorldData, replica: Side, upTo: number): void {
  const server = data.servers[replica];
  const { channel } = server;
  if (!channel?.isApplying || channel.isBlocked) return;
  const side = sourceOf(data, channel);
  if (side === undefined) return;
  const until = Math.min(channel.received, upTo);
  for (; channel.applied < until; channel.applied++) {
    const one = data.servers[side].binlog[channel.applied];
    if (one === undefined || originOf(one) === replica) continue;
    server.binlog.push(one);
    if (one.slice(1).startsWith(ACCOUNT_LOCK)) actOnLock(server, one);
  }
}
