/** What the application feels: its times with a verification running and without, in turns on the same servers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { VerificationSettings } from '../../actions/verify/run-verification';
import type { MysqlServer } from '../../actions/ports/mysql-server';
import { PAIR_ACCOUNT, type ReplicatingPair } from '../../lab/mysql/replicating-pair';
import { ApplicationLoad } from './application-load';
import { compareWithTool, type Sides } from './comparison';

export interface Latency {
  /** The median over the rounds of the 95th percentile, in ms. */
  readonly withoutMs: number;
  readonly withMs: number;
  readonly transactions: number;
  /** Rows a second that were verified meanwhile. */
  readonly rowsPerSecond: number;
}

export interface LatencySettings {
  readonly rounds: number;
  readonly roundMs: number;
  readonly connections: number;
  readonly pauseMs: number;
  readonly rowsPerTable: number;
  readonly tables: number;
  readonly settings?: VerificationSettings;
}

const WARM_MS = 2_000;

export async function measureLatency(
  pair: ReplicatingPair,
  servers: Sides<MysqlServer>,
  { rounds, roundMs, connections, pauseMs, rowsPerTable, tables, settings }: LatencySettings,
): Promise<Latency> {
  const { port } = pair.servers.blue;
  const application = await ApplicationLoad.start({
    ...{ ...PAIR_ACCOUNT, port, connections, pauseMs, tables },
    rows: rowsPerTable,
  });
  const without: number[] = [];
  const withTool: number[] = [];
  let [transactions, rows] = [0, 0];
  const listen = async (p95s: number[]): Promise<void> => {
    await application.times();
    await sleep(roundMs);
    const times = await application.times();
    transactions += times.length;
    p95s.push(percentile(times, 0.95));
  };
  try {
    await sleep(WARM_MS);
    for (let round = 0; round < rounds; round++) {
      await listen(without);
      const over = new AbortController();
      const verifying = verifyUntil(servers, over.signal, settings).then((verified) => (rows += verified));
      await listen(withTool);
      over.abort();
      await verifying;
      await pair.caughtUp();
    }
  } finally {
    await application.stop();
  }
  return {
    withoutMs: percentile(without, 0.5),
    withMs: percentile(withTool, 0.5),
    transactions,
    rowsPerSecond: Math.round(rows / ((rounds * roundMs) / 1_000)),
  };
}

/** One after another; answers the rows. A false alarm rejects. */
async function verifyUntil(
  servers: Sides<MysqlServer>,
  signal: AbortSignal,
  settings: VerificationSettings | undefined,
): Promise<number> {
  let before = 0;
  while (!signal.aborted) {
    let soFar = 0;
    try {
      await compareWithTool(servers, signal, settings, (rows) => (soFar = rows));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    before += soFar;
  }
  return before;
}

export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
