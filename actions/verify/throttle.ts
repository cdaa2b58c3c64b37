/** Waits before a chunk while the servers have something better to do. */
import { UpgradeError } from '../engine/errors';
import { replicaStatus } from '../mysql/queries';
import { serverActivity } from '../mysql/verify-queries';
import type { CallLimits, MysqlServer, Side } from '../ports/mysql-server';
import type { Clock } from '../ports/clock';

export interface ThrottleSettings {
  /** Wait while the replica is further behind. */
  readonly maxLagSeconds: number;
  /** Wait while the source runs more statements of others at once. */
  readonly maxRunning: number;
  /** Rest after a chunk, in lengths of it, while others use the source. */
  readonly rest: number;
}

export interface Throttle {
  /** `lastChunkMs`: what the chunk before took; `tell`: what it waits for. Rejects when replication does not run. */
  beforeChunk(lastChunkMs: number, tell?: (waitingFor: string) => void): Promise<void>;
  /** Others use the source: the sides are read in turn, so that a machine that they share has one of them to bear. */
  isShared(): boolean;
}

export interface ThrottleParts {
  readonly servers: Readonly<Record<Side, MysqlServer>>;
  readonly source: Side;
  readonly settings: ThrottleSettings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits: () => CallLimits;
}

/** The servers are asked no more often than this. */
const ASK_EVERY_MS = 1_000;
const FIRST_LOOK_MS = 100;
/** Of all that runs: the question itself, and the thread that sends the binary log to the replica. */
const NOT_OTHERS = 2;
/** On the source, of each chunk: its sum and its end. */
const QUESTIONS_A_CHUNK = 2;
/** Statements a second, from which on others count as using the source: monitoring asks less. */
const SHARED_FROM = 10;

/** Looks at the source for a moment first. */
export async function createThrottle({
  servers,
  source,
  settings,
  clock,
  signal,
  limits,
}: ThrottleParts): Promise<Throttle> {
  const replica = servers[source === 'blue' ? 'green' : 'blue'];
  let askedAt = -Infinity;
  let questions = NaN;
  let chunks = 0;
  let isShared = true;

  const lookAtSource = async (): Promise<number> => {
    const activity = await servers[source].read(serverActivity(), limits());
    const now = clock.monotonicMs();
    const ofOthers = activity.questions - questions - 1 - chunks * QUESTIONS_A_CHUNK;
    if (!Number.isNaN(ofOthers)) isShared = (ofOthers / Math.max(now - askedAt, 1)) * 1_000 >= SHARED_FROM;
    [askedAt, questions, chunks] = [now, activity.questions, 0];
    return Math.max(0, activity.running - NOT_OTHERS);
  };

  const busy = async (): Promise<string | undefined> => {
    const [status, others] = await Promise.all([
      replica.read(replicaStatus(replica.version), limits()),
      lookAtSource(),
    ]);
    if (!status?.isApplying) throw notFollowing(replica.side, status?.lastError);
    const lag = status.lagSeconds ?? 0;
    if (lag > settings.maxLagSeconds) return `${replica.side} is ${lag} s behind (limit ${settings.maxLagSeconds} s)`;
    if (others > settings.maxRunning) return `${source} runs ${others} statements (limit ${settings.maxRunning})`;
    return undefined;
  };

  await lookAtSource();
  await clock.sleep(FIRST_LOOK_MS, signal);
  await lookAtSource();
  return {
    async beforeChunk(lastChunkMs, tell) {
      if (clock.monotonicMs() - askedAt >= ASK_EVERY_MS) {
        for (let reason = await busy(); reason !== undefined; reason = await busy()) {
          tell?.(reason);
          await clock.sleep(ASK_EVERY_MS, signal);
        }
      }
      chunks += 1;
      if (isShared && lastChunkMs > 0) await clock.sleep(lastChunkMs * settings.rest, signal);
    },
    isShared: () => isShared,
  };
}

export function notFollowing(replica: Side, error: string | undefined): UpgradeError {
  return new UpgradeError(`${replica} does not follow`, {
    code: 'verify-not-following',
    source: 'mysql',
    hint:
      `The replication to ${replica} does not apply${error === undefined ? '' : `: ${error}`}. Rows can only be compared at a ` +
      'position that both sides have passed. Look at `npm run status`, mend replication, then run `npm run verify -- --resume`.',
  });
}
