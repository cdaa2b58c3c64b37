import { setTimeout as delay } from 'node:timers/promises';

/** Work that goes on after AWS has answered. */
export interface Jobs {
  /** Starts `work`; jobs with the same key run one after another. A failure goes to `onFailure`, never to the caller. */
  run(
    key: string,
    work: (wait: (ms: number) => Promise<void>) => Promise<void>,
    onFailure: (error: Error) => void,
  ): void;
  /** Resolves when no job is left, also none that jobs started. */
  idle(): Promise<void>;
  /** Ends all waits early and starts no more work; resolves when the running work has settled. */
  close(): Promise<void>;
}

export function createJobs(): Jobs {
  const closing = new AbortController();
  const tails = new Map<string, Promise<void>>();
  const wait = async (ms: number): Promise<void> => {
    await delay(ms, undefined, { signal: closing.signal });
  };

  const idle = async (): Promise<void> => {
    while (tails.size > 0) await Promise.all(tails.values());
  };

  return {
    run(key, work, onFailure) {
      const tail = (tails.get(key) ?? Promise.resolve())
        .then(() => (closing.signal.aborted ? undefined : work(wait)))
        .catch((error: unknown) => {
          if (!closing.signal.aborted) onFailure(error instanceof Error ? error : new Error(String(error)));
        })
        .finally(() => {
          if (tails.get(key) === tail) tails.delete(key);
        });
      tails.set(key, tail);
    },
    idle,
    async close() {
      closing.abort();
      await idle();
    },
  };
}
