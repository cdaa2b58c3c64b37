/** The shortest hand-written sequence over warm connections: nothing is proven, and nothing is undone if it fails. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { format } from 'mysql2';
import type { BinlogPosition } from '../../actions/mysql/position';
import { binlogPosition, waitForPosition } from '../../actions/mysql/queries';
import type { Side } from '../../actions/ports/mysql-server';
import { otherSide, type BenchLab } from './bench-lab';
import type { Contestant } from './contestant';

const WAIT_SECONDS = 10;

export function floor(bench: BenchLab): Contestant {
  const warm: Record<Side, Connection | undefined> = { blue: undefined, green: undefined };
  const connectionTo = async (side: Side): Promise<Connection> => (warm[side] ??= await bench.connect(side));
  return {
    name: 'floor',
    async switch(to) {
      const from = otherSide(to);
      // The replica logs what it applies, so this is early enough for the way back: the source skips its own events.
      const wayBack = await logEnd(bench, to);
      await bench.read(to, waitForPosition(bench.servers[to].version, await logEnd(bench, from), WAIT_SECONDS));
      const [source, replica] = [await connectionTo(from), await connectionTo(to)];
      await Promise.all([source.query('SELECT 1'), replica.query('SELECT 1')]);
      const start = performance.now();
      const position = await fence(source, from, bench.servers[from].version);
      const fenced = performance.now();
      await waitAndOpen(replica, to, bench.servers[to].version, position);
      const opened = performance.now();
      await bench.endpoint.switch(to);
      const switched = performance.now();
      await bench.unfollow(to);
      await bench.follow(from, wayBack);
      return `fence ${ms(start, fenced)}, wait and open ${ms(fenced, opened)}, endpoint ${ms(opened, switched)}`;
    },
    // The next contestant ends every session.
    restore() {
      for (const side of ['blue', 'green'] as const) {
        warm[side]?.destroy();
        warm[side] = undefined;
      }
      return Promise.resolve();
    },
  };
}

/** Closes the source and reads where its log ends, in one packet. */
async function fence(connection: Connection, from: Side, version: string): Promise<BinlogPosition> {
  const where = binlogPosition(version);
  const [results] = await connection.query<RowDataPacket[][]>(`SET GLOBAL read_only = 1; ${where.sql}`);
  const position = where.parse((results[1] ?? []) as Parameters<typeof where.parse>[0]);
  if (!position) throw new Error(`${from} writes no binary log`);
  return position;
}

async function waitAndOpen(connection: Connection, to: Side, version: string, position: BinlogPosition): Promise<void> {
  const wait = waitForPosition(version, position, WAIT_SECONDS);
  const [results] = await connection.query<RowDataPacket[][]>(
    `${format(wait.sql, [...wait.values])}; SET GLOBAL read_only = 0`,
  );
  const outcome = wait.parse((results[0] ?? []) as Parameters<typeof wait.parse>[0]);
  if (outcome !== 'reached') throw new Error(`${to} has not applied the final position (${outcome})`);
}

async function logEnd(bench: BenchLab, side: Side): Promise<BinlogPosition> {
  const position = await bench.read(side, binlogPosition(bench.servers[side].version));
  if (!position) throw new Error(`${side} writes no binary log`);
  return position;
}

function ms(from: number, to: number): string {
  return `${(to - from).toFixed(1)} ms`;
}
