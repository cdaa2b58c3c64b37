/** The values of CloudWatch's metrics, asked over real HTTP of the lab's endpoint. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAws } from '../../actions/adapters/aws-sdk';
import { systemClock } from '../../actions/adapters/system-clock';
import type { MetricQuery, MetricsReader } from '../../actions/ports/aws';
import type { AwsEndpoint } from '../../lab/aws/endpoint';
import { createAwsEndpoint } from '../../lab/aws/endpoint';
import { openAwsStore } from '../../lab/aws/store';
import { fakeEngine, fakeNetwork } from './lab-aws.fixture';

const TO = new Date('2026-01-02T04:00:00.000Z');
const FROM = new Date('2026-01-02T02:00:00.000Z');
const MINUTE = 60_000;

/** Twelve samples a minute for two hours, which count up from 0 with every minute; none of a cluster called `empty`. */
const SAMPLES = Array.from({ length: 1_440 }, (_, index) => ({
  atMs: FROM.getTime() + index * 5_000,
  value: Math.floor(index / 12) + (index % 12) / 100,
}));

let endpoint: AwsEndpoint;
let metrics: MetricsReader;

beforeAll(async () => {
  endpoint = createAwsEndpoint({
    store: openAwsStore({ region: 'eu-west-1' }),
    engine: fakeEngine().engine,
    network: fakeNetwork().network,
    metricSamples: ({ namespace, dimensions }) =>
      namespace === 'AWS/RDS' && dimensions['Role'] === 'WRITER' && dimensions['DBClusterIdentifier'] === 'orders'
        ? SAMPLES
        : [],
  });
  const { url } = await endpoint.listen({ host: '127.0.0.1', port: 0 });
  Object.assign(process.env, { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'lab', AWS_SECRET_ACCESS_KEY: 'lab' });
  ({ metrics } = createAws({ region: 'eu-west-1', clock: systemClock }));
});
afterAll(async () => {
  await endpoint.close();
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
    Reflect.deleteProperty(process.env, name);
});

function query(clusterId: string, statistic: MetricQuery['statistic'] = 'Maximum'): MetricQuery {
  return { name: 'CPUUtilization', clusterId, role: 'WRITER', statistic };
}

function calls(): number {
  return endpoint.requests().filter(({ action }) => action === 'GetMetricData').length;
}

it('come one a minute, oldest first, in the order of the queries, from all pages', async () => {
  const before = calls();
  const queries = Array.from({ length: 16 }, (_, index) => query(index === 3 ? 'empty' : 'orders'));
  const found = await metrics.series(
    [...queries, query('orders', 'Minimum')],
    { from: FROM, to: TO },
    { timeoutMs: 10_000 },
  );
  expect(found.map((points) => points.length)).toEqual(queries.map((_, index) => (index === 3 ? 0 : 120)).concat(120));
  expect(found[0]?.slice(0, 2)).toEqual([
    { at: FROM, value: 0.11 },
    { at: new Date(FROM.getTime() + MINUTE), value: 1.11 },
  ]);
  expect(found[0]?.at(-1)).toEqual({ at: new Date(TO.getTime() - MINUTE), value: 119.11 });
  expect(found[16]?.[5]).toEqual({ at: new Date(FROM.getTime() + 5 * MINUTE), value: 5 });
  // 17 metrics of 120 values: two pages of 58 and one of 4 in the lab, where AWS would send one.
  expect(calls() - before).toBe(3);
});

it('need a call for every 500 queries, no more', async () => {
  const before = calls();
  const short = { from: new Date(TO.getTime() - MINUTE), to: TO };
  const found = await metrics.series(
    Array.from({ length: 501 }, (_, index) => query(index === 500 ? 'orders' : 'empty')),
    short,
    { timeoutMs: 10_000 },
  );
  expect(found.filter((points) => points.length > 0)).toHaveLength(1);
  expect(found[500]).toEqual([{ at: short.from, value: 119.11 }]);
  expect(calls() - before).toBe(2);
});

it('are not waited for beyond their time', async () => {
  endpoint.faults.add({ match: { action: 'GetMetricData' }, effect: 'hang', times: 1 });
  const asked = metrics.series([query('orders')], { from: FROM, to: TO }, { timeoutMs: 200 });
  await expect(asked).rejects.toMatchObject({ code: 'aws-timeout' });
  endpoint.faults.clear();
});

it('leave no request open that nobody waits for', async () => {
  const silent = createServer();
  const isGone = new Promise((resolve) => silent.once('request', ({ socket }) => socket.once('close', resolve)));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const known = process.env['AWS_ENDPOINT_URL'];
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  try {
    const { metrics: unanswered } = createAws({ region: 'eu-west-1', clock: systemClock });
    const asked = unanswered.series([query('orders')], { from: FROM, to: TO }, { timeoutMs: 500 });
    await expect(asked).rejects.toMatchObject({ code: 'aws-timeout' });
    await isGone;
  } finally {
    process.env['AWS_ENDPOINT_URL'] = known;
    silent.close();
  }
});
