import type { ClusterFacts, UpgradeState } from '../../actions/state/format';
import { BLUE, FACTS, makeConfig, makeState } from './fixtures';
import { addressesOf, buildStack, resourceOf, STATE_FILE, synthesise } from './synth';

const TAGS = { 'aurora-cutover': 'orders-v3', team: 'orders' };
const stack = synthesise(makeConfig({ tags: { team: 'orders' } }), makeState());

describe('the stack of a snapshot upgrade', () => {
  test('declares one of everything', () => {
    expect(addressesOf(stack)).toEqual([
      'aws_db_cluster_snapshot.blue',
      'aws_db_parameter_group.instance',
      'aws_rds_cluster.green',
      'aws_rds_cluster_instance.writer',
      'aws_rds_cluster_parameter_group.cluster',
      'aws_vpc_security_group_ingress_rule.replication',
    ]);
  });

  test('keeps the snapshot when the stack is destroyed', () => {
    expect(resourceOf(stack, 'aws_db_cluster_snapshot.blue')).toEqual({
      db_cluster_identifier: 'orders',
      db_cluster_snapshot_identifier: 'orders-v3-before-upgrade',
      lifecycle: { prevent_destroy: true },
      tags: TAGS,
    });
  });

  test('restores green from the snapshot at the target version, placed and encrypted like blue', () => {
    expect(resourceOf(stack, 'aws_rds_cluster.green')).toEqual({
      cluster_identifier: 'orders-green',
      engine: 'aurora-mysql',
      engine_version: '8.0.mysql_aurora.3.08.2',
      snapshot_identifier: '${aws_db_cluster_snapshot.blue.id}',
      db_cluster_parameter_group_name: '${aws_rds_cluster_parameter_group.cluster.name}',
      port: 3306,
      db_subnet_group_name: 'private',
      vpc_security_group_ids: ['sg-aaa', 'sg-bbb'],
      kms_key_id: BLUE.kmsKeyId,
      storage_encrypted: true,
      backup_retention_period: 7,
      copy_tags_to_snapshot: true,
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: 'orders-green-final',
      apply_immediately: true,
      tags: TAGS,
      lifecycle: {
        prevent_destroy: true,
        ignore_changes: [
          'availability_zones',
          'cluster_members',
          'domain',
          'domain_iam_role_name',
          'enable_http_endpoint',
          'enable_local_write_forwarding',
          'performance_insights_enabled',
          'global_cluster_identifier',
          'master_password',
          'replication_source_identifier',
          'engine_version',
          'snapshot_identifier',
        ],
      },
    });
  });

  test("gives the writer blue's instance class and no upgrades of its own", () => {
    expect(resourceOf(stack, 'aws_rds_cluster_instance.writer')).toEqual({
      identifier: 'orders-green-1',
      cluster_identifier: '${aws_rds_cluster.green.id}',
      engine: '${aws_rds_cluster.green.engine}',
      instance_class: 'db.r6g.large',
      promotion_tier: 0,
      db_parameter_group_name: '${aws_db_parameter_group.instance.name}',
      auto_minor_version_upgrade: false,
      copy_tags_to_snapshot: true,
      apply_immediately: true,
      tags: TAGS,
    });
  });

  test('carries the planned parameters with their exact apply methods, and nothing else', () => {
    expect(resourceOf(stack, 'aws_rds_cluster_parameter_group.cluster')).toEqual({
      name: 'orders-green-cluster-8-0',
      family: 'aurora-mysql8.0',
      description: 'Cluster parameters of orders-green',
      parameter: [
        { name: 'binlog_format', value: 'ROW', apply_method: 'pending-reboot' },
        { name: 'character_set_server', value: 'latin1', apply_method: 'immediate' },
        { name: 'read_only', value: '1', apply_method: 'immediate' },
        { name: 'event_scheduler', value: 'OFF', apply_method: 'immediate' },
      ],
      tags: TAGS,
    });
    expect(resourceOf(stack, 'aws_db_parameter_group.instance')).toEqual({
      name: 'orders-green-instance-8-0',
      family: 'aurora-mysql8.0',
      description: 'Instance parameters of orders-green',
      parameter: [{ name: 'max_connections', value: '500', apply_method: 'immediate' }],
      tags: TAGS,
    });
  });

  test('lets the members of the shared security group reach each other on the database port only', () => {
    expect(resourceOf(stack, 'aws_vpc_security_group_ingress_rule.replication')).toEqual({
      security_group_id: 'sg-aaa',
      referenced_security_group_id: 'sg-aaa',
      ip_protocol: 'tcp',
      from_port: 3306,
      to_port: 3306,
      description: 'Replication between orders and orders-green',
      tags: TAGS,
    });
  });

  test('tells where green is', () => {
    expect(stack.output).toEqual({
      cluster_endpoint: { value: '${aws_rds_cluster.green.endpoint}' },
      reader_endpoint: { value: '${aws_rds_cluster.green.reader_endpoint}' },
      writer_instance: { value: '${aws_rds_cluster_instance.writer.identifier}' },
      cluster_parameter_group: { value: '${aws_rds_cluster_parameter_group.cluster.name}' },
      instance_parameter_group: { value: '${aws_db_parameter_group.instance.name}' },
      snapshot: { value: '${aws_db_cluster_snapshot.blue.id}' },
    });
  });

  test("uses the region of the configuration and keeps Terraform's state where it is told", () => {
    expect(stack.provider).toEqual({ aws: [{ region: 'eu-west-1' }] });
    expect(stack.terraform).toEqual({
      backend: { local: { path: STATE_FILE } },
      required_providers: { aws: { source: 'aws', version: '6.25.0' } },
    });
  });

  test('warns of every parameter that is not carried', () => {
    const { metadata } = buildStack(makeConfig(), makeState()).node;
    expect(metadata.filter(({ type }) => type === '@cdktf/warn').map(({ data }) => data as unknown)).toEqual([
      'parameter query_cache_type=1 of blue is not carried to green: removed in aurora-mysql8.0',
    ]);
  });
});

describe('options', () => {
  test('readers wait for the writer, which carries out the upgrade', () => {
    const withReaders = synthesise(
      makeConfig({
        green: { writer: { class: 'db.r6g.4xlarge' }, readers: [{}, { class: 'db.r6g.xlarge', promotionTier: 15 }] },
      }),
      makeState(),
    );
    expect(resourceOf(withReaders, 'aws_rds_cluster_instance.writer')['instance_class']).toBe('db.r6g.4xlarge');
    expect(resourceOf(withReaders, 'aws_rds_cluster_instance.reader_2')).toMatchObject({
      identifier: 'orders-green-2',
      instance_class: 'db.r6g.large',
      promotion_tier: 1,
      depends_on: ['aws_rds_cluster_instance.writer'],
    });
    expect(resourceOf(withReaders, 'aws_rds_cluster_instance.reader_3')).toMatchObject({
      identifier: 'orders-green-3',
      instance_class: 'db.r6g.xlarge',
      promotion_tier: 15,
      depends_on: ['aws_rds_cluster_instance.writer'],
    });
  });

  test('deletion is allowed only where the configuration says so', () => {
    const deletable = synthesise(
      makeConfig({ green: { deletionProtection: false, deleteSnapshotOnDestroy: true } }),
      makeState(),
    );
    expect(resourceOf(deletable, 'aws_rds_cluster.green')).toMatchObject({
      deletion_protection: false,
      skip_final_snapshot: false,
      lifecycle: { prevent_destroy: false },
    });
    expect(resourceOf(deletable, 'aws_db_cluster_snapshot.blue')['lifecycle']).toEqual({ prevent_destroy: false });
  });

  test('security groups are left alone when their rules are kept elsewhere', () => {
    const withoutRules = synthesise(makeConfig({ network: { replicationRules: false } }), makeState());
    expect(withoutRules.resource['aws_vpc_security_group_ingress_rule']).toBeUndefined();
  });

  test('an unencrypted blue without a subnet group leaves both to AWS', () => {
    const plain = Object.fromEntries(
      Object.entries(BLUE).filter(([key]) => key !== 'kmsKeyId' && key !== 'subnetGroup'),
    ) as unknown as ClusterFacts;
    const green = resourceOf(
      synthesise(makeConfig(), makeState({ facts: { ...FACTS, blue: plain } })),
      'aws_rds_cluster.green',
    );
    expect(green).not.toHaveProperty('kms_key_id');
    expect(green).not.toHaveProperty('storage_encrypted');
    expect(green).not.toHaveProperty('db_subnet_group_name');
  });
});

test('values that look like expressions of Terraform stay what they are', () => {
  const parameters = {
    family: 'aurora-mysql8.0',
    cluster: [
      {
        name: 'init_connect',
        value: "SET @a = '${x}', @b = '%{y}'",
        applyMethod: 'immediate',
        origin: 'blue',
      } as const,
    ],
    instance: [
      {
        name: 'max_connections',
        value: '{DBInstanceClassMemory/12582880}',
        applyMethod: 'immediate',
        origin: 'blue',
      } as const,
    ],
    notCarried: [],
  };
  const synthesised = synthesise(
    makeConfig({ tags: { owner: '${me}' } }),
    makeState({ facts: { ...FACTS, parameters } }),
  );
  const group = resourceOf(synthesised, 'aws_rds_cluster_parameter_group.cluster');
  expect(group['parameter']).toContainEqual({
    name: 'init_connect',
    value: "SET @a = '$${x}', @b = '%%{y}'",
    apply_method: 'immediate',
  });
  expect(group['tags']).toEqual({ 'aurora-cutover': 'orders-v3', owner: '$${me}' });
  expect(resourceOf(synthesised, 'aws_db_parameter_group.instance')['parameter']).toEqual([
    { name: 'max_connections', value: '{DBInstanceClassMemory/12582880}', apply_method: 'immediate' },
  ]);
});

describe('parameters that follow the phase', () => {
  const phaseValues = (phase: UpgradeState['phase']) => {
    const group = resourceOf(synthesise(makeConfig(), makeState({ phase })), 'aws_rds_cluster_parameter_group.cluster');
    return (group['parameter'] as { name: string; value: string }[])
      .filter(({ name }) => name === 'read_only' || name === 'event_scheduler')
      .map(({ name, value }) => `${name}=${value}`);
  };

  test.each([
    ['prepared', ['read_only=1', 'event_scheduler=OFF']],
    ['replicating', ['read_only=1', 'event_scheduler=OFF']],
    ['switched', ['read_only=0', 'event_scheduler=ON']],
    ['rolled-back', ['read_only=1', 'event_scheduler=OFF']],
    ['finalized', ['read_only=0', 'event_scheduler=ON']],
  ] as const)('%s', (phase, expected) => {
    expect(phaseValues(phase)).toEqual(expected);
  });
});
