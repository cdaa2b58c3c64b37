/** How a table is compared while others write: what counts as a difference, and what does not. */
import { systemClock } from '../../actions/adapters/system-clock';
import { UpgradeError } from '../../actions/engine/errors';
import { nextChunkRows } from '../../actions/verify/chunk-size';
import { BEGINNING, compareTable, type CompareParts, type TableProgress } from '../../actions/verify/compare-table';
import type { ComparedTable } from '../../actions/verify/compared-table';
import type { TableResult } from '../../actions/verify/result';
import type { TableReader } from '../../actions/verify/table-reader';
import { dice, FollowedTable, type Write } from './verify.fixture';

const ROWS = Array.from({ length: 400 }, (_, index) => [index * 3, index] as const);
const TABLE = { name: 'shop.orders', rows: 400, bytes: 0, notCompared: [], pairs: [] } as unknown as ComparedTable;
const quiet = (): readonly Write[] => [];

function compare(
  table: TableReader & { pass(): Promise<void> },
  more: Partial<CompareParts> = {},
): Promise<TableResult> {
  return compareTable({
    table: TABLE,
    reader: table,
    source: 'blue',
    throttle: { beforeChunk: () => Promise.resolve(), isShared: () => false },
    clock: { ...systemClock, monotonicMs: () => 0, sleep: () => Promise.resolve() },
    signal: new AbortController().signal,
    settings: { chunkMs: 500, sample: 1, keylessRows: 1_000, most: 10 },
    pass: () => table.pass(),
    from: { ...BEGINNING, size: 50 },
    onProgress: () => Promise.resolve(),
    describe: (key, is) => Promise.resolve({ key, is }),
    ...more,
  });
}

describe('while others write and the replica lags', () => {
  const runs = Array.from({ length: 200 }, (_, seed) => seed);

  it('equal data is never said to differ', async () => {
    const verdicts = new Set<string>();
    for (const seed of runs) {
      const roll = dice(seed);
      const writes = (): readonly Write[] =>
        Array.from({ length: roll(4) }, () => ({ key: roll(1_500), value: roll(5) === 0 ? undefined : roll(1_000) }));
      const result = await compare(new FollowedTable(ROWS, writes, () => roll(4)));
      verdicts.add(result.verdict);
      expect(result.differences).toEqual([]);
    }
    expect([...verdicts]).toEqual(['verified']);
  });

  it('rows that differ are found, each by its key, and no other', async () => {
    for (const seed of runs) {
      const roll = dice(seed);
      // Others leave the corrupted rows alone: a write would mend them.
      const writes = (): readonly Write[] =>
        Array.from({ length: roll(4) }, () => ({ key: 600 + roll(900), value: roll(1_000) }));
      const table = new FollowedTable(ROWS, writes, () => roll(4));
      table.green.delete(30);
      table.green.set(33, 9_999);
      table.green.set(31, 1);
      expect((await compare(table)).differences).toEqual([
        { key: '30', is: 'missing' },
        { key: '33', is: 'changed' },
        { key: '31', is: 'extra' },
      ]);
    }
  });

  it('a row that goes to and fro is not taken for one that differs', async () => {
    for (const seed of runs) {
      const roll = dice(seed);
      let value = 0;
      const writes = (): readonly Write[] => (roll(2) === 0 ? [{ key: 3, value: (value = 1 - value) }] : []);
      const { verdict } = await compare(new FollowedTable(ROWS, writes, () => roll(2)));
      expect(['verified', 'unsettled']).toContain(verdict);
    }
  });

  it('a row that never stands still ends unsettled, not verified, after a bounded number of looks', async () => {
    let value = 10_000;
    const table = new FollowedTable(
      ROWS,
      () => [{ key: 3, value: value++ }],
      () => 0,
    );
    table.green.set(3, -1);
    jest.spyOn(table, 'pass').mockResolvedValue();
    const result = await compare(table);
    expect(result).toMatchObject({ verdict: 'unsettled', differences: [] });
    expect(table.asked).toBeLessThan(100);
  });
});

describe('a table', () => {
  const still = (): FollowedTable => new FollowedTable(ROWS, quiet, () => 9);

  it('of which nothing is left on green is cut short at the number of rows to list', async () => {
    const table = still();
    table.green.clear();
    const result = await compare(table, { settings: { chunkMs: 500, sample: 1, keylessRows: 0, most: 3 } });
    expect(result).toMatchObject({ verdict: 'differs', isCut: true });
    expect(result.differences).toHaveLength(3);
  });

  it('with rows beyond the last one of the source differs', async () => {
    const table = still();
    table.green.set(99_999, 1);
    expect((await compare(table)).differences).toEqual([{ key: '99999', is: 'extra' }]);
  });

  it('is gone on with where it was left, and what was suspect is looked at again', async () => {
    const table = still();
    table.green.set(33, 9_999);
    const saved: TableProgress[] = [];
    const crash = new Error('killed');
    const onProgress = (progress: TableProgress): Promise<void> => {
      saved.push(JSON.parse(JSON.stringify(progress)) as TableProgress);
      return saved.length === 3 ? Promise.reject(crash) : Promise.resolve();
    };
    await expect(compare(table, { onProgress })).rejects.toBe(crash);
    const from = saved.at(-1);
    const result = await compare(table, { from });
    expect(result).toMatchObject({ verdict: 'differs', rows: 400, differences: [{ key: '33', is: 'changed' }] });
    // What was being written, and where new rows come, is kept for a look inside the fence.
    const kept = result.recent ?? [];
    expect(kept[0]?.upTo).toBeNull();
    expect(kept.slice(1).map(({ after, upTo }) => Number(after?.[0] ?? -1) < 33 && Number(upTo?.[0]) >= 33)).toEqual([
      true,
    ]);
    expect(result.chunks).toBe((await compare(table)).chunks);
  });

  it('is compared in part with --sample, the last chunk always', async () => {
    const settings = { chunkMs: 0.001, sample: 0.25, keylessRows: 0, most: 3 };
    const { share, rows, chunks } = await compare(still(), { settings });
    expect([chunks > 4, share > 0.2 && share < 0.6, rows < 300]).toEqual([true, true, true]);
  });

  it('without a key is read whole, or not at all when it is large', async () => {
    const table = Object.assign(still(), { hasKey: false });
    expect(await compare(table)).toMatchObject({ verdict: 'verified', method: 'whole', chunks: 1 });
    const settings = { chunkMs: 500, sample: 1, keylessRows: 100, most: 3 };
    expect(await compare(table, { settings })).toMatchObject({ verdict: 'no-key', method: 'none', rows: 0 });
  });

  it('that MySQL will not read is skipped with its reason, and a lost server ends the run', async () => {
    const failing = (code: string): FollowedTable => {
      const table = still();
      jest.spyOn(table, 'sum').mockRejectedValue(new UpgradeError('no', { code, source: 'mysql' }));
      return table;
    };
    expect(await compare(failing('mysql-1146'))).toMatchObject({ verdict: 'skipped', reason: 'no' });
    await expect(compare(failing('mysql-connection-lost'))).rejects.toThrow('no');
  });

  it('has smaller chunks when the server ended one that took too long', async () => {
    const table = still();
    const real = table.sum.bind(table);
    jest.spyOn(table, 'sum').mockImplementation(async (side, range) => {
      const sum = await real(side, range);
      if (sum.rows > 500) throw new UpgradeError('slow', { code: 'mysql-3024', source: 'mysql' });
      return sum;
    });
    for (let key = 2_000; key < 6_000; key++) {
      table.blue.set(key, 1);
      table.green.set(key, 1);
    }
    expect(await compare(table, { from: { ...BEGINNING, size: 4_000 } })).toMatchObject({
      verdict: 'verified',
      rows: 4_400,
    });
  });
});

describe('the size of chunks', () => {
  it.each([
    [1_000, 1_000, 500, 1_000],
    [1_000, 1_000, 5_000, 250],
    [1_000, 1_000, 1_000, 500],
    [1_000, 1_000, 10, 3_250],
    [1_000, 30, 10, 1_000],
    [200, 200, 60_000, 100],
  ])('of %i rows, %i of them read in %i ms, becomes %i', (size, rows, ms, next) => {
    expect(nextChunkRows(size, rows, ms, 500)).toBe(next);
  });
});
