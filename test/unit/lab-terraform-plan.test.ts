import { planChange } from '../../lab/terraform/plan';
import { parameterChanges, readParameters } from '../../lab/terraform/resources/parameters';
import { readTags } from '../../lab/terraform/resources/tags';
import { RESOURCE_SCHEMAS } from '../../lab/terraform/schema/catalogue';
import { conform } from '../../lab/terraform/state';
import { decodeValue, encodeValue, UNKNOWN, type Attributes, type Value } from '../../lab/terraform/wire/values';

const SETTINGS = { region: 'eu-west-1', defaultTags: {} };
const CLUSTER = RESOURCE_SCHEMAS.aws_rds_cluster;

const cluster = (attributes: Attributes): Attributes => conform(CLUSTER, attributes);
const planCluster = (prior: Attributes | null, config: Attributes) =>
  planChange(CLUSTER, prior, cluster(config), SETTINGS);

describe('values on the wire', () => {
  test.each<[string, Value]>([
    ['null', null],
    ['a whole configuration', { name: 'green', port: 3306, isOn: true, groups: ['a', 'b'], tags: { team: 'orders' } }],
    ['unknown values at any depth', { endpoint: UNKNOWN, list: [UNKNOWN, 'known'], block: [{ value: UNKNOWN }] }],
  ])('%s come back as they were', (_, value) => {
    expect(decodeValue(encodeValue(value))).toEqual(value);
  });

  test('refined unknown values are unknown', () => {
    const refined = Buffer.from([0xc7, 0x03, 0x0c, 0x81, 0x01, 0xc2]);
    expect(decodeValue({ msgpack: refined })).toBe(UNKNOWN);
  });

  test('stored states are JSON', () => {
    expect(decodeValue({ json: Buffer.from('{"port":3306}') })).toEqual({ port: 3306 });
  });
});

describe('planning a new resource', () => {
  const { planned, replaces } = planCluster(null, { cluster_identifier: 'green', engine: 'aurora-mysql' });

  test('what AWS decides is unknown', () => {
    expect(planned).toMatchObject({ arn: UNKNOWN, endpoint: UNKNOWN, engine_version: UNKNOWN, id: UNKNOWN });
  });

  test('what is left out has its default, or nothing', () => {
    expect(planned).toMatchObject({
      copy_tags_to_snapshot: false,
      delete_automated_backups: true,
      engine_mode: 'provisioned',
      region: 'eu-west-1',
      deletion_protection: null,
      timeouts: null,
    });
  });

  test('nothing is replaced', () => {
    expect(replaces).toEqual([]);
  });
});

describe('planning a change', () => {
  const prior = cluster({
    id: 'green',
    arn: 'arn:green',
    cluster_identifier: 'green',
    engine: 'aurora-mysql',
    engine_mode: 'provisioned',
    engine_version: '8.0.mysql_aurora.3.08.2',
    region: 'eu-west-1',
    copy_tags_to_snapshot: false,
    enable_global_write_forwarding: false,
    enable_http_endpoint: false,
    enable_local_write_forwarding: false,
    delete_automated_backups: true,
    skip_final_snapshot: false,
    deletion_protection: false,
    backtrack_window: 0,
    snapshot_identifier: 'before',
    availability_zones: ['b', 'a'],
    vpc_security_group_ids: ['sg-1'],
    tags_all: {},
    master_user_secret: [],
  });
  const config: Attributes = { cluster_identifier: 'green', engine: 'aurora-mysql', snapshot_identifier: 'before' };

  test('the same configuration plans the state as it is, whatever AWS has filled in', () => {
    expect(planCluster(prior, config)).toEqual({ planned: prior, replaces: [] });
  });

  test('a set attribute changes in place', () => {
    const { planned, replaces } = planCluster(prior, { ...config, engine_version: '8.0.mysql_aurora.3.09.0' });
    expect(planned['engine_version']).toBe('8.0.mysql_aurora.3.09.0');
    expect(replaces).toEqual([]);
  });

  test.each([
    ['cluster_identifier', 'other'],
    ['snapshot_identifier', 'other'],
    ['kms_key_id', 'arn:key'],
    ['availability_zones', ['a', 'b', 'c']],
    ['restore_to_point_in_time', [{ restore_type: 'copy-on-write' }]],
  ])('another %s replaces the cluster', (name, value) => {
    expect(planCluster(prior, { ...config, [name]: value }).replaces).toEqual([name]);
  });

  test('the order of a set is no change', () => {
    expect(planCluster(prior, { ...config, availability_zones: ['a', 'b'] }).replaces).toEqual([]);
  });

  test('taking the snapshot out of the configuration keeps the cluster', () => {
    const { snapshot_identifier: _, ...without } = config;
    expect(planCluster(prior, without)).toEqual({ planned: prior, replaces: [] });
  });

  test('turning an option off by leaving it out is a change', () => {
    const protectedCluster = { ...prior, deletion_protection: true };
    expect(planCluster(protectedCluster, config).planned['deletion_protection']).toBeNull();
  });
});

describe('tags', () => {
  const settings = { region: 'eu-west-1', defaultTags: { owner: 'dba' } };
  const planTags = (tags: Value) => planChange(CLUSTER, null, cluster({ tags }), settings).planned['tags_all'];

  test("tags_all holds the provider's defaults, which a resource may override", () => {
    expect(planTags({ team: 'orders' })).toEqual({ owner: 'dba', team: 'orders' });
    expect(planTags({ owner: 'me' })).toEqual({ owner: 'me' });
    expect(planTags(null)).toEqual({ owner: 'dba' });
    expect(planTags(UNKNOWN)).toBe(UNKNOWN);
  });

  const state = { tags: { team: 'orders' }, tags_all: { owner: 'dba', team: 'orders' } };
  const found = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

  test('a read finds what was written', () => {
    expect(readTags(state, found({ owner: 'dba', team: 'orders', 'aws:internal': 'x' }))).toEqual(state);
  });

  test('a tag that somebody added by hand shows as drift', () => {
    expect(readTags(state, found({ owner: 'dba', team: 'orders', extra: '1' }))).toEqual({
      tags: { team: 'orders', extra: '1' },
      tags_all: { owner: 'dba', team: 'orders', extra: '1' },
    });
  });

  test('a resource without tags stays without', () => {
    expect(readTags({ tags: null, tags_all: {} }, [])).toEqual({ tags: null, tags_all: {} });
  });
});

describe('parameters', () => {
  const block = (name: string, value: string, method = 'immediate') => ({ name, value, apply_method: method });
  const names = (calls: readonly (readonly { ParameterName?: string | undefined }[])[]) =>
    calls.map((call) => call.map(({ ParameterName }) => ParameterName));

  test('no call carries more than 20, and methods do not mix', () => {
    const parameter = [
      ...Array.from({ length: 25 }, (_, index) => block(`p${index}`, '1')),
      ...Array.from({ length: 3 }, (_, index) => block(`q${index}`, '1', 'pending-reboot')),
    ];
    expect(parameterChanges(null, { parameter }).set.map((call) => call.length)).toEqual([20, 5, 3]);
  });

  test('what RDS accepts only together travels together', () => {
    const parameter = [block('collation_server', 'x'), block('a', '1'), block('character_set_server', 'y')];
    expect(names(parameterChanges(null, { parameter }).set)).toEqual([
      ['collation_server', 'character_set_server'],
      ['a'],
    ]);
  });

  test('only what differs is sent, and what is gone is reset', () => {
    const prior = { parameter: [block('same', '1'), block('changed', '1'), block('gone', '1')] };
    const planned = { parameter: [block('same', '1'), block('changed', '2')] };
    const { set, reset } = parameterChanges(prior, planned);
    expect(names(set)).toEqual([['changed']]);
    expect(names(reset)).toEqual([['gone']]);
  });

  test('a read tells what somebody set and what was configured to be the default, and nothing else', () => {
    const state = { parameter: [block('configured_default', '0')] };
    const found = [
      { ParameterName: 'by_hand', ParameterValue: '1', Source: 'user', ApplyMethod: 'immediate' as const },
      {
        ParameterName: 'configured_default',
        ParameterValue: '0',
        Source: 'engine-default',
        ApplyMethod: 'immediate' as const,
      },
      {
        ParameterName: 'other_default',
        ParameterValue: '0',
        Source: 'engine-default',
        ApplyMethod: 'immediate' as const,
      },
    ];
    expect(readParameters(state, found)).toEqual([block('by_hand', '1'), block('configured_default', '0')]);
  });
});
