/** What changed last, compared over the simulated servers of the explorer, which must be able to answer it. */
import { systemClock } from '../../actions/adapters/system-clock';
import { compareInsideFence, planComparisonInsideFence } from '../../actions/cutover/effects/compare-inside-fence';
import type { MysqlServer, Query, Side } from '../../actions/ports/mysql-server';
import { compareRecentChunks, planRecentChunks } from '../../actions/verify/recent-chunks';
import { configOf, newWorld } from '../simulation/scenario';
import { rowsFor } from '../simulation/server-queries';

const LIMITS = { timeoutMs: 1_000 };

function simulated(rows: Readonly<Record<Side, readonly string[]>>): Record<Side, MysqlServer> {
  const data = newWorld('57-97');
  const serverOf = (side: Side): MysqlServer => {
    data.servers[side].inherited = [...rows[side]];
    const read = <T>(query: Query<T>): Promise<T> =>
      Promise.resolve(query.parse(rowsFor(query, { data, side, connection: 1, pass: () => undefined })));
    const session = { read, close: () => Promise.resolve() };
    const { version } = data.servers[side];
    return { ...session, side, version, openSession: () => Promise.resolve(session) } as unknown as MysqlServer;
  };
  return { blue: serverOf('blue'), green: serverOf('green') };
}

it.each([
  ['nothing', ['b1', 'b2'], ['b1', 'b2'], []],
  ['a row that was lost', ['b1', 'b2'], ['b1'], ['id=4']],
  ['a row that was written on green', ['b1'], ['b1', 'g1'], ['id=3']],
  ['a row that was applied twice', ['b1'], ['b1', 'b1'], ['id=2']],
])('%s is found to differ', async (_, blue, green, keys) => {
  const plan = await planRecentChunks(simulated({ blue, green }), 'blue', undefined, LIMITS);
  const { differing, compared, of } = await compareRecentChunks(plan, systemClock, 1_000);
  expect([compared, of]).toEqual([1, 1]);
  expect(differing.flatMap((one) => one.keys)).toEqual(keys);
});

it('nothing is planned unless upgrade.yaml gives it time', async () => {
  const servers = simulated({ blue: ['b1'], green: ['b1'] });
  const plan = (verify: object) =>
    planComparisonInsideFence(
      { config: configOf('57-97', { verify }), emit: jest.fn(), lineage: 'l', signal: new AbortController().signal },
      servers,
      'blue',
    );
  expect(await plan({})).toBeUndefined();
  expect((await plan({ insideTheFence: '1s' }))?.chunks).toHaveLength(1);
});

it('what cannot be planned is noted, closed again, and keeps nobody from the switch', async () => {
  const servers = simulated({ blue: ['b1'], green: ['b1'] });
  const emit = jest.fn();
  const closed = jest.fn();
  const [opened] = (await planRecentChunks(servers, 'blue', undefined, LIMITS)).lanes;
  const context = {
    ...{ emit, lineage: 'l', signal: new AbortController().signal },
    config: configOf('57-97', { verify: { insideTheFence: '1s' } }),
  };
  const plan = await planComparisonInsideFence(
    context,
    {
      blue: { ...servers.blue, openSession: () => Promise.resolve({ ...opened, close: closed } as never) },
      green: { ...servers.green, openSession: () => Promise.reject(new Error('too many connections')) },
    },
    'blue',
  );
  expect(plan).toBeUndefined();
  expect(closed).toHaveBeenCalledTimes(1);
  expect(emit).toHaveBeenCalledWith(expect.objectContaining({ code: 'not-compared-inside-fence' }));
});

it('a look that cannot be taken is noted and stops nothing', async () => {
  const plan = await planRecentChunks(simulated({ blue: ['b1'], green: [] }), 'blue', undefined, LIMITS);
  const lost = { read: () => Promise.reject(new Error('the connection is gone')) };
  const lanes = plan.lanes.map(({ blue }) => ({ blue, green: lost as unknown as MysqlServer }));
  const emit = jest.fn();
  const context = {
    ...{ clock: systemClock, emit, found: { evidence: [] }, within: () => LIMITS },
    config: configOf('57-97', { verify: { insideTheFence: '1s' } }),
    signal: new AbortController().signal,
  };
  await compareInsideFence(context as unknown as Parameters<typeof compareInsideFence>[0], { ...plan, lanes });
  expect(emit).toHaveBeenCalledWith(expect.objectContaining({ code: 'not-compared-inside-fence', level: 'warning' }));
});
