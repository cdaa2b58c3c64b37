/** Prewarming: which statement comes next, which index fits, when it waits, when it ends. */
import { nextPlace } from '../../actions/mysql/read-index';
import { bufferPool, hitRatio, type IndexSize } from '../../actions/mysql/read-status';
import type { ColumnFacts } from '../../actions/mysql/verify-columns';
import type { MysqlServer, Query } from '../../actions/ports/mysql-server';
import type { ReadOutcome } from '../../actions/ports/read-runner';
import { planPreload, walkable } from '../../actions/prewarm/preload';
import { prewarmInstance, type PrewarmContext, type PrewarmSettings } from '../../actions/prewarm/prewarm-instance';
import { percentile } from '../../actions/prewarm/result';
import { inTurns, once, weightedTurns } from '../../actions/prewarm/schedule';
import type { ReadInstance } from '../../actions/reads/read-instance';
import type { SampledRead } from '../../actions/reads/sample';

it('picks in proportion to the weights, and spreads them', () => {
  const next = weightedTurns([
    { name: 'a', weight: 5 },
    { name: 'b', weight: 2 },
    { name: 'c', weight: 1 },
  ]);
  expect(Array.from({ length: 8 }, () => next()?.name).join('')).toBe('abaacaba');
  expect(weightedTurns([])()).toBeUndefined();
});

it('does a list once with several hands, and ends all of them at the first failure', async () => {
  const done: string[] = [];
  await inTurns(['x', 'y'], once([1, 2, 3]), (hand, item) => {
    done.push(`${hand}${item}`);
    return Promise.resolve();
  });
  expect(done.toSorted()).toEqual(['x1', 'x3', 'y2']);
  const begun: number[] = [];
  const failing = inTurns(['x', 'y'], once([1, 2, 3, 4]), (_, item) => {
    begun.push(item);
    return item === 2 ? Promise.reject(new Error('lost')) : Promise.resolve();
  });
  await expect(failing).rejects.toThrow('lost');
  expect(begun).not.toContain(4);
});

it('has percentiles that are values which occurred', () => {
  expect([percentile([], 0.5), percentile([3], 0.95), percentile([4, 1, 3, 2], 0.5)]).toEqual([null, 3, 2]);
  expect(percentile([...Array(100).keys()], 0.95)).toBe(94);
});

it('has no hit ratio where nothing was read', () => {
  const pool = { requests: 100, misses: 10, pagesWithData: 1, pages: 2, running: 1 };
  expect(hitRatio(pool, pool)).toBeNull();
  expect(hitRatio(pool, { ...pool, requests: 200, misses: 20 })).toBe(0.9);
});

const size = (table: string, index: string, bytes: number): IndexSize => ({ schema: 'shop', table, index, bytes });

it('preloads the largest indexes that fit into three quarters of the buffer pool, and says what is left out', () => {
  const sizes = [size('a', 'PRIMARY', 500), size('a', 'x', 40), size('b', 'PRIMARY', 900), size('c', 'PRIMARY', 300)];
  const plan = planPreload([...sizes, size('other', 'PRIMARY', 1)], ['shop.a', 'shop.b', 'shop.c'], 1000);
  expect(plan.read.map(({ table, index }) => `${table}.${index}`)).toEqual(['a.PRIMARY', 'a.x']);
  expect(plan.leftOut.map(({ table, outcome }) => [table, outcome])).toEqual([
    ['shop.b', 'left out'],
    ['shop.c', 'left out'],
  ]);
});

const column = (name: string, type = 'int'): ColumnFacts => ({
  name,
  type,
  fullType: type,
  charset: undefined,
  collation: undefined,
  isNullable: true,
  scale: undefined,
  precision: undefined,
});
const part = (index: string, name: string | undefined, more = {}) => ({
  index,
  type: 'BTREE',
  column: name,
  isOdd: false,
  ...more,
});

it('walks an index by its columns and the primary key, each once, and only where that is its order', () => {
  const columns = [column('Id'), column('a'), column('b')];
  const parts = [part('PRIMARY', 'id'), part('x', 'a'), part('x', 'id')];
  expect(walkable(size('t', 'x', 1), parts, columns)?.columns.map(({ name }) => name)).toEqual(['a', 'Id']);
  const cannot = [
    [part('PRIMARY', 'id'), part('x', 'a', { isOdd: true })],
    [part('PRIMARY', 'id'), part('x', undefined)],
    [part('PRIMARY', 'id'), part('x', 'a', { type: 'FULLTEXT' })],
    [part('x', 'a')],
  ];
  expect(cannot.map((odd) => walkable(size('t', 'x', 1), odd, columns))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

it('goes on behind a NULL, which comes first in an index', () => {
  const index = { schema: 'shop', table: 't', index: 'x', columns: [column('a'), column('id')] };
  const where = (after: readonly (string | null)[] | undefined): string | undefined =>
    /WHERE (.*) ORDER BY `a`, `id` LIMIT 1 OFFSET 9$/.exec(nextPlace(index, after, 10, 1000).sql)?.[1];
  expect(where(undefined)).toBe('1 = 1');
  expect(where([null, '7'])).toBe('((`a` IS NOT NULL) OR (`a` IS NULL AND `id` > 7))');
  expect(where(['3', '7'])).toBe('`a` >= 3 AND ((`a` > 3) OR (`a` = 3 AND `id` > 7))');
});

/** An instance whose statements take `statementMs` of a clock that only they and sleeping move. */
class FakeInstance {
  readonly ran: string[] = [];
  nowMs = 0;
  running = 1;
  requests = 0;
  misses = 0;
  lagSeconds = 0;
  statementMs = 10;
  readonly stop = new AbortController();
  onRun: () => void = () => undefined;

  readonly context: PrewarmContext = {
    clock: {
      now: () => new Date(0),
      monotonicMs: () => this.nowMs,
      sleep: async (ms, signal) => {
        signal?.throwIfAborted();
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
        this.nowMs += ms;
      },
    },
    signal: this.stop.signal,
    lagSeconds: () => Promise.resolve(this.lagSeconds),
    tell: () => undefined,
  };

  readonly instance: ReadInstance = {
    side: 'green',
    id: 'green-1',
    isWriter: true,
    server: { read: (query: Query<unknown>) => Promise.resolve(this.answer(query)) } as unknown as MysqlServer,
    openRunner: () =>
      Promise.resolve({
        run: async ({ text }): Promise<ReadOutcome> => {
          await Promise.resolve();
          this.stop.signal.throwIfAborted();
          this.ran.push(text);
          this.nowMs += this.statementMs;
          this.requests += 100;
          // Each text misses once.
          if (this.ran.indexOf(text) === this.ran.length - 1) this.misses += 50;
          this.onRun();
          return { is: 'read', ms: this.statementMs, rows: 1, isCut: false };
        },
        explain: () => Promise.resolve([]),
        close: () => Promise.resolve(),
      }),
  };

  private answer(query: Query<unknown>): unknown {
    expect(query.name).toBe(bufferPool().name);
    const { requests, misses, running } = this;
    return { requests, misses, pagesWithData: misses, pages: 1000, running };
  }
}

const read = (id: string, count: number, ...texts: readonly string[]): SampledRead => ({
  id,
  fingerprint: id,
  schema: 'shop',
  source: 'digest',
  texts: texts.map((text) => ({ text, isOrdered: false, volatile: undefined })),
  count,
  ms: count,
});
const SETTINGS: PrewarmSettings = {
  forMs: 60_000,
  connections: 1,
  statementMs: 30_000,
  tables: [],
  maxLagSeconds: 10,
  maxRunning: 32,
};
const READS = [read('a', 90, 'a1', 'a2'), read('b', 10, 'b1')];

it('runs all once, then by weight until nothing is missed, then all once again', async () => {
  const fake = new FakeInstance();
  const result = await prewarmInstance(fake.context, fake.instance, READS, SETTINGS);
  expect(result).toMatchObject({ ended: 'warm', before: { hitRatio: 0.5 }, after: { hitRatio: 1 } });
  expect(fake.ran.slice(0, 3)).toEqual(['a1', 'a2', 'b1']);
  expect(fake.ran.slice(-3)).toEqual(['a1', 'a2', 'b1']);
  const between = fake.ran.slice(3, -3);
  const times = (text: string): number => between.filter((one) => one === text).length;
  expect([times('a1') + times('a2'), times('b1')].map((n) => n / between.length)).toEqual([0.9, 0.1]);
  expect(result.executions).toBe(fake.ran.length);
});

it('keeps to its time, the last pass included', async () => {
  const fake = new FakeInstance();
  // Never warm.
  fake.onRun = () => {
    fake.misses += 50;
  };
  const result = await prewarmInstance(fake.context, fake.instance, READS, { ...SETTINGS, forMs: 5_000 });
  expect(result.ended).toBe('time');
  expect(result.after).not.toBeNull();
  expect(fake.ran.slice(-3)).toEqual(['a1', 'a2', 'b1']);
  expect(result.ms).toBeLessThanOrEqual(5_000 + fake.statementMs);
});

it.each([
  ['replication lags', (fake: FakeInstance, isBusy: boolean) => (fake.lagSeconds = isBusy ? 11 : 0)],
  ['others run much', (fake: FakeInstance, isBusy: boolean) => (fake.running = isBusy ? 40 : 1)],
])('runs nothing while %s', async (_, set) => {
  const fake = new FakeInstance();
  set(fake, true);
  const looks: number[] = [];
  const sleep = fake.context.clock.sleep;
  const clock = {
    ...fake.context.clock,
    sleep: async (ms: number, signal?: AbortSignal) => {
      await sleep(ms, signal);
      looks.push(fake.ran.length);
      if (looks.length === 20) set(fake, false);
    },
  };
  const result = await prewarmInstance({ ...fake.context, clock }, fake.instance, READS, SETTINGS);
  expect(looks.slice(0, 20)).toEqual(Array(20).fill(0));
  expect(result.ended).toBe('warm');
  expect(result.points.some(({ waitingFor }) => waitingFor !== undefined)).toBe(true);
});

it('keeps to its time also while it waits', async () => {
  const fake = new FakeInstance();
  fake.statementMs = 300;
  fake.onRun = () => {
    fake.lagSeconds = 11;
  };
  const result = await prewarmInstance(fake.context, fake.instance, READS, { ...SETTINGS, forMs: 20_000 });
  expect(result).toMatchObject({ ended: 'time', executions: fake.ran.length });
  expect(result.ms).toBeLessThanOrEqual(22_000);
});

it('ends with what it has measured when it is interrupted', async () => {
  const fake = new FakeInstance();
  fake.onRun = () => {
    if (fake.ran.length === 20) fake.stop.abort(new Error('interrupted'));
  };
  const result = await prewarmInstance(fake.context, fake.instance, READS, SETTINGS);
  expect(result).toMatchObject({ ended: 'interrupted', before: { hitRatio: 0.5 }, after: null, executions: 20 });
  expect(fake.ran).toHaveLength(20);
});
