/** The AWS adapter, SDK and all, against the lab's endpoint: real HTTP, real signatures, AWS's own error codes. */
import { clusterTags } from '../../actions/adapters/aws-cluster-tags';
import { createAws } from '../../actions/adapters/aws-sdk';
import { systemClock } from '../../actions/adapters/system-clock';
import {
  changeRecords,
  createClusterParameterGroup,
  modifyClusterParameters,
  rebootInstance,
} from '../../actions/aws/calls';
import { OutcomeUnknownError, UpgradeError } from '../../actions/engine/errors';
import type { Aws, AwsCall } from '../../actions/ports/aws';
import { createAwsEndpoint, type AwsEndpoint } from '../../lab/aws/endpoint';
import { openAwsStore } from '../../lab/aws/store';
import type { EngineHost, LabNetwork } from '../../lab/contract';

const REGION = 'eu-west-1';
const VERSION = '8.0.mysql_aurora.3.08.2';
const limits = { timeoutMs: 5_000 };

const engine: EngineHost = {
  startWriter: async () => ({ backend: { host: '127.0.0.1', port: 3306 } }),
  reboot: async () => undefined,
  applyDynamic: async () => undefined,
  takeSnapshot: async () => undefined,
  deleteSnapshot: async () => undefined,
  stop: async () => undefined,
  start: async () => undefined,
  destroy: async () => undefined,
  setMasterPassword: async () => undefined,
};

const network: LabNetwork = {
  openEndpoint: async ({ name }) => ({ name, address: '127.30.0.9' }),
  closeEndpoint: async () => undefined,
};

describe('AWS through the adapter', () => {
  let endpoint: AwsEndpoint;
  let aws: Aws;
  let url: string;
  const store = openAwsStore({ region: REGION });

  beforeAll(async () => {
    endpoint = createAwsEndpoint({
      store,
      engine,
      network,
      timing: { clusterCreateMs: 1, instanceCreateMs: 1, changeInsyncMs: 400, rebootMs: 1 },
    });
    url = (await endpoint.listen({ host: '127.0.0.1', port: 0 })).url;
    Object.assign(process.env, { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'lab', AWS_SECRET_ACCESS_KEY: 'lab' });
    endpoint.seedBlueCluster({
      clusterId: 'orders',
      instanceIds: ['orders-1', 'orders-2'],
      engineVersion: VERSION,
      masterUsername: 'admin',
      masterPassword: 'master-pass',
    });
    await endpoint.idle();
    aws = createAws({ region: REGION, clock: systemClock });
  });
  afterAll(async () => {
    await endpoint.close();
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
      Reflect.deleteProperty(process.env, name);
  });
  afterEach(() => endpoint.faults.clear());

  const create: AwsCall = {
    service: 'rds',
    action: 'CreateDBClusterParameterGroup',
    input: {
      DBClusterParameterGroupName: 'orders-group',
      DBParameterGroupFamily: 'aurora-mysql8.0',
      Description: 'test',
    },
  };

  it('describes a cluster with its members', async () => {
    const cluster = await aws.rds.cluster('orders');
    expect(cluster).toMatchObject({
      id: 'orders',
      status: 'available',
      engine: 'aurora-mysql',
      engineVersion: VERSION,
      port: 3306,
      masterUsername: 'admin',
      parameterGroup: 'default.aurora-mysql8.0',
      subnetGroup: 'default',
      backupRetentionDays: 7,
      managedMasterPassword: false,
    });
    expect(cluster?.arn).toMatch(/^arn:aws:rds:eu-west-1:\d+:cluster:orders$/);
    expect(cluster?.endpoint).toMatch(/^orders\.cluster-/);
    expect(cluster?.readerEndpoint).toMatch(/^orders\.cluster-ro-/);
    expect(cluster?.securityGroupIds).toHaveLength(1);
    expect(cluster?.members).toEqual([
      { instanceId: 'orders-1', isWriter: true, clusterParameterStatus: 'in-sync' },
      { instanceId: 'orders-2', isWriter: false, clusterParameterStatus: 'in-sync' },
    ]);
  });

  it('describes the instances of one cluster only', async () => {
    const instances = await aws.rds.instances('orders');
    expect(instances.map(({ id, status, parameterStatus }) => ({ id, status, parameterStatus }))).toEqual([
      { id: 'orders-1', status: 'available', parameterStatus: 'in-sync' },
      { id: 'orders-2', status: 'available', parameterStatus: 'in-sync' },
    ]);
    expect(instances[0]?.createdAt).toBeInstanceOf(Date);
    expect(await aws.rds.instances('nothing')).toEqual([]);
  });

  it('answers undefined for what is not there', async () => {
    expect(await aws.rds.cluster('nothing')).toBeUndefined();
    expect(await aws.rds.engineVersion('8.0.mysql_aurora.3.99.9')).toBeUndefined();
    expect(await aws.rds.parameterGroupFamily('cluster', 'nothing')).toBeUndefined();
    expect(await aws.rds.parameterGroupFamily('instance', 'nothing')).toBeUndefined();
  });

  it('knows where a version can be upgraded to', async () => {
    const version = await aws.rds.engineVersion(VERSION);
    expect(version?.family).toBe('aurora-mysql8.0');
    expect(version?.upgradeTargets).toContainEqual({ version: '8.4.mysql_aurora.8.4.7', isMajor: true });
    expect(version?.upgradeTargets).toContainEqual({ version: '8.0.mysql_aurora.3.10.1', isMajor: false });
  });

  it('makes a parameter group, changes it and reads what somebody set', async () => {
    await aws.run(create, limits);
    for (const call of modifyClusterParameters('orders-group', [
      { name: 'binlog_format', value: 'ROW', applyMethod: 'pending-reboot' },
    ])) {
      await aws.run(call, limits);
    }
    expect(await aws.rds.parameterGroupFamily('cluster', 'orders-group')).toBe('aurora-mysql8.0');
    expect(await aws.rds.parameters('cluster', 'orders-group', 'user')).toEqual([
      expect.objectContaining({ name: 'binlog_format', value: 'ROW', source: 'user', isModifiable: true }),
    ]);
  });

  it('reads the tags that a parameter group was made with', async () => {
    const tags = clusterTags({ region: REGION, clock: systemClock });
    expect(await tags.tagsOfParameterGroup('tagged')).toBeUndefined();
    await aws.run(createClusterParameterGroup('tagged', 'aurora-mysql8.0', 'a test', { 'a:b': 'c' }), limits);
    expect(await tags.tagsOfParameterGroup('tagged')).toEqual(new Map([['a:b', 'c']]));
    expect(await tags.tagsOfParameterGroup('orders-group')).toEqual(new Map());
  });

  it('follows every page of parameters, of a group and of a family', async () => {
    for (const level of ['cluster', 'instance'] as const) {
      const defaults = await aws.rds.familyDefaults(level, 'aurora-mysql8.0');
      const names = new Set(defaults.map(({ name }) => name));
      expect(defaults.length).toBeGreaterThan(30);
      expect(names.size).toBe(defaults.length);
      const all = await aws.rds.parameters(level, 'default.aurora-mysql8.0', 'all');
      expect(all.map(({ name }) => name).sort()).toEqual([...names].sort());
    }
  });

  it('reads events back to two weeks ago, oldest first, over all pages', async () => {
    const hours = (count: number) => new Date(Date.now() - count * 3_600_000).toISOString();
    const event = {
      sourceType: 'db-instance',
      sourceId: 'orders-1',
      sourceArn: 'arn:aws:rds:x',
      categories: [],
    } as const;
    store.document.events.push(
      { ...event, at: hours(2), message: 'later' },
      { ...event, at: hours(300), message: 'early' },
    );
    store.document.events.push({ ...event, at: hours(1), sourceId: 'orders-2', message: 'of another' });
    const messages = (await aws.rds.instanceEvents('orders-1')).map(({ message }) => message);
    expect(messages.slice(0, 2)).toEqual(['early', 'later']);
    expect(messages).not.toContain('of another');
    const many = Array.from({ length: 230 }, (_, index) => `event ${index}`);
    store.document.events.push(...many.map((message) => ({ ...event, at: hours(0), message })));
    const found = (await aws.rds.instanceEvents('orders-1')).map(({ message }) => message);
    expect(many.every((message) => found.includes(message))).toBe(true);
  });

  it('changes a record and follows the change until it is everywhere', async () => {
    const zone = endpoint.seedHostedZone({ name: 'example.internal' });
    const record = {
      name: 'db.example.internal',
      type: 'CNAME',
      ttlSeconds: 5,
      values: [],
      setIdentifier: undefined,
      weight: undefined,
    };
    await aws.run(changeRecords(zone.id, [{ ...record, values: ['blue.example.internal'] }]), limits);
    const { changeId } = await aws.run(
      changeRecords(zone.id, [{ ...record, values: ['green.example.internal'] }]),
      limits,
    );
    expect(await aws.dns.records(zone.id, 'DB.example.internal.')).toEqual([
      { ...record, values: ['green.example.internal'] },
    ]);
    expect(await aws.dns.records(zone.id, 'other.example.internal')).toEqual([]);
    expect(await aws.dns.changeStatus(String(changeId))).toBe('PENDING');
    await endpoint.idle();
    expect(await aws.dns.changeStatus(String(changeId))).toBe('INSYNC');
  });

  it('finds the records of one name among others', async () => {
    const zone = endpoint.seedHostedZone({ name: 'many.internal' });
    const one = { type: 'CNAME', ttlSeconds: 5, values: [], setIdentifier: undefined, weight: undefined };
    for (const name of ['a.many.internal', 'db.many.internal', 'z.many.internal']) {
      await aws.run(changeRecords(zone.id, [{ ...one, name, values: ['x.many.internal'] }]), limits);
    }
    expect((await aws.dns.records(zone.id, 'db.many.internal')).map(({ name }) => name)).toEqual(['db.many.internal']);
  });

  it('reads credentials from a secret and never quotes a secret that it cannot read', async () => {
    const good = endpoint.seedSecret({ name: 'good', secretString: '{"username":"admin","password":"pw"}' });
    const bad = endpoint.seedSecret({ name: 'bad', secretString: 'hunter2' });
    expect(await aws.secrets.credentials(good.arn)).toEqual({ user: 'admin', password: 'pw' });
    const error = await rejection(aws.secrets.credentials(bad.arn));
    expect(error).toMatchObject({ code: 'secret-unusable', source: 'user' });
    expect(JSON.stringify([error.message, error.hint, error.stack])).not.toContain('hunter2');
  });

  it('says who is calling', async () => {
    expect(await aws.callerArn()).toMatch(/^arn:aws:/);
  });

  describe('when AWS does not do as asked', () => {
    it('names the missing permission', async () => {
      endpoint.faults.add({ match: { action: 'DescribeDBClusters' }, effect: 'denied', times: 9 });
      const error = await rejection(aws.rds.cluster('orders'));
      expect(error).toMatchObject({ code: 'aws-access-denied', source: 'aws', retryable: false });
      expect(error.hint).toContain('the permission rds:DescribeDBClusters');
      endpoint.faults.add({ match: { action: 'RebootDBInstance' }, effect: 'denied', times: 9 });
      expect((await rejection(aws.run(rebootInstance('orders-1'), limits))).hint).toContain('rds:RebootDBInstance');
    });

    it('says what AWS said when it refuses a change', async () => {
      const error = await rejection(aws.run(rebootInstance('nothing'), limits));
      expect(error).not.toBeInstanceOf(OutcomeUnknownError);
      expect(error).toMatchObject({ code: 'aws-DBInstanceNotFoundFault', source: 'aws' });
      expect(error.hint).toMatch(/nothing/);
    });

    it('asks again, and sends a change again, when it was throttled', async () => {
      endpoint.faults.add({ match: { action: 'DescribeDBClusters' }, effect: 'throttle', times: 2 });
      expect((await aws.rds.cluster('orders'))?.id).toBe('orders');
      endpoint.faults.add({ match: { action: 'RebootDBInstance' }, effect: 'throttle', times: 2 });
      await aws.run(rebootInstance('orders-2'), limits);
      await endpoint.idle();
      endpoint.faults.add({ match: { action: 'RebootDBInstance' }, effect: 'throttle', times: 99 });
      expect(await rejection(aws.run(rebootInstance('orders-2'), limits))).toMatchObject({ code: 'aws-throttled' });
    });

    it.each(['reply-lost', 'error500', 'hang'] as const)(
      'sends a change once and calls its outcome unknown: %s',
      async (effect) => {
        const group = { ...create, input: { ...create.input, DBClusterParameterGroupName: `group-${effect}` } };
        endpoint.faults.add({ match: { action: 'CreateDBClusterParameterGroup' }, effect, times: 1 });
        const before = endpoint.requests().length;
        expect(await rejection(aws.run(group, { timeoutMs: 1_000 }))).toBeInstanceOf(OutcomeUnknownError);
        expect(endpoint.requests().length - before).toBe(1);
        expect(await aws.rds.parameterGroupFamily('cluster', `group-${effect}`)).toBe(
          effect === 'reply-lost' ? 'aurora-mysql8.0' : undefined,
        );
      },
    );

    it('calls the outcome unknown when a change is interrupted, and sends nothing when it was before', async () => {
      const abort = new AbortController();
      endpoint.faults.add({ match: { action: 'RebootDBInstance' }, effect: 'hang', times: 1 });
      const running = rejection(aws.run(rebootInstance('orders-1'), { timeoutMs: 20_000, signal: abort.signal }));
      while (endpoint.requests().at(-1)?.outcome !== 'hang') await systemClock.sleep(5);
      abort.abort(new Error('Ctrl-C'));
      expect(await running).toBeInstanceOf(OutcomeUnknownError);
      const before = endpoint.requests().length;
      await expect(aws.run(rebootInstance('orders-1'), { timeoutMs: 5_000, signal: abort.signal })).rejects.toThrow(
        'Ctrl-C',
      );
      expect(endpoint.requests().length).toBe(before);
    });

    it('knows that nothing was done when there was no connection', async () => {
      process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
      try {
        const unreachable = createAws({ region: REGION, clock: systemClock });
        const error = await rejection(unreachable.run(rebootInstance('orders-1'), limits));
        expect(error).not.toBeInstanceOf(OutcomeUnknownError);
        expect(error).toMatchObject({ code: 'aws-unreachable', retryable: true });
        expect(await rejection(unreachable.rds.cluster('orders'))).toMatchObject({ code: 'aws-unreachable' });
      } finally {
        process.env['AWS_ENDPOINT_URL'] = url;
      }
    });

    it('knows no calls that AWS does not have', async () => {
      const error = await rejection(aws.run({ service: 'rds', action: 'RestartTheWorld', input: {} }, limits));
      expect(error).toMatchObject({ code: 'aws-unknown-action', source: 'tool' });
    });
  });
});

async function rejection(work: Promise<unknown>): Promise<UpgradeError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UpgradeError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
