/**
 * Whether going back is safe at this moment, when it stops being so, and what to do: judged from what both servers show while
 * the new side serves and the old one follows it. Pure.
 */
import type { BinaryLog } from './queries';
import { comparePositions, formatPosition } from './position';
import type { ReplicaStatus } from './replica-status';
import { failureOf } from './replica-failures';

export type WayBackState =
  /** The old side has all but the last moment. */
  | 'running'
  /** It runs and is further behind than a rollback accepts. */
  | 'behind'
  /** It runs, and something is set or connected that will stop it. */
  | 'endangered'
  /** Somebody has stopped it; nothing is lost as long as the logs are kept. */
  | 'stopped'
  /** It cannot read from the new side; nothing is lost as long as the logs are kept. */
  | 'cut off'
  /** The old side cannot carry out a transaction. */
  | 'broken'
  /** What it has not read is gone, or there is no channel at all. */
  | 'lost'
  /** One of the two sides cannot be asked. */
  | 'unknown';

export interface WayBack {
  readonly state: WayBackState;
  /** `now`: `rollback` loses nothing. `later`: nothing is lost yet, and `next` comes first. `loses-writes`: it would. */
  readonly goingBack: 'now' | 'later' | 'loses-writes' | 'unknown';
  readonly what: string;
  /** What that means for going back. */
  readonly consequence: string;
  readonly next: string;
  /** ISO 8601: from then on the new side may have purged what the old one has not read. Absent when nothing is unread. */
  readonly closesAt?: string;
  /** Hours for which the new side keeps its logs: so long may the old one be away. Null: not set. */
  readonly retentionHours?: number | null;
}

export interface WayBackSight {
  /** ISO 8601. */
  readonly at: string;
  readonly source: string;
  readonly replica: string;
  /** Undefined when the replica could be asked and has no channel. */
  readonly channel: ReplicaStatus | undefined;
  readonly errors: ChannelErrors;
  /** Of the source, oldest first; empty when it could not be asked. */
  readonly logs: readonly BinaryLog[];
  readonly retentionHours: number | null | undefined;
  /** What a rollback accepts. */
  readonly maxLagSeconds: number;
  /** Settings and sessions that will stop the channel, for people. */
  readonly dangers: readonly string[];
}

export interface ChannelErrors {
  readonly receiverErrno: number;
  readonly applierErrno: number;
  /** As the replica writes it, in its own time zone, which is UTC on Aurora: ISO 8601, undefined when there is none. */
  readonly receiverFailedAt: string | undefined;
}

const HOUR_MS = 3_600_000;

export function wayBackOf(sight: WayBackSight): WayBack {
  const judged = lost(sight) ?? broken(sight) ?? cutOff(sight) ?? stopped(sight) ?? running(sight);
  return {
    ...judged,
    ...(sight.retentionHours === undefined ? {} : { retentionHours: sight.retentionHours }),
  };
}

export function unknownWayBack(side: string, reason: string): WayBack {
  return {
    state: 'unknown',
    goingBack: 'unknown',
    what: `${side} cannot be asked: ${reason}`,
    consequence: 'whether going back is safe is not known; do not count on it',
    next: 'npm run status',
  };
}

const GIVE_UP = 'npm run finalize';

function lost({ channel, replica, source, logs, errors }: WayBackSight): WayBack | undefined {
  if (!channel)
    return {
      state: 'lost',
      goingBack: 'loses-writes',
      what: `${replica} has no channel`,
      consequence: `what has been written on ${source} since the switch is not on ${replica}: going back would lose it`,
      next: GIVE_UP,
    };
  const oldest = logs[0];
  const { received } = channel;
  const isPurged =
    oldest !== undefined &&
    received !== undefined &&
    comparePositions({ file: oldest.file, position: 0 }, received) > 0;
  if (!isPurged && !isToldPurged(errors, channel.lastError)) return undefined;
  const read = received === undefined ? 'what it needs' : `what follows ${formatPosition(received)}`;
  return {
    state: 'lost',
    goingBack: 'loses-writes',
    what: `${source} has purged ${read}, which ${replica} has not read`,
    consequence: `those writes can never arrive on ${replica}: going back would lose them`,
    next: GIVE_UP,
  };
}

/** 5.7 says 1236, 8.0 and later 13114, both also of other fatal errors. */
function isToldPurged({ receiverErrno }: ChannelErrors, said = ''): boolean {
  return (receiverErrno === 1236 || receiverErrno === 13114) && /could not find first log file|purged/i.test(said);
}

function broken({ channel, replica, errors }: WayBackSight): WayBack | undefined {
  if (!channel || errors.applierErrno === 0) return undefined;
  const failure = failureOf(errors.applierErrno);
  const at = channel.applied ? ` after ${formatPosition(channel.applied)}` : '';
  return {
    state: 'broken',
    goingBack: 'loses-writes',
    what: `${replica} stopped${at} with error ${errors.applierErrno}: ${failure.cause}`,
    consequence: `nothing that was written since then is on ${replica}: going back now would lose it`,
    next: failure.next,
  };
}

function cutOff(sight: WayBackSight): WayBack | undefined {
  const { channel, replica, source, errors, at } = sight;
  if (!channel || channel.isReceiving || errors.receiverErrno === 0) return undefined;
  const failure = failureOf(errors.receiverErrno);
  return {
    state: 'cut off',
    goingBack: 'later',
    what: `${replica} cannot read from ${source}, error ${errors.receiverErrno}: ${failure.cause}`,
    consequence: `nothing is lost while ${source} keeps its logs; ${untilWhen(sight, errors.receiverFailedAt ?? at)}`,
    next: failure.next,
    ...closing(sight, errors.receiverFailedAt ?? at),
  };
}

function stopped(sight: WayBackSight): WayBack | undefined {
  const { channel, replica, source, at } = sight;
  if (!channel || (channel.receiverState !== 'No' && channel.isApplying)) return undefined;
  const readsOn = channel.receiverState !== 'No';
  return {
    state: 'stopped',
    goingBack: 'later',
    what: `the channel of ${replica} was stopped${readsOn ? ' (it still reads)' : ''}`,
    consequence: readsOn
      ? `nothing is lost: ${replica} keeps what it has read`
      : `nothing is lost while ${source} keeps its logs; ${untilWhen(sight, at)}`,
    next: `CALL mysql.rds_start_replication; on ${replica}`,
    ...(readsOn ? {} : closing(sight, at)),
  };
}

function running(sight: WayBackSight): WayBack {
  const { channel, replica, maxLagSeconds, dangers } = sight;
  const lag = channel?.lagSeconds;
  const isConnecting = channel?.isReceiving !== true;
  const behind = isConnecting ? `${replica} is connecting` : `${lag ?? 'an unknown number of'} s behind`;
  if (isConnecting || lag === undefined || lag > maxLagSeconds)
    return {
      state: 'behind',
      goingBack: 'later',
      what: `running, ${behind}`,
      consequence: `nothing is lost; a rollback is refused until ${replica} is at most ${maxLagSeconds} s behind`,
      next: 'npm run status -- --watch',
    };
  if (dangers.length > 0)
    return {
      state: 'endangered',
      goingBack: 'now',
      what: `running, ${behind}; ${dangers.join('; ')}`,
      consequence: `going back is safe until the first such write arrives on ${replica}, which stops the channel`,
      next: 'npm run rollback, or end the cause now',
    };
  return {
    state: 'running',
    goingBack: 'now',
    what: `running, ${behind}`,
    consequence: `\`npm run rollback\` loses nothing; ${absence(sight)}`,
    next: 'npm run rollback',
  };
}

function absence({ source, replica, retentionHours }: WayBackSight): string {
  if (retentionHours === undefined) return `how long ${source} keeps its logs is not known`;
  if (retentionHours === null) return `${source} has no binlog retention, so an interruption of ${replica} may end it`;
  return `should ${replica} stop reading, there are ${retentionHours} h to bring it back`;
}

function untilWhen(sight: WayBackSight, since: string): string {
  const { closesAt } = closing(sight, since);
  if (closesAt !== undefined) return `from ${closesAt} on it may have purged what is not read yet`;
  return sight.retentionHours === null
    ? 'no retention is set, so that may be over at any moment'
    : 'for how long is not known';
}

/** A log is purged when all of it is older than the retention, so what was written at `since` is kept at least until then. */
function closing({ retentionHours }: WayBackSight, since: string): { readonly closesAt?: string } {
  if (retentionHours === undefined || retentionHours === null) return {};
  return { closesAt: new Date(Date.parse(since) + retentionHours * HOUR_MS).toISOString() };
}
