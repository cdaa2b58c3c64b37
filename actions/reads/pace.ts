/** Waits before a statement while an instance has something better to do. */
import type { Clock } from '../ports/clock';

export interface PaceSettings {
  readonly maxLagSeconds: number;
  /** Statements of others. */
  readonly maxRunning: number;
}

export interface PaceParts {
  readonly settings: PaceSettings;
  /** Who is asked, in words. */
  readonly name: string;
  /** Statements that run on the instance, those of this tool left out. */
  readonly others: () => Promise<number>;
  /** Seconds that the side which follows is behind; rejects when it does not follow. */
  readonly lagSeconds: () => Promise<number>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Nobody wants to wait any longer; whoever asks looks at it again before a statement. */
  readonly isOver?: () => boolean;
  /** Told while it waits; undefined when it goes on. */
  readonly waits: (reason: string | undefined) => void;
}

export interface Pace {
  /** Shared by all that work on the instance. */
  before(): Promise<void>;
}

/** The servers are asked no more often than this. */
const ASK_EVERY_MS = 1_000;

export function createPace({ settings, name, others, lagSeconds, clock, signal, waits, isOver }: PaceParts): Pace {
  let askedAt = -Infinity;
  let looking: Promise<void> | undefined;

  const busy = async (): Promise<string | undefined> => {
    askedAt = clock.monotonicMs();
    const [lag, running] = await Promise.all([lagSeconds(), others()]);
    if (lag > settings.maxLagSeconds) return `replication is ${lag} s behind (limit ${settings.maxLagSeconds} s)`;
    if (running > settings.maxRunning)
      return `${name} runs ${running} statements of others (limit ${settings.maxRunning})`;
    return undefined;
  };
  const look = async (): Promise<void> => {
    let isWaiting = false;
    for (let reason = await busy(); reason !== undefined && isOver?.() !== true; reason = await busy()) {
      isWaiting = true;
      waits(reason);
      await clock.sleep(ASK_EVERY_MS, signal);
    }
    if (isWaiting) waits(undefined);
  };
  return {
    async before() {
      signal.throwIfAborted();
      if (looking === undefined && clock.monotonicMs() - askedAt >= ASK_EVERY_MS) {
        looking = look().finally(() => {
          looking = undefined;
        });
      }
      await looking;
    },
  };
}
