/** The provider's resources against the lab's AWS, driven as Terraform would drive them. */
import {
  DescribeDBClustersCommand,
  DescribeDBClusterSnapshotsCommand,
  ModifyDBClusterParameterGroupCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { createProvider } from '../../lab/terraform/provider';
import { RESOURCE_SCHEMAS, type ResourceType } from '../../lab/terraform/schema/catalogue';
import { conform } from '../../lab/terraform/state';
import {
  attributesOf,
  decodeValue,
  encodeValue,
  type Attributes,
  type DynamicValue,
} from '../../lab/terraform/wire/values';
import { openAccount, REGION, SECURITY_GROUP, type Account } from './lab-terraform.account';

interface Response {
  readonly newState?: DynamicValue;
  readonly plannedState?: DynamicValue;
  readonly requiresReplace?: readonly object[];
  readonly diagnostics?: readonly { readonly summary: string }[];
}

const GREEN_VERSION = '8.0.mysql_aurora.3.08.2';
const { methods } = createProvider();
let account: Account;
let rds: RDSClient;

async function call(method: string, request: object): Promise<Response> {
  const response = (await methods[method]?.(request)) as Response | undefined;
  if (!response) throw new Error(`no method ${method}`);
  return response;
}

const valueOf = (value: DynamicValue | undefined) => attributesOf(decodeValue(value));
const problemsOf = ({ diagnostics = [] }: Response) => diagnostics.map(({ summary }) => summary);

async function plan(typeName: ResourceType, prior: Attributes | null, config: Attributes): Promise<Response> {
  const wanted = encodeValue(conform(RESOURCE_SCHEMAS[typeName], config));
  return call('PlanResourceChange', {
    typeName,
    priorState: encodeValue(prior),
    proposedNewState: wanted,
    config: wanted,
  });
}

/** Plans and applies; throws what the provider reports. */
async function apply(typeName: ResourceType, prior: Attributes | null, config: Attributes): Promise<Attributes> {
  const { plannedState } = await plan(typeName, prior, config);
  const response = await call('ApplyResourceChange', { typeName, priorState: encodeValue(prior), plannedState });
  const state = valueOf(response.newState);
  if (problemsOf(response).length > 0 || !state) throw new Error(problemsOf(response).join());
  return state;
}

async function read(typeName: ResourceType, state: Attributes): Promise<Attributes | null> {
  const response = await call('ReadResource', { typeName, currentState: encodeValue(state) });
  expect(problemsOf(response)).toEqual([]);
  return valueOf(response.newState);
}

async function destroy(typeName: ResourceType, state: Attributes): Promise<string[]> {
  const nothing = encodeValue(null);
  return problemsOf(
    await call('ApplyResourceChange', { typeName, priorState: encodeValue(state), plannedState: nothing }),
  );
}

/** The property that keeps `cdktf diff` empty: what was applied reads back as what would be planned. */
async function expectNoChange(typeName: ResourceType, state: Attributes, config: Attributes): Promise<void> {
  const seen = await read(typeName, state);
  const { plannedState, requiresReplace } = await plan(typeName, seen, config);
  expect(valueOf(plannedState)).toEqual(seen);
  expect(requiresReplace).toEqual([]);
}

beforeAll(async () => {
  account = await openAccount();
  Object.assign(process.env, account.environment);
  rds = new RDSClient({ region: REGION });
  await call('Configure', { config: encodeValue({ region: REGION, default_tags: [] }) });
});

afterAll(async () => {
  rds.destroy();
  await account.endpoint.close();
});

const SNAPSHOT = {
  db_cluster_identifier: 'orders',
  db_cluster_snapshot_identifier: 'before',
  tags: { team: 'orders' },
};
const GROUP = {
  name: 'green-cluster',
  family: 'aurora-mysql8.0',
  tags: { team: 'orders' },
  parameter: [
    { name: 'binlog_format', value: 'ROW', apply_method: 'pending-reboot' },
    { name: 'read_only', value: '1', apply_method: 'immediate' },
  ],
};
const INSTANCE_GROUP = {
  name: 'green-instance',
  family: 'aurora-mysql8.0',
  description: 'Instance parameters',
  parameter: [{ name: 'max_connections', value: '500', apply_method: 'immediate' }],
};
const CLUSTER = {
  cluster_identifier: 'green',
  engine: 'aurora-mysql',
  engine_version: GREEN_VERSION,
  snapshot_identifier: 'before',
  db_cluster_parameter_group_name: 'green-cluster',
  vpc_security_group_ids: [SECURITY_GROUP],
  backup_retention_period: 7,
  apply_immediately: true,
  final_snapshot_identifier: 'green-final',
  tags: { team: 'orders' },
};
const INSTANCE = {
  identifier: 'green-1',
  cluster_identifier: 'green',
  engine: 'aurora-mysql',
  instance_class: 'db.r6g.large',
  db_parameter_group_name: 'green-instance',
  auto_minor_version_upgrade: false,
  apply_immediately: true,
};
const RULE = {
  security_group_id: SECURITY_GROUP,
  referenced_security_group_id: SECURITY_GROUP,
  ip_protocol: 'tcp',
  from_port: 3306,
  to_port: 3306,
  description: 'Replication',
  tags: { team: 'orders' },
};

test('a whole upgrade is made, seen unchanged, changed, and unmade', async () => {
  const snapshot = await apply('aws_db_cluster_snapshot', null, SNAPSHOT);
  expect(snapshot).toMatchObject({ id: 'before', status: 'available', engine_version: '5.7.mysql_aurora.2.12.4' });
  await expectNoChange('aws_db_cluster_snapshot', snapshot, SNAPSHOT);

  const group = await apply('aws_rds_cluster_parameter_group', null, GROUP);
  expect(group).toMatchObject({ id: 'green-cluster', description: 'Managed by Terraform' });
  await expectNoChange('aws_rds_cluster_parameter_group', group, GROUP);
  const instanceGroup = await apply('aws_db_parameter_group', null, INSTANCE_GROUP);
  await expectNoChange('aws_db_parameter_group', instanceGroup, INSTANCE_GROUP);

  const cluster = await apply('aws_rds_cluster', null, CLUSTER);
  expect(cluster).toMatchObject({ id: 'green', backup_retention_period: 7, engine_version: GREEN_VERSION });
  await expectNoChange('aws_rds_cluster', cluster, CLUSTER);
  const instance = await apply('aws_rds_cluster_instance', null, INSTANCE);
  expect(instance).toMatchObject({ id: 'green-1', writer: true, engine_version_actual: GREEN_VERSION });
  await expectNoChange('aws_rds_cluster_instance', instance, INSTANCE);
  await expectNoChange('aws_rds_cluster', cluster, CLUSTER);

  const rule = await apply('aws_vpc_security_group_ingress_rule', null, RULE);
  await expectNoChange('aws_vpc_security_group_ingress_rule', rule, RULE);

  const protectedCluster = {
    ...CLUSTER,
    deletion_protection: true,
    backup_retention_period: 14,
    tags: { team: 'billing' },
  };
  const changed = await apply('aws_rds_cluster', await read('aws_rds_cluster', cluster), protectedCluster);
  expect(changed).toMatchObject({ deletion_protection: true, backup_retention_period: 14, tags: { team: 'billing' } });
  await expectNoChange('aws_rds_cluster', changed, protectedCluster);
  const bigger = { ...INSTANCE, instance_class: 'db.r6g.xlarge', promotion_tier: 3 };
  const grown = await apply('aws_rds_cluster_instance', instance, bigger);
  expect(grown).toMatchObject({ instance_class: 'db.r6g.xlarge', promotion_tier: 3 });
  const widened = { ...RULE, to_port: 3307, tags: {} };
  const rewritten = await apply('aws_vpc_security_group_ingress_rule', rule, widened);
  expect(rewritten).toMatchObject({ id: rule['id'], to_port: 3307, tags_all: {} });
  await expectNoChange('aws_vpc_security_group_ingress_rule', rewritten, widened);

  expect(await destroy('aws_rds_cluster_instance', grown)).toEqual([]);
  expect(await destroy('aws_rds_cluster', changed)).toEqual([
    expect.stringMatching(/^deleting RDS Cluster \(green\): .*deletion protection/),
  ]);
  const unprotected = await apply('aws_rds_cluster', changed, CLUSTER);
  expect(await destroy('aws_rds_cluster', unprotected)).toEqual([]);
  expect(await read('aws_rds_cluster', unprotected)).toBeNull();
  const { DBClusterSnapshots: left } = await rds.send(new DescribeDBClusterSnapshotsCommand({}));
  expect(left?.map(({ DBClusterSnapshotIdentifier: id }) => id).sort()).toEqual(['before', 'green-final']);

  expect(await destroy('aws_db_cluster_snapshot', snapshot)).toEqual([]);
  expect(await destroy('aws_rds_cluster_parameter_group', group)).toEqual([]);
  expect(await destroy('aws_db_parameter_group', instanceGroup)).toEqual([]);
  expect(await destroy('aws_vpc_security_group_ingress_rule', rewritten)).toEqual([]);
  expect(await destroy('aws_vpc_security_group_ingress_rule', rewritten)).toEqual([]);
});

test('a parameter changed by hand is seen, and the next apply sets it back', async () => {
  const config = { ...GROUP, name: 'drift' };
  const state = await apply('aws_rds_cluster_parameter_group', null, config);
  await rds.send(
    new ModifyDBClusterParameterGroupCommand({
      DBClusterParameterGroupName: 'drift',
      Parameters: [
        { ParameterName: 'read_only', ParameterValue: '0', ApplyMethod: 'immediate' },
        { ParameterName: 'event_scheduler', ParameterValue: 'ON', ApplyMethod: 'immediate' },
      ],
    }),
  );
  const seen = await read('aws_rds_cluster_parameter_group', state);
  expect(seen?.['parameter']).toEqual(
    expect.arrayContaining([
      { name: 'binlog_format', value: 'ROW', apply_method: 'pending-reboot' },
      { name: 'event_scheduler', value: 'ON', apply_method: 'immediate' },
      { name: 'read_only', value: '0', apply_method: 'immediate' },
    ]),
  );
  const back = await apply('aws_rds_cluster_parameter_group', seen, config);
  await expectNoChange('aws_rds_cluster_parameter_group', back, config);
});

test('a clone starts at the version of its source and is upgraded in place', async () => {
  await apply('aws_rds_cluster_parameter_group', null, { ...GROUP, name: 'clone-cluster' });
  await apply('aws_db_parameter_group', null, { ...INSTANCE_GROUP, name: 'clone-instance' });
  const { snapshot_identifier: _, ...base } = CLUSTER;
  const config = {
    ...base,
    cluster_identifier: 'clone',
    engine_version: '5.7.mysql_aurora.2.12.4',
    db_cluster_parameter_group_name: 'default.aurora-mysql5.7',
    restore_to_point_in_time: [
      {
        restore_to_time: null,
        restore_type: 'copy-on-write',
        source_cluster_identifier: 'orders',
        source_cluster_resource_id: null,
        use_latest_restorable_time: true,
      },
    ],
  };
  const cluster = await apply('aws_rds_cluster', null, config);
  const instanceConfig = {
    ...INSTANCE,
    identifier: 'clone-1',
    cluster_identifier: 'clone',
    db_parameter_group_name: 'default.aurora-mysql5.7',
  };
  const instance = await apply('aws_rds_cluster_instance', null, instanceConfig);
  await expectNoChange('aws_rds_cluster', cluster, config);

  const upgrade = {
    ...config,
    engine_version: GREEN_VERSION,
    allow_major_version_upgrade: true,
    db_cluster_parameter_group_name: 'clone-cluster',
    db_instance_parameter_group_name: 'clone-instance',
  };
  const upgraded = await apply('aws_rds_cluster', await read('aws_rds_cluster', cluster), upgrade);
  expect(upgraded).toMatchObject({ engine_version: GREEN_VERSION, engine_version_actual: GREEN_VERSION });
  await expectNoChange('aws_rds_cluster', upgraded, upgrade);
  const upgradedInstance = { ...instanceConfig, db_parameter_group_name: 'clone-instance' };
  await expectNoChange('aws_rds_cluster_instance', instance, upgradedInstance);
});

describe('failures', () => {
  test('an error of AWS says what was tried and which code came back', async () => {
    await expect(
      apply('aws_db_cluster_snapshot', null, { ...SNAPSHOT, db_cluster_identifier: 'nobody' }),
    ).rejects.toThrow(/^creating RDS DB Cluster Snapshot \(before\): DBClusterNotFoundFault: /);
  });

  test('a resource that fails half-way is remembered, so that Terraform can remove it', async () => {
    const typeName = 'aws_rds_cluster_parameter_group';
    const parameter = [{ name: 'no_such_parameter', value: '1', apply_method: 'immediate' }];
    const { plannedState } = await plan(typeName, null, { ...GROUP, name: 'half', parameter });
    const response = await call('ApplyResourceChange', { typeName, priorState: encodeValue(null), plannedState });
    expect(problemsOf(response)).toEqual([expect.stringMatching(/^modifying DB Cluster Parameter Group \(half\): /)]);
    expect(valueOf(response.newState)).toMatchObject({ id: 'half', name: 'half', arn: null });
  });

  test('a cluster that is gone is no longer in the state', async () => {
    const { DBClusters } = await rds.send(new DescribeDBClustersCommand({}));
    expect(DBClusters?.map(({ DBClusterIdentifier: id }) => id)).not.toContain('ghost');
    const state = conform(RESOURCE_SCHEMAS.aws_rds_cluster, { id: 'ghost' });
    expect(await read('aws_rds_cluster', state)).toBeNull();
  });

  test('a rule needs exactly one source', async () => {
    const config = encodeValue(conform(RESOURCE_SCHEMAS.aws_vpc_security_group_ingress_rule, { ip_protocol: 'tcp' }));
    const response = await call('ValidateResourceTypeConfig', {
      typeName: 'aws_vpc_security_group_ingress_rule',
      config,
    });
    expect(problemsOf(response)).toEqual([
      'exactly one of cidr_ipv4, cidr_ipv6, prefix_list_id, referenced_security_group_id must be configured, not 0',
    ]);
  });

  test('resource types that the lab does not need are refused by name', async () => {
    expect(problemsOf(await call('ReadResource', { typeName: 'aws_instance', currentState: encodeValue({}) }))).toEqual(
      ["the lab's provider has no resource type aws_instance"],
    );
  });
});
