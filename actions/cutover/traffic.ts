/**
 * Replication lag and write rate of both sides around a switch, for the report. It asks on the connections that are there, and
 * never from the moment writes are blocked until the endpoints have moved: a question of its own would be write downtime.
 */
import type { StepContext } from '../engine/step';
import { binlogPosition, replicaStatus } from '../mysql/queries';
import { rowsChanged } from '../mysql/reverse-queries';
import type { BinlogPosition } from '../mysql/position';
import type { CallLimits, MysqlServer, Side } from '../ports/mysql-server';

export interface TrafficSample {
  /** Milliseconds since the switch began to block writes; negative before. */
  readonly atMs: number;
  /** Rows inserted, updated and deleted since the server started, those of the replica's applier included. */
  readonly rows: Readonly<Record<Side, number>>;
  readonly end: Readonly<Partial<Record<Side, BinlogPosition>>>;
  /** Of the side that follows: `to` before the switch, `from` after it; absent when its channel does not know. */
  readonly lagSeconds?: number;
}

export interface TrafficSampler {
  /** Starts sampling. */
  begin(): void;
  /** Takes a last sample and resolves when nothing of it is under way; what follows counts from here. */
  pause(): Promise<void>;
  /** Goes on after the endpoints have moved. */
  resume(): void;
  /** Takes a last sample; resolves with all of them, oldest first. */
  end(): Promise<readonly TrafficSample[]>;
}

const EVERY_MS = 250;
/** So many are kept of each part: of a long wait the last ones tell. */
const KEPT = 40;
const LIMITS: CallLimits = { timeoutMs: 2_000 };

type Raw = Omit<TrafficSample, 'atMs'> & { readonly takenMs: number };

/** Never throws: what cannot be asked is missing from the report. */
export function trafficSampler(
  { mysql, clock }: Pick<StepContext, 'mysql' | 'clock'>,
  from: Side,
  to: Side,
): TrafficSampler {
  const samples: Raw[] = [];
  let zeroMs: number | undefined;
  let follower = to;
  let isOver = false;
  let stop: AbortController | undefined;
  let running: Promise<void> = Promise.resolve();

  const take = async (): Promise<void> => {
    try {
      const [blue, green] = await Promise.all([mysql.connect('blue'), mysql.connect('green')]);
      const one = await sample({ blue, green }, follower);
      samples.push({ ...one, takenMs: clock.monotonicMs() });
    } catch {
      // A report without this sample is still a report.
    }
  };
  const run = (): void => {
    const turn = new AbortController();
    stop = turn;
    running = (async () => {
      while (!turn.signal.aborted) {
        await take();
        await clock.sleep(EVERY_MS, turn.signal).catch(() => undefined);
      }
    })();
  };
  const halt = async (): Promise<void> => {
    stop?.abort();
    await running;
    await take();
  };
  return {
    begin: run,
    async pause() {
      await halt();
      samples.splice(0, samples.length - KEPT);
      zeroMs = clock.monotonicMs();
    },
    resume() {
      follower = from;
      run();
    },
    async end() {
      if (stop && !isOver) await halt();
      isOver = true;
      const zero = zeroMs ?? samples.at(-1)?.takenMs ?? 0;
      const all = samples.map(({ takenMs, ...rest }) => ({ ...rest, atMs: Math.round(takenMs - zero) }));
      const before = all.filter(({ atMs }) => atMs <= 0);
      return [...before, ...all.slice(before.length).slice(-KEPT)];
    },
  };
}

async function sample(servers: Readonly<Record<Side, MysqlServer>>, follower: Side): Promise<Omit<Raw, 'takenMs'>> {
  const { blue, green } = servers;
  const [rowsOfBlue, rowsOfGreen, endOfBlue, endOfGreen, status] = await Promise.all([
    blue.read(rowsChanged(), LIMITS),
    green.read(rowsChanged(), LIMITS),
    blue.read(binlogPosition(blue.version), LIMITS),
    green.read(binlogPosition(green.version), LIMITS),
    servers[follower].read(replicaStatus(servers[follower].version), LIMITS),
  ]);
  return {
    rows: { blue: rowsOfBlue, green: rowsOfGreen },
    end: { ...(endOfBlue ? { blue: endOfBlue } : {}), ...(endOfGreen ? { green: endOfGreen } : {}) },
    ...(status?.lagSeconds === undefined ? {} : { lagSeconds: status.lagSeconds }),
  };
}
