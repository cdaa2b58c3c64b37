/** What is made of CloudWatch's values: verdicts, lines, pictures, gates. */
import { upgradeSchema } from '../../actions/config/schema';
import { health as healthGates } from '../../actions/cutover/gates/health';
import type { GateContext } from '../../actions/cutover/gates/gate';
import { judgeSide, type Health, type HealthPoint, type MetricHealth } from '../../actions/health/health';
import { HEALTH_METRICS } from '../../actions/health/metrics';
import { readHealth } from '../../actions/health/read-health';
import { paintWith } from '../../actions/view/colour';
import { sparkline } from '../../actions/view/health-sparkline';
import { renderHealth } from '../../actions/view/health-text';
import { healthTable } from '../../actions/view/report/health';
import { renderHealthCharts } from '../../actions/view/report/health-charts';
import { UpgradeError } from '../../actions/engine/errors';
import { CONFIG } from './checks.fixture';

const TO = new Date('2026-01-02T03:30:00.000Z');

function points(...values: readonly (number | undefined)[]): readonly HealthPoint[] {
  return values.flatMap((value, index) =>
    value === undefined ? [] : [{ at: new Date(TO.getTime() - (values.length - index) * 60_000).toISOString(), value }],
  );
}

describe('a verdict', () => {
  const judged = (limitIs: 'at most' | 'at least', values: readonly HealthPoint[], limit?: number): string =>
    judgeSide({ limitIs }, values, limit, TO).verdict;

  it('is of the newest value, and the limit itself is within', () => {
    expect(judged('at most', points(99, 80), 80)).toBe('ok');
    expect(judged('at most', points(10, 80.1), 80)).toBe('beyond');
    expect(judged('at least', points(256), 256)).toBe('ok');
    expect(judged('at least', points(255), 256)).toBe('beyond');
    expect(judged('at most', points(1e12), undefined)).toBe('no limit');
  });

  it('is no verdict without a value of the last ten minutes, or of a lag that Aurora does not know', () => {
    expect(judged('at most', [], 80)).toBe('no data');
    const eleven = points(99, ...Array.from({ length: 10 }, () => undefined));
    expect(judged('at most', eleven, 80)).toBe('no data');
    expect(judgeSide({ limitIs: 'at most' }, eleven, 80, TO)).toMatchObject({ latest: null, worst: 99 });
    expect(judgeSide({ limitIs: 'at most' }, points(3, -1), 60, TO)).toMatchObject({ verdict: 'not known', worst: 3 });
  });

  it('knows the worst by which way the limit goes', () => {
    expect(judgeSide({ limitIs: 'at most' }, points(1, 9, 4), 5, TO).worst).toBe(9);
    expect(judgeSide({ limitIs: 'at least' }, points(7, 2, 4), 5, TO).worst).toBe(2);
    expect(judgeSide({ limitIs: 'at least' }, [], 5, TO).worst).toBeNull();
  });
});

describe('reading', () => {
  const context = (series: (names: readonly string[]) => readonly (readonly { at: Date; value: number }[])[]) => ({
    config: CONFIG,
    clock: { now: () => TO, monotonicMs: () => 0, sleep: () => Promise.resolve() },
    signal: new AbortController().signal,
    aws: {
      metrics: {
        series: (queries: readonly { name: string; clusterId: string }[]) =>
          Promise.resolve(series(queries.map(({ name, clusterId }) => `${name} ${clusterId}`))),
      },
    },
    mysql: {
      connect: (side: string) =>
        side === 'green'
          ? Promise.reject(new Error('unreachable'))
          : Promise.resolve({ read: () => Promise.resolve(new Map([['max_connections', '1000']])) }),
    },
  });
  const read = (series: Parameters<typeof context>[0]): Promise<Health> =>
    readHealth(context(series) as unknown as Parameters<typeof readHealth>[0]);

  it('asks once for every metric of both sides, and limits connections by the max_connections of each', async () => {
    let asked: readonly string[] = [];
    const found = await read((names) => {
      asked = names;
      return names.map((name) => [
        { at: new Date(TO.getTime() - 60_000), value: name.startsWith('Database') ? 801 : 1 },
      ]);
    });
    expect(asked).toHaveLength(2 * HEALTH_METRICS.length);
    expect(asked.slice(0, 2)).toEqual(['CPUUtilization shop', 'CPUUtilization shop-green']);
    const connections = found.metrics.find(({ name }) => name === 'DatabaseConnections');
    expect(connections).toMatchObject({
      blue: { limit: 800, verdict: 'beyond' },
      green: { limit: null, verdict: 'no limit' },
    });
  });

  it('never rejects: what AWS refuses is said with what to do', async () => {
    const found = await read(() => {
      throw new UpgradeError('AWS does not allow this call', { code: 'x', source: 'aws', hint: 'Allow it.' });
    });
    expect(found).toMatchObject({ metrics: [], failure: 'AWS does not allow this call. Allow it.' });
  });

  const gate = async (required: boolean, value: number | 'refused') => {
    const given = context((names) => {
      if (value === 'refused') throw new Error('no');
      return names.map((name) =>
        name === 'CPUUtilization shop' ? [{ at: new Date(TO.getTime() - 60_000), value }] : [],
      );
    });
    const config = { ...CONFIG, health: { ...CONFIG.health, required } };
    return (await healthGates.ask({ ...given, config } as unknown as GateContext)).map(({ name, value: said, ok }) => [
      name,
      said,
      ok,
    ]);
  };

  it('is a gate that hinders only where health is required', async () => {
    expect(await gate(false, 93)).toEqual([
      ['health of blue', 'CPU 93 % (at most 80 %)', true],
      ['health of green', 'no data', true],
    ]);
    expect((await gate(true, 93)).map(([, , ok]) => ok)).toEqual([false, false]);
    expect(await gate(true, 20)).toContainEqual(['health of blue', '1 metrics within their limits', true]);
    expect((await gate(false, 'refused')).map(([, said, ok]) => [said, ok])).toEqual([
      ['not known', true],
      ['not known', true],
    ]);
    expect((await gate(true, 'refused')).map(([, , ok]) => ok)).toEqual([false, false]);
  });
});

describe('a line of signs', () => {
  const span = { from: new Date(TO.getTime() - 8 * 60_000).toISOString(), to: TO.toISOString() };

  it('has a height for each slot, and a dot for silence', () => {
    expect(sparkline(points(0, 1, 2, 3, 4, 5, 6, 7), span, 8, 7)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline(points(7, undefined, 0, undefined, undefined, undefined, undefined, -1), span, 8, 7)).toBe(
      '█·▁·····',
    );
  });

  it('shows the worst of a slot', () => {
    expect(sparkline(points(0, 7, 0, 0, 0, 0, 0, 0), span, 4, 7)).toBe('█▁▁▁');
    expect(sparkline(points(7, 0, 7, 7, 7, 7, 7, 7), span, 4, 7, Math.min)).toBe('▁███');
  });

  it('is flat where everything is zero', () => {
    expect(sparkline(points(0, 0), span, 8, 0)).toBe('······▁▁');
  });
});

const HEALTH: Health = {
  from: new Date(TO.getTime() - 30 * 60_000).toISOString(),
  to: TO.toISOString(),
  metrics: [
    of('CPUUtilization', points(10, 40), points(20, 91), 80),
    of('FreeableMemory', points(3 * 1_073_741_824), [], 268_435_456),
    of('NetworkThroughput', points(1_572_864), points(512), undefined),
  ],
};

function of(name: string, blue: readonly HealthPoint[], green: readonly HealthPoint[], limit?: number): MetricHealth {
  const metric = HEALTH_METRICS.find((one) => one.name === name);
  if (!metric) throw new Error(name);
  const { title, unit, limitIs } = metric;
  const side = (values: readonly HealthPoint[]) => judgeSide(metric, values, limit, TO);
  return { name, title, unit, limitIs, blue: side(blue), green: side(green) };
}

describe('what people see', () => {
  it('both sides beside each other, every verdict a word', () => {
    expect(renderHealth(HEALTH, paintWith(false))).toBe(
      [
        'health              limit             blue       last 30 min      green        last 30 min',
        'CPU                 at most 80 %      40 % ok    ··············▄  91 % BEYOND  ··············█',
        'freeable memory     at least 256 MiB  3 GiB ok   ··············█  no data      ···············',
        'network to clients  none              1.5 MiB/s  ··············█  512 B/s      ··············▁',
      ].join('\n'),
    );
  });

  it('the failure instead, in one line', () => {
    const failed: Health = { ...HEALTH, metrics: [], failure: 'no\n  way' };
    expect(renderHealth(failed, paintWith(false))).toBe('health: CloudWatch could not be asked: no way');
  });

  it('the worst and a line of each side in the tables of a report', () => {
    const dots = '·'.repeat(18);
    expect(healthTable(HEALTH)[0]).toEqual(['CPU', 'at most 80 %', '40 % ok', `${dots}▂▄`, '91 % BEYOND', `${dots}▃█`]);
  });

  it('a picture of each metric that has data, the limit as a line, one scale for both sides', () => {
    const chart = renderHealthCharts(HEALTH, '2026-01-02T03:29:00.000Z');
    expect(chart.match(/class="row"/g)).toHaveLength(3);
    expect(chart.match(/class="limit"/g)).toHaveLength(2);
    expect(chart.match(/<polyline/g)).toHaveLength(2);
    expect(chart.match(/<circle/g)).toHaveLength(3);
    expect(renderHealthCharts({ ...HEALTH, metrics: [of('SwapUsage', [], [], 1)] }, HEALTH.to)).toBe('');
  });

  it('no line over a silence of more than three minutes', () => {
    const silent = points(5, undefined, undefined, undefined, 5, 5);
    const chart = renderHealthCharts({ ...HEALTH, metrics: [of('CPUUtilization', silent, [], 80)] }, HEALTH.to);
    expect([chart.match(/<circle/g)?.length, chart.match(/<polyline/g)?.length]).toEqual([1, 1]);
  });
});

it('has limits that a careful operator would choose, of which none depends on the instance class', () => {
  expect(upgradeSchema.shape.health.parse({})).toEqual({
    cpuPercent: 80,
    freeableMemoryMiB: 256,
    swapUsageMiB: 256,
    historyListLength: 100_000,
    replicaLag: 60_000,
    connectionsPercent: 80,
    required: false,
  });
});
