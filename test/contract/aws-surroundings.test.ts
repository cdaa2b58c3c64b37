/** What stands around a cluster, asked over real HTTP of the lab's endpoint. */
import { createAws } from '../../actions/adapters/aws-sdk';
import { systemClock } from '../../actions/adapters/system-clock';
import type { SurroundingsReader } from '../../actions/ports/aws';
import { createAwsEndpoint, type AwsEndpoint } from '../../lab/aws/endpoint';
import { openAwsStore } from '../../lab/aws/store';
import type { EngineHost } from '../../lab/contract';

const nothing = async (): Promise<undefined> => undefined;
const engine: EngineHost = {
  startWriter: async () => ({ backend: { host: '127.0.0.1', port: 3306 } }),
  reboot: nothing,
  applyDynamic: nothing,
  takeSnapshot: nothing,
  deleteSnapshot: nothing,
  stop: nothing,
  start: nothing,
  destroy: nothing,
  setMasterPassword: nothing,
};

describe('the surroundings of a cluster', () => {
  let endpoint: AwsEndpoint;
  let surroundings: SurroundingsReader;
  const asked: string[] = [];

  beforeAll(async () => {
    endpoint = createAwsEndpoint({
      store: openAwsStore({ region: 'eu-west-1' }),
      engine,
      network: { openEndpoint: async ({ name }) => ({ name, address: '127.30.0.10' }), closeEndpoint: nothing },
      metricSamples: async ({ name, dimensions }) => {
        asked.push(`${name} ${dimensions['DBInstanceIdentifier'] ?? ''}`);
        return name === 'RollbackSegmentHistoryListLength' ? [{ atMs: Date.now() - 60_000, value: 123_456 }] : [];
      },
    });
    const { url } = await endpoint.listen({ host: '127.0.0.1', port: 0 });
    Object.assign(process.env, { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'lab', AWS_SECRET_ACCESS_KEY: 'lab' });
    ({ surroundings } = createAws({ region: 'eu-west-1', clock: systemClock }));
  });
  afterAll(async () => {
    await endpoint.close();
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
      Reflect.deleteProperty(process.env, name);
  });

  it('may be empty', async () => {
    expect(await surroundings.proxiesOf('orders')).toEqual([]);
    expect(await surroundings.zeroEtlIntegrationsOf('arn:aws:rds:eu-west-1:1:cluster:orders')).toEqual([]);
    expect(await surroundings.customEndpointsOf('orders')).toEqual([]);
    expect(await surroundings.globalDatabaseOf('arn:aws:rds:eu-west-1:1:cluster:orders')).toBeUndefined();
  });

  it('has the instance classes of an engine version', async () => {
    const of57 = await surroundings.orderableClasses('5.7.mysql_aurora.2.12.4');
    const of80 = await surroundings.orderableClasses('8.0.mysql_aurora.3.08.2');
    expect([of57.has('db.r4.large'), of80.has('db.r4.large'), of80.has('db.r7g.large')]).toEqual([true, false, true]);
  });

  it('has the newest values of a metric, or none', async () => {
    expect(await surroundings.recentMaximum('RollbackSegmentHistoryListLength', 'orders-1')).toBe(123_456);
    expect(await surroundings.recentMaximum('NoSuchMetric', 'orders-1')).toBeUndefined();
    expect(asked).toContain('RollbackSegmentHistoryListLength orders-1');
  });
});
