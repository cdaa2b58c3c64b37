/** Endpoints of every kind over services that are played: what they see, what they send, what they never show. */
import { upgradeSchema } from '../../actions/config/schema';
import { endpointsOf } from '../../actions/cutover/endpoints/endpoints-of';
import type { Endpoint } from '../../actions/cutover/endpoints/endpoint';
import { membersOf, replaceMembers } from '../../actions/cutover/endpoints/json-members';
import { OutcomeUnknownError } from '../../actions/engine/errors';
import type { StepContext } from '../../actions/engine/step';
import type { AwsCall, DnsRecord, ProxyTarget, StoredParameter } from '../../actions/ports/aws';
import type { Command, CommandOutcome } from '../../actions/ports/command';

const WITHIN = { timeoutMs: 60_000 };
const BLUE = { clusterId: 'orders', endpoint: 'blue.internal', readerEndpoint: 'blue-ro.internal', port: 3306 };
const GREEN = {
  clusterId: 'orders-green',
  endpoint: 'green.internal',
  readerEndpoint: 'green-ro.internal',
  port: 3307,
};

interface Account {
  records?: readonly DnsRecord[];
  secret?: string;
  stages?: Readonly<Record<string, string>>;
  parameter?: StoredParameter;
  targets?: readonly ProxyTarget[];
  outcome?: CommandOutcome;
}

/** An endpoint from blue to green over an account that can be changed, and what was sent and run. */
function endpointOver(
  settings: object,
  account: Account,
): { endpoint: Endpoint; sent: AwsCall[]; ran: { command: Command; timeoutMs: number }[] } {
  const sent: AwsCall[] = [];
  const ran: { command: Command; timeoutMs: number }[] = [];
  const { endpoints } = upgradeSchema.pick({ endpoints: true }).parse({ endpoints: [settings] });
  const context = {
    config: { endpoints },
    facts: () => ({ blue: BLUE, green: GREEN }),
    aws: {
      run: (call: AwsCall) => {
        sent.push(call);
        return Promise.resolve({});
      },
      dns: { records: () => Promise.resolve(account.records ?? []) },
      secrets: {
        value: () =>
          Promise.resolve(account.secret === undefined ? undefined : { versionId: 'v1', text: account.secret }),
        stages: () => Promise.resolve(account.stages ?? { AWSCURRENT: 'v1' }),
      },
      ssm: { parameter: () => Promise.resolve(account.parameter) },
      rds: { proxyTargets: () => Promise.resolve(account.targets ?? []) },
    },
    commands: {
      run: (command: Command, { timeoutMs }: { timeoutMs: number }) => {
        ran.push({ command, timeoutMs });
        return Promise.resolve(account.outcome ?? { is: 'exited', exitCode: 0, output: '' });
      },
    },
  } as unknown as StepContext;
  const [endpoint] = endpointsOf(context, 'blue', 'green', 'switch-1');
  if (!endpoint) throw new Error('no endpoint');
  return { endpoint, sent, ran };
}

function cname(value: string, more: Partial<DnsRecord> = {}): DnsRecord {
  const plain = { name: 'db.example.com', type: 'CNAME', ttlSeconds: 60, setIdentifier: undefined, weight: undefined };
  return { ...plain, values: [value], ...more };
}

function changesOf(call: AwsCall | undefined): unknown {
  const batch = call?.input['ChangeBatch'] as { Changes: { ResourceRecordSet: unknown }[] };
  return batch.Changes.map(({ ResourceRecordSet }) => ResourceRecordSet);
}

describe('route53', () => {
  const SETTINGS = { kind: 'route53', zoneId: 'Z1', name: 'db.example.com', ttl: '5s' };
  const member = (id: string, value: string, weight: number): DnsRecord => cname(value, { setIdentifier: id, weight });

  it.each([
    ['Blue.Internal.', 'not-yet'],
    ['green.internal', 'there'],
    ['other.internal', 'elsewhere'],
  ])('sees a record at %s as %s', async (value, is) => {
    expect((await endpointOver(SETTINGS, { records: [cname(value)] }).endpoint.state(WITHIN)).is).toBe(is);
  });

  it.each<readonly [string, readonly DnsRecord[]]>([
    ['no record', []],
    ['an alias', [cname('', { type: 'A', values: [] })]],
    ['two records', [member('a', 'blue.internal', 1), member('b', 'blue.internal', 1)]],
    ['one of a weighted set', [member('a', 'blue.internal', 1)]],
    ['latency routing', [cname('blue.internal', { unsupportedRouting: 'latency' })]],
  ])('refuses %s, and says what it found', async (_what, records) => {
    await expect(endpointOver(SETTINGS, { records }).endpoint.state(WITHIN)).rejects.toMatchObject({
      code: 'endpoint-not-a-cname',
      hint: expect.stringMatching(/^Found /),
    });
  });

  it('changes the value of one record of a set and leaves its weight and health check', async () => {
    const records = [
      cname('blue.internal', { setIdentifier: 'a', weight: 7, healthCheckId: 'h' }),
      member('b', 'x', 1),
    ];
    const { endpoint, sent } = endpointOver({ ...SETTINGS, setIdentifier: 'a' }, { records });
    await endpoint.switch(WITHIN);
    expect(changesOf(sent[0])).toEqual([
      {
        Name: 'db.example.com',
        Type: 'CNAME',
        TTL: 5,
        ResourceRecords: [{ Value: 'green.internal' }],
        SetIdentifier: 'a',
        Weight: 7,
        HealthCheckId: 'h',
      },
    ]);
  });

  const WEIGHTS = { ...SETTINGS, weights: { blue: 'b', green: 'g' } };

  it.each<readonly [string, readonly DnsRecord[], string]>([
    ['100 for blue, 0 for green', [member('b', 'blue.internal', 100), member('g', 'green.internal', 0)], 'not-yet'],
    ['no record of green', [member('b', 'blue.internal', 1)], 'not-yet'],
    ['0 for blue, 100 for green', [member('b', 'blue.internal', 0), member('g', 'green.internal', 100)], 'there'],
    ['a share each', [member('b', 'blue.internal', 50), member('g', 'green.internal', 50)], 'elsewhere'],
    [
      '0 for both, which is a share each',
      [member('b', 'blue.internal', 0), member('g', 'green.internal', 0)],
      'elsewhere',
    ],
    [
      'all for a green record that leads elsewhere',
      [member('b', 'blue.internal', 0), member('g', 'x', 1)],
      'elsewhere',
    ],
  ])('sees weights of %s', async (_what, records, is) => {
    expect((await endpointOver(WEIGHTS, { records }).endpoint.state(WITHIN)).is).toBe(is);
  });

  it('turns the weights round in one change, and makes the record of green when there is none', async () => {
    const { endpoint, sent } = endpointOver(WEIGHTS, { records: [member('b', 'blue.internal', 100)] });
    await endpoint.switch(WITHIN);
    expect(sent).toHaveLength(1);
    expect(changesOf(sent[0])).toMatchObject([
      { SetIdentifier: 'b', Weight: 0, ResourceRecords: [{ Value: 'blue.internal' }] },
      { SetIdentifier: 'g', Weight: 100, ResourceRecords: [{ Value: 'green.internal' }] },
    ]);
  });

  it('refuses a third record, which would go on getting its share', async () => {
    const records = [member('b', 'blue.internal', 100), member('canary', 'c.internal', 1)];
    await expect(endpointOver(WEIGHTS, { records }).endpoint.state(WITHIN)).rejects.toMatchObject({
      hint: expect.stringContaining('set identifier canary'),
    });
  });
});

describe('secret', () => {
  const SETTINGS = { kind: 'secret', secretId: 'orders' };
  const VALUE = '{"password":"hunter2","host":"BLUE.internal","port":3306,"dbClusterIdentifier":"orders"}';

  it('replaces host, port and cluster, and nothing else', async () => {
    const { endpoint, sent } = endpointOver(SETTINGS, { secret: VALUE });
    expect(await endpoint.state(WITHIN)).toEqual({
      is: 'not-yet',
      seen: 'host, port, dbClusterIdentifier of orders',
    });
    await endpoint.switch(WITHIN);
    expect(sent[0]?.secrets).toEqual({
      SecretString: '{"password":"hunter2","host":"green.internal","port":3307,"dbClusterIdentifier":"orders-green"}',
    });
    expect(String(sent[0]?.input['ClientRequestToken'])).toMatch(/^[0-9a-f]{64}$/);
  });

  it('makes the same token for the same replacement, so that a repeated call makes no second version', async () => {
    const tokens = await Promise.all(
      [1, 2].map(async () => {
        const { endpoint, sent } = endpointOver(SETTINGS, { secret: VALUE });
        await endpoint.switch(WITHIN);
        return sent[0]?.input['ClientRequestToken'];
      }),
    );
    expect(tokens[0]).toBe(tokens[1]);
  });

  it('shows nothing of the value in its plan, its state and its errors', async () => {
    const { endpoint } = endpointOver(SETTINGS, { secret: VALUE.replace('BLUE.internal', 'private.internal') });
    const shown = JSON.stringify([await endpoint.state(WITHIN), await endpoint.changes()]);
    expect(shown).not.toMatch(/hunter2|private|SecretString/);
    const broken = endpointOver(SETTINGS, { secret: 'hunter2' }).endpoint;
    const error: unknown = await broken.state(WITHIN).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'endpoint-secret-unusable' });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  it('refuses a value without the members that upgrade.yaml names', async () => {
    const { endpoint } = endpointOver({ ...SETTINGS, values: { url: 'mysql://{host}' } }, { secret: VALUE });
    await expect(endpoint.state(WITHIN)).rejects.toMatchObject({ hint: expect.stringContaining('has no url') });
  });

  it('does not know where a secret leads while it rotates', async () => {
    const stages = { AWSCURRENT: 'v1', AWSPENDING: 'v2' };
    expect((await endpointOver(SETTINGS, { secret: VALUE, stages }).endpoint.state(WITHIN)).is).toBe('unknown');
  });

  it('tells of a version that was written between the look and the switch', async () => {
    const account: Account = { secret: VALUE };
    const { endpoint, sent } = endpointOver(SETTINGS, account);
    await endpoint.switch(WITHIN);
    const token = String(sent[0]?.input['ClientRequestToken']);
    account.stages = { AWSCURRENT: token, AWSPREVIOUS: 'v1' };
    await endpoint.settled(WITHIN);
    account.stages = { AWSCURRENT: token, AWSPREVIOUS: 'v1b' };
    await expect(endpoint.settled(WITHIN)).rejects.toMatchObject({
      code: 'secret-changed-meanwhile',
      hint: expect.stringContaining('v1b'),
    });
  });

  it('keeps everything around a member as it was written', () => {
    const text = '{ "n": 12345678901234567890,\n\t"host" : "a\\u0041" , "deep":{"host":"b"}, "path":"x\\/y" }';
    expect(membersOf(text)?.get('host')).toBe('aA');
    expect(replaceMembers(text, new Map([['host', 'c"d']]))).toBe(text.replace('"a\\u0041"', '"c\\"d"'));
    expect([membersOf('[1]'), membersOf('no'), membersOf('null')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('ssm-parameter', () => {
  const SETTINGS = { kind: 'ssm-parameter', name: '/db', value: '{host}:{port}' };
  const parameter = (value: string, more: Partial<StoredParameter> = {}): StoredParameter => ({
    type: 'String',
    value,
    version: 4,
    keyId: undefined,
    ...more,
  });

  it('writes type and key again, because without a key it would be encrypted with another one', async () => {
    const found = parameter('blue.internal:3306', { type: 'SecureString', keyId: 'alias/own' });
    const { endpoint, sent } = endpointOver(SETTINGS, { parameter: found });
    expect((await endpoint.state(WITHIN)).is).toBe('not-yet');
    await endpoint.switch(WITHIN);
    expect(sent[0]?.input).toEqual({
      Name: '/db',
      Value: 'green.internal:3307',
      Type: 'SecureString',
      Overwrite: true,
      KeyId: 'alias/own',
    });
  });

  it('shows a value only while it is an address of one of the clusters', async () => {
    const { endpoint } = endpointOver(SETTINGS, { parameter: parameter('mysql://app:hunter2@x') });
    const seen = await endpoint.state(WITHIN);
    expect(seen).toEqual({ is: 'elsewhere', seen: 'another value (version 4)' });
    expect(JSON.stringify(await endpoint.changes())).not.toContain('hunter2');
  });

  it.each([[undefined], [parameter('a,b', { type: 'StringList' })]])('refuses %j', async (found) => {
    const { endpoint } = endpointOver(SETTINGS, found ? { parameter: found } : {});
    await expect(endpoint.state(WITHIN)).rejects.toMatchObject({ code: 'endpoint-parameter-unusable' });
  });

  it('can point at the readers', async () => {
    const settings = { ...SETTINGS, target: 'reader' };
    expect(
      (await endpointOver(settings, { parameter: parameter('blue-ro.internal:3306') }).endpoint.state(WITHIN)).is,
    ).toBe('not-yet');
  });
});

describe('rds-proxy', () => {
  const SETTINGS = { kind: 'rds-proxy', proxy: 'orders' };
  const target = (clusterId: string): ProxyTarget => ({
    clusterId,
    targetId: `${clusterId}-1`,
    role: 'READ_WRITE',
    state: 'AVAILABLE',
    reason: undefined,
  });

  it.each<readonly [readonly string[], string, readonly string[]]>([
    [['orders'], 'not-yet', ['DeregisterDBProxyTargets', 'RegisterDBProxyTargets']],
    [[], 'between', ['RegisterDBProxyTargets']],
    [['orders-green'], 'there', []],
    [['orders', 'orders-green'], 'elsewhere', ['DeregisterDBProxyTargets']],
    [['other'], 'elsewhere', ['RegisterDBProxyTargets']],
  ])('sees %j as %s and would do what is left', async (clusters, is, actions) => {
    const { endpoint, sent } = endpointOver(SETTINGS, { targets: clusters.map(target) });
    expect((await endpoint.state(WITHIN)).is).toBe(is);
    await endpoint.switch(WITHIN);
    expect(sent.map(({ action }) => action)).toEqual(actions);
  });
});

describe('hook', () => {
  const SETTINGS = { kind: 'hook', name: 'lb', switch: ['./lb', 'switch'], state: ['./lb', 'state'], timeout: '3s' };
  const exited = (exitCode: number, output = ''): CommandOutcome => ({ is: 'exited', exitCode, output });

  it.each<readonly [CommandOutcome, string]>([
    [exited(0), 'there'],
    [exited(1), 'not-yet'],
    [exited(2), 'elsewhere'],
    [exited(3), 'unknown'],
    [exited(127), 'unknown'],
    [{ is: 'killed', why: 'it took longer than 3000 ms', output: '' }, 'unknown'],
    [{ is: 'not-started', why: 'ENOENT' }, 'unknown'],
  ])('takes a state of %j as %s', async (outcome, is) => {
    expect((await endpointOver(SETTINGS, { outcome }).endpoint.state(WITHIN)).is).toBe(is);
  });

  it('tells its commands where from and where to, within their time', async () => {
    const { endpoint, ran } = endpointOver(SETTINGS, {});
    await endpoint.switch(WITHIN);
    expect(ran).toEqual([
      {
        timeoutMs: 3_000,
        command: {
          program: './lb',
          args: ['switch'],
          environment: {
            AURORA_CUTOVER_ENDPOINT: 'lb',
            AURORA_CUTOVER_DIRECTION: 'cutover',
            AURORA_CUTOVER_FROM: 'blue',
            AURORA_CUTOVER_TO: 'green',
            AURORA_CUTOVER_FROM_CLUSTER: 'orders',
            AURORA_CUTOVER_FROM_HOST: 'blue.internal',
            AURORA_CUTOVER_FROM_READER_HOST: 'blue-ro.internal',
            AURORA_CUTOVER_FROM_PORT: '3306',
            AURORA_CUTOVER_TO_CLUSTER: 'orders-green',
            AURORA_CUTOVER_TO_HOST: 'green.internal',
            AURORA_CUTOVER_TO_READER_HOST: 'green-ro.internal',
            AURORA_CUTOVER_TO_PORT: '3307',
          },
        },
      },
    ]);
  });

  it('does not know what a killed switch has done, and says what a failed one said', async () => {
    const killed = endpointOver(SETTINGS, { outcome: { is: 'killed', why: 'SIGKILL', output: '' } }).endpoint;
    await expect(killed.switch(WITHIN)).rejects.toBeInstanceOf(OutcomeUnknownError);
    const failed = endpointOver(SETTINGS, { outcome: exited(9, 'no route') }).endpoint;
    await expect(failed.switch(WITHIN)).rejects.toMatchObject({
      code: 'endpoint-hook-failed',
      retryable: true,
      hint: '`./lb switch` ended with 9, and said: no route.',
    });
  });
});
