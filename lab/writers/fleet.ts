import { setTimeout as sleep } from 'node:timers/promises';
import { HostResolver } from './host-resolver';
import type { LedgerSnapshot } from './ledger';
import type { LoadOptions, LoadProgress } from './messages';
import { monotonicMs } from './monotonic';
import { openMysqlSession } from './mysql-session';
import { Writer } from './writer';
import type { WriterSession } from './writer-session';

/** A writer whose server is silent ends at the latest after this. */
const STOP_PATIENCE_MS = 1000;

/** All writers of one load, and their common ledger. */
export class Fleet {
  private readonly writers: readonly Writer[];
  private readonly runs: readonly Promise<void>[];

  constructor(options: LoadOptions) {
    // Two resolvers: what a probe has just learnt must not reach the pooled clients before their TTL has passed.
    const fresh = new HostResolver(options.dns);
    const caching = new HostResolver(options.dns);
    this.writers = Array.from({ length: options.writers }, (_, index) => {
      const kind = index % 2 === 0 ? 'probe' : 'pooled';
      return new Writer({
        client: index + 1,
        kind,
        now: monotonicMs,
        sleep: (ms) => sleep(ms),
        pauseMs: options.pauseMs,
        connect: async () => {
          const resolve = kind === 'probe' ? fresh.resolveNow(options.host) : caching.resolveCached(options.host);
          return openMysqlSession({ ...options, address: await resolve });
        },
        ...(kind === 'probe'
          ? { stillLeadsTo: async ({ address }: WriterSession) => (await fresh.resolveNow(options.host)) === address }
          : {}),
      });
    });
    this.runs = this.writers.map((writer) => writer.run());
  }

  async stop(): Promise<void> {
    for (const writer of this.writers) writer.stop();
    const patience = new AbortController();
    const ended = Promise.all(this.runs);
    await Promise.race([ended, sleep(STOP_PATIENCE_MS, undefined, { signal: patience.signal })]);
    patience.abort();
    for (const writer of this.writers) writer.close();
    await ended;
  }

  snapshot(): LedgerSnapshot {
    return {
      takenMs: monotonicMs(),
      writers: this.writers.map((writer) => writer.identity),
      acknowledgements: this.writers
        .flatMap((writer) => writer.acknowledgements)
        .sort((one, two) => one.ackMs - two.ackMs),
      unknown: this.writers.flatMap((writer) => writer.unknown ?? []),
      errors: this.writers.flatMap((writer) => writer.errors).sort((one, two) => one.atMs - two.atMs),
      unexpectedDuplicates: this.writers.flatMap((writer) => writer.unexpectedDuplicates),
    };
  }

  progress(): LoadProgress {
    const latest = this.writers
      .flatMap((writer) => writer.acknowledgements.at(-1) ?? [])
      .reduce<{ ackMs: number; serverUuid: string } | undefined>(
        (most, one) => (most === undefined || one.ackMs > most.ackMs ? one : most),
        undefined,
      );
    return {
      acknowledged: sum(this.writers.map((writer) => writer.acknowledgements.length)),
      errors: sum(this.writers.map((writer) => writer.errors.length)),
      lastAckMs: latest?.ackMs,
      lastServerUuid: latest?.serverUuid,
    };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
