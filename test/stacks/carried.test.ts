/** What green takes over of blue's settings, and how a state of before that is read. */
import type { CarriedSettings } from '../../actions/state/carried-settings';
import { BLUE, FACTS, makeConfig, makeState } from './fixtures';
import { resourceOf, synthesise } from './synth';

const CARRIED: CarriedSettings = {
  backupWindow: '02:10-02:40',
  maintenanceWindow: 'tue:03:30-tue:04:00',
  logExports: ['audit', 'error'],
  iamAuthentication: true,
  roles: ['arn:aws:iam::123456789012:role/load'],
  networkType: 'DUAL',
  storageType: 'aurora-iopt1',
  serverlessScaling: { minCapacity: 0.5, maxCapacity: 8, autoPauseSeconds: 600 },
  tags: { team: 'orders', note: 'costs ${money}' },
  instances: {
    maintenanceWindow: 'tue:04:30-tue:05:00',
    publiclyAccessible: true,
    caCertificate: 'rds-ca-ecc384-g1',
    monitoring: { seconds: 60, roleArn: 'arn:aws:iam::123456789012:role/monitoring' },
    performanceInsights: { retentionDays: 93, kmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/2' },
    tags: { team: 'orders-instances' },
  },
};
const PLAIN: CarriedSettings = {
  ...CARRIED,
  logExports: [],
  iamAuthentication: false,
  roles: [],
  networkType: 'IPV4',
  storageType: 'aurora',
  tags: {},
  instances: { maintenanceWindow: 'tue:04:30-tue:05:00', publiclyAccessible: false, tags: {} },
};

function stackOf(carried: CarriedSettings, tags: object = {}) {
  const { serverlessScaling: _scaling, ...plain } = PLAIN;
  const settings = carried === PLAIN ? plain : carried;
  const state = makeState({ facts: { ...FACTS, blue: { ...BLUE, carried: settings } } });
  return synthesise(makeConfig({ tags, green: { readers: [{}] } }), state);
}

test('green has the windows, logs, roles, storage, network and tags of blue', () => {
  expect(resourceOf(stackOf(CARRIED), 'aws_rds_cluster.green')).toMatchObject({
    preferred_backup_window: '02:10-02:40',
    preferred_maintenance_window: 'tue:03:30-tue:04:00',
    enabled_cloudwatch_logs_exports: ['audit', 'error'],
    iam_database_authentication_enabled: true,
    iam_roles: ['arn:aws:iam::123456789012:role/load'],
    network_type: 'DUAL',
    storage_type: 'aurora-iopt1',
    serverlessv2_scaling_configuration: { min_capacity: 0.5, max_capacity: 8, seconds_until_auto_pause: 600 },
    tags: { 'aurora-cutover': 'orders-v3', note: 'costs $${money}', team: 'orders' },
  });
});

test.each(['writer', 'reader_2'])("the %s of green is watched and reached like blue's writer", (name) => {
  expect(resourceOf(stackOf(CARRIED), `aws_rds_cluster_instance.${name}`)).toMatchObject({
    preferred_maintenance_window: 'tue:04:30-tue:05:00',
    publicly_accessible: true,
    ca_cert_identifier: 'rds-ca-ecc384-g1',
    monitoring_interval: 60,
    monitoring_role_arn: 'arn:aws:iam::123456789012:role/monitoring',
    performance_insights_enabled: true,
    performance_insights_retention_period: 93,
    performance_insights_kms_key_id: 'arn:aws:kms:eu-west-1:123456789012:key/2',
    auto_minor_version_upgrade: false,
    tags: { 'aurora-cutover': 'orders-v3', team: 'orders-instances' },
  });
});

test('tags of upgrade.yaml win, and those of blue go to nothing but its likes', () => {
  const stack = stackOf(CARRIED, { team: 'new' });
  expect(resourceOf(stack, 'aws_rds_cluster.green')['tags']).toMatchObject({ team: 'new' });
  expect(resourceOf(stack, 'aws_rds_cluster_instance.writer')['tags']).toMatchObject({ team: 'new' });
  expect(resourceOf(stack, 'aws_db_cluster_snapshot.blue')['tags']).toEqual({
    'aurora-cutover': 'orders-v3',
    team: 'new',
  });
});

test('what is off on blue is not declared', () => {
  const cluster = resourceOf(stackOf(PLAIN), 'aws_rds_cluster.green');
  const writer = resourceOf(stackOf(PLAIN), 'aws_rds_cluster_instance.writer');
  for (const name of [
    'enabled_cloudwatch_logs_exports',
    'iam_database_authentication_enabled',
    'iam_roles',
    'network_type',
    'storage_type',
    'serverlessv2_scaling_configuration',
  ])
    expect(cluster).not.toHaveProperty(name);
  for (const name of ['ca_cert_identifier', 'monitoring_interval', 'performance_insights_enabled'])
    expect(writer).not.toHaveProperty(name);
});

test('a state that knows none of it declares green as it did', () => {
  const cluster = resourceOf(synthesise(makeConfig(), makeState()), 'aws_rds_cluster.green');
  expect(cluster).not.toHaveProperty('preferred_backup_window');
  expect(cluster).not.toHaveProperty('iam_roles');
});
