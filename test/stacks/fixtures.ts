/** A configuration and a state as they are once blue is prepared, to be varied by the tests. */
import { upgradeSchema, type UpgradeConfig } from '../../actions/config/schema';
import { STATE_FORMAT, type ClusterFacts, type Facts, type UpgradeState } from '../../actions/state/format';

export const BLUE: ClusterFacts = {
  clusterId: 'orders',
  resourceId: 'cluster-BLUE',
  engineVersion: '5.7.mysql_aurora.2.12.4',
  family: 'aurora-mysql5.7',
  endpoint: 'orders.cluster-x.eu-west-1.rds.amazonaws.com',
  port: 3306,
  writerInstanceId: 'orders-1',
  instanceClass: 'db.r6g.large',
  serverUuid: '11111111-2222-3333-4444-555555555555',
  serverVersion: '5.7.44',
  clusterParameterGroup: 'orders-cluster-5-7',
  instanceParameterGroup: 'orders-instance-5-7',
  subnetGroup: 'private',
  securityGroupIds: ['sg-aaa', 'sg-bbb'],
  kmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/1',
  backupRetentionDays: 7,
  eventScheduler: 'ON',
};

export const FACTS: Facts = {
  blue: BLUE,
  parameters: {
    family: 'aurora-mysql8.0',
    cluster: [
      { name: 'binlog_format', value: 'ROW', applyMethod: 'pending-reboot', origin: 'tool' },
      { name: 'character_set_server', value: 'latin1', applyMethod: 'immediate', origin: 'blue' },
      { name: 'event_scheduler', value: 'ON', applyMethod: 'immediate', origin: 'blue' },
    ],
    instance: [{ name: 'max_connections', value: '500', applyMethod: 'immediate', origin: 'blue' }],
    notCarried: [{ name: 'query_cache_type', value: '1', reason: 'removed in aurora-mysql8.0' }],
  },
};

export function makeConfig(overrides: { green?: object; network?: object; tags?: object } = {}): UpgradeConfig {
  return upgradeSchema.parse({
    name: 'orders-v3',
    region: 'eu-west-1',
    blue: { cluster: 'orders' },
    endpoints: [{ kind: 'route53', zoneId: 'Z0123456789ABC', name: 'db.example.internal' }],
    ...overrides,
    green: { cluster: 'orders-green', engineVersion: '8.0.mysql_aurora.3.08.2', ...overrides.green },
  });
}

export function makeState(overrides: Partial<UpgradeState> = {}): UpgradeState {
  return {
    format: STATE_FORMAT,
    name: 'orders-v3',
    lineage: 'lineage',
    serial: 3,
    phase: 'prepared',
    facts: FACTS,
    steps: {},
    history: [],
    ...overrides,
  };
}
