/** Asks both servers all the time which of them takes writes, past every relay. */
import type { Connection } from 'mysql2/promise';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../writers/monotonic';
import { valueOf } from '../mysql/connect';
import type { FaultLab } from './fault-lab';

const POLL_MS = 20;

export interface Sample {
  readonly atMs: number;
  readonly blue: boolean;
  readonly green: boolean;
}

export class SideWatch {
  /** Only changes are kept. */
  readonly samples: Sample[] = [];
  /** Moments at which both sides took writes. Must stay empty. */
  readonly bothMs: number[] = [];
  private readonly open = new Map<'blue' | 'green', Connection>();
  private isStopping = false;
  private readonly run: Promise<void>;

  constructor(private readonly lab: FaultLab) {
    this.run = this.watch();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.run;
    for (const connection of this.open.values()) connection.destroy();
  }

  /** The longest time between the two moments in which no side took writes. */
  longestClosedMs(fromMs: number, toMs: number): number {
    let longest = 0;
    for (const [index, sample] of this.samples.entries()) {
      if (sample.blue || sample.green) continue;
      const end = this.samples[index + 1]?.atMs ?? toMs;
      longest = Math.max(longest, Math.min(end, toMs) - Math.max(sample.atMs, fromMs));
    }
    return longest;
  }

  private async watch(): Promise<void> {
    while (!this.isStopping) {
      const atMs = monotonicMs();
      const blue = await this.isWritable('blue');
      const green = await this.isWritable('green');
      // Blue before and after green: then both took writes at the moment at which green was asked.
      if (blue && green && (await this.isWritable('blue'))) this.bothMs.push(atMs);
      const last = this.samples.at(-1);
      if (last?.blue !== blue || last.green !== green) this.samples.push({ atMs, blue, green });
      await sleep(POLL_MS);
    }
  }

  /** A server that is down takes no writes. */
  private async isWritable(side: 'blue' | 'green'): Promise<boolean> {
    try {
      let connection = this.open.get(side);
      if (!connection) {
        connection = await this.lab.platform(side);
        connection.on('error', () => undefined);
        this.open.set(side, connection);
      }
      return (await valueOf(connection, 'SELECT @@global.read_only')) === '0';
    } catch {
      this.open.get(side)?.destroy();
      this.open.delete(side);
      return false;
    }
  }
}
