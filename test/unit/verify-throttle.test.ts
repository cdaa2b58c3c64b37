/** When `verify` waits, rests, and reads one side at a time. */
import { systemClock } from '../../actions/adapters/system-clock';
import type { MysqlServer, Query } from '../../actions/ports/mysql-server';
import { createThrottle, type Throttle } from '../../actions/verify/throttle';

interface World {
  /** Statements a second of others. */
  others: number;
  running: number;
  lagSeconds: number;
  isApplying: boolean;
}

const CHUNK_MS = 200;

/** Time passes by sleeping only; the server counts its own questions too. */
function playing(world: World) {
  let [now, questions, seenAt] = [0, 0, 0];
  const slept: number[] = [];
  const server: Pick<MysqlServer, 'version' | 'side' | 'read'> = {
    version: '5.7.29',
    side: 'green',
    read: <T>(query: Query<T>) => {
      if (query.name === 'server-activity') {
        questions += 1 + ((now - seenAt) / 1_000) * world.others;
        seenAt = now;
        const values = { Threads_running: world.running, Questions: Math.round(questions) };
        return Promise.resolve(
          query.parse(Object.entries(values).map(([name, value]) => ({ Variable_name: name, Value: String(value) }))),
        );
      }
      const says = world.isApplying ? 'Yes' : 'No';
      const row = {
        Master_Host: 'blue',
        Slave_IO_Running: 'Yes',
        Slave_SQL_Running: says,
        Seconds_Behind_Master: world.lagSeconds,
      };
      return Promise.resolve(query.parse([row]));
    },
  };
  const throttle = createThrottle({
    servers: { blue: server as MysqlServer, green: server as MysqlServer },
    source: 'blue',
    settings: { maxLagSeconds: 10, maxRunning: 32, rest: 4 },
    clock: {
      ...systemClock,
      monotonicMs: () => now,
      sleep: (ms) => {
        now += ms;
        slept.push(ms);
        return Promise.resolve();
      },
    },
    signal: new AbortController().signal,
    limits: () => ({ timeoutMs: 1_000 }),
  });
  const chunk = async (of: Throttle, tell?: (text: string) => void): Promise<void> => {
    await of.beforeChunk(CHUNK_MS, tell);
    now += CHUNK_MS;
    questions += 2;
  };
  return { throttle, slept, chunk };
}

const QUIET: World = { others: 0, running: 2, lagSeconds: 0, isApplying: true };

it('does not rest on a server that nobody else uses, its own questions aside', async () => {
  const { throttle, slept, chunk } = playing({ ...QUIET });
  const quiet = await throttle;
  for (let count = 0; count < 40; count++) await chunk(quiet);
  expect(quiet.isShared()).toBe(false);
  expect(slept).toEqual([100]);
});

it('rests four lengths of a chunk while others use the source, and reads the sides in turn', async () => {
  const world = { ...QUIET };
  const { throttle, slept, chunk } = playing(world);
  const made = await throttle;
  world.others = 200;
  for (let count = 0; count < 10; count++) await chunk(made);
  expect(made.isShared()).toBe(true);
  expect(slept.slice(-3)).toEqual([800, 800, 800]);
  world.others = 0;
  for (let count = 0; count < 10; count++) await chunk(made);
  expect(made.isShared()).toBe(false);
});

it.each([
  ['the replica is behind', { lagSeconds: 11 }, 'green is 11 s behind (limit 10 s)'],
  ['others run many statements', { running: 35 }, 'blue runs 33 statements (limit 32)'],
])('waits while %s, and says so', async (_, change, said) => {
  const world = { ...QUIET };
  const { throttle, chunk } = playing(world);
  const made = await throttle;
  for (let count = 0; count < 5; count++) await chunk(made);
  Object.assign(world, change);
  const told: string[] = [];
  await chunk(made, (text) => {
    told.push(text);
    if (told.length === 3) Object.assign(world, QUIET);
  });
  expect(told).toEqual([said, said, said]);
});

it('ends when replication has stopped', async () => {
  const world = { ...QUIET };
  const { throttle, chunk } = playing(world);
  const made = await throttle;
  for (let count = 0; count < 5; count++) await chunk(made);
  world.isApplying = false;
  await expect(chunk(made)).rejects.toMatchObject({ code: 'verify-not-following' });
});
