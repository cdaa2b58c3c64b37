/** Waits before a chunk while the servers have something better to do. */
import { UpgradeError } from '../engine/errors';
import { replicaStatus } from '../mysql/queries';
import { threadsRunning } from '../mysql/verify-queries';
import type { CallLimits, MysqlServer, Side } from '../ports/mysql-server';
import type { Clock } from '../ports/clock';

export interface ThrottleSettings {
  /** Wait while the replica is further behind. */
  readonly maxLagSeconds: number;
  /** Wait while the source runs more statements of others at once. */
  readonly maxRunning: number;
}

export interface Throttle {
  /** `lastChunkMs`: what the chunk before took. Rejects when replication does not run. */
  beforeChunk(lastChunkMs: number): Promise<void>;
}

export interface ThrottleParts {
  readonly servers: Readonly<Record<Side, MysqlServer>>;
  readonly source: Side;
  readonly settings: ThrottleSettings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits: () => CallLimits;
  readonly tell: (waitingFor: string) => void;
}

/** The servers are asked no more often than this. */
const ASK_EVERY_MS = 1_000;
/** Of all that runs: the question itself, and the thread that sends the binary log to the replica. */
const NOT_OTHERS = 2;
/** Rest, in lengths of a chunk, for each statement of others; and the longest. */
const REST_PER_RUNNING = 0.25;
const LONGEST_REST = 4;

export function createThrottle({ servers, source, settings, clock, signal, limits, tell }: ThrottleParts): Throttle {
  const replica = servers[source === 'blue' ? 'green' : 'blue'];
  let askedAt = -Infinity;
  let others = 0;

  const busy = async (): Promise<string | undefined> => {
    askedAt = clock.monotonicMs();
    const [status, running] = await Promise.all([
      replica.read(replicaStatus(replica.version), limits()),
      servers[source].read(threadsRunning(), limits()),
    ]);
    if (!status?.isApplying) throw notFollowing(replica.side, status?.lastError);
    others = Math.max(0, running - NOT_OTHERS);
    const lag = status.lagSeconds ?? 0;
    if (lag > settings.maxLagSeconds) return `${replica.side} is ${lag} s behind (limit ${settings.maxLagSeconds} s)`;
    if (others > settings.maxRunning) return `${source} runs ${others} statements (limit ${settings.maxRunning})`;
    return undefined;
  };

  return {
    async beforeChunk(lastChunkMs) {
      if (clock.monotonicMs() - askedAt >= ASK_EVERY_MS) {
        for (let reason = await busy(); reason !== undefined; reason = await busy()) {
          tell(reason);
          await clock.sleep(ASK_EVERY_MS, signal);
        }
      }
      const rest = lastChunkMs * Math.min(LONGEST_REST, others * REST_PER_RUNNING);
      if (rest > 0) await clock.sleep(rest, signal);
    },
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
