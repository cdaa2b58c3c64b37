/** AUTO_INCREMENT of both sides, over servers that answer from a list. */
import { compareCounters } from '../../actions/verify/compare-counters';
import type { MysqlServer, Query, Side } from '../../actions/ports/mysql-server';

/** By table of the schema `app`: what its next row would get; each look at a table takes the first of several. */
type Counters = Readonly<Record<string, number[]>>;

function serverOf(side: Side, counters: Counters): MysqlServer {
  const answer = (sql: string, name: string): readonly Record<string, string>[] => {
    if (name === 'counted-tables') return Object.keys(counters).map((t) => ({ s: 'app', t, c: 'id' }));
    const table = /FROM `app`\.`(.*)`$|TABLE `app`\.`(.*)`$/.exec(sql);
    const left = counters[(table?.[1] ?? table?.[2] ?? '').replaceAll('``', '`')] ?? [];
    if (name === 'largest-number') return [{ m: '1' }];
    return [{ 'Create Table': `CREATE TABLE x (\n  id int\n) ENGINE=InnoDB AUTO_INCREMENT=${left[0] ?? 0}` }].map(
      (row) => {
        if (left.length > 1) left.shift();
        return row;
      },
    );
  };
  const read = <T>({ sql, name, parse }: Query<T>): Promise<T> => Promise.resolve(parse(answer(sql, name)));
  return { side, version: '8.0.36', read } as unknown as MysqlServer;
}

async function compare(blue: Counters, green: Counters) {
  let passes = 0;
  const pass = (): Promise<void> => Promise.resolve(void (passes += 1));
  const limits = () => ({ timeoutMs: 1_000 });
  const servers = { blue: serverOf('blue', blue), green: serverOf('green', green) };
  const { differences } = await compareCounters({ servers, source: 'blue', pass, limits });
  return { differences, passes };
}

it('looks at two tables of a server at a time, and says how far it is', async () => {
  let running = 0;
  let most = 0;
  const told: string[] = [];
  const counters = { a: [9], b: [9], c: [9], d: [9] };
  const waiting = (side: Side): MysqlServer => {
    const server = serverOf(side, counters);
    const read = async <T>(query: Query<T>): Promise<T> => {
      if (query.name === 'counted-tables') return server.read(query, { timeoutMs: 1_000 });
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return server.read(query, { timeoutMs: 1_000 });
    };
    return { ...server, read } as unknown as MysqlServer;
  };
  const { objects, differences } = await compareCounters({
    servers: { blue: waiting('blue'), green: waiting('green') },
    source: 'blue',
    pass: () => Promise.resolve(),
    limits: () => ({ timeoutMs: 1_000 }),
    tell: (side, done, of) => told.push(`${side} ${done}/${of}`),
  });
  expect([objects, differences, most]).toEqual([4, [], 2]);
  const look = (side: Side): readonly string[] => [0, 1, 2, 3].map((done) => `${side} ${done}/4`);
  expect(told).toEqual([...look('blue'), ...look('green'), ...look('blue')]);
});

it('waits once for all tables whose numbers are still on their way, not once for each', async () => {
  const { differences, passes } = await compare({ a: [9], b: [9], c: [9] }, { a: [5, 9], b: [5, 5, 9], c: [9] });
  expect(differences).toEqual([]);
  expect(passes).toBe(3);
});

it('notes numbers whose rows never came, with a statement that can be run as it is', async () => {
  const { differences, passes } = await compare({ 'odd`one': [9], b: [9] }, { 'odd`one': [5], b: [5] });
  expect(passes).toBe(4);
  expect(differences.map(({ weight }) => weight)).toEqual(['note', 'note']);
  expect(differences[0]?.green).toContain('ALTER TABLE `app`.`odd``one` AUTO_INCREMENT = 9 there');
});
