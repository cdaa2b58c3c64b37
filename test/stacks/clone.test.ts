import { BLUE, FACTS, makeConfig, makeState } from './fixtures';
import { addressesOf, resourceOf, synthesise } from './synth';

const RESTORE = {
  source_cluster_identifier: 'orders',
  restore_type: 'copy-on-write',
  use_latest_restorable_time: true,
};
const config = makeConfig({ green: { source: 'clone' } });
const seenGreen = makeState({ facts: { ...FACTS, green: { ...BLUE, clusterId: 'orders-green' } } });

describe('a clone of another major version', () => {
  test("starts at blue's version with blue's groups, because RDS clones nothing else", () => {
    const stack = synthesise(config, makeState());
    expect(addressesOf(stack)).not.toContain('aws_db_cluster_snapshot.blue');
    expect(stack.output['snapshot']).toBeUndefined();
    const green = resourceOf(stack, 'aws_rds_cluster.green');
    expect(green).toMatchObject({
      restore_to_point_in_time: RESTORE,
      engine_version: '5.7.mysql_aurora.2.12.4',
      db_cluster_parameter_group_name: 'orders-cluster-5-7',
    });
    expect(green).not.toHaveProperty('allow_major_version_upgrade');
    expect(green).not.toHaveProperty('snapshot_identifier');
    expect(resourceOf(stack, 'aws_rds_cluster_instance.writer')['db_parameter_group_name']).toBe('orders-instance-5-7');
  });

  test('is upgraded in place once the tool has seen it, with both new groups named in one call', () => {
    const stack = synthesise(config, seenGreen);
    expect(resourceOf(stack, 'aws_rds_cluster.green')).toMatchObject({
      restore_to_point_in_time: RESTORE,
      engine_version: '8.0.mysql_aurora.3.08.2',
      db_cluster_parameter_group_name: '${aws_rds_cluster_parameter_group.cluster.name}',
      allow_major_version_upgrade: true,
      db_instance_parameter_group_name: '${aws_db_parameter_group.instance.name}',
    });
    expect(resourceOf(stack, 'aws_rds_cluster_instance.writer')['db_parameter_group_name']).toBe(
      '${aws_db_parameter_group.instance.name}',
    );
  });

  test('does not ignore its engine version, which is what the second deploy changes', () => {
    const { lifecycle } = resourceOf(synthesise(config, makeState()), 'aws_rds_cluster.green');
    expect((lifecycle as { ignore_changes: string[] }).ignore_changes).toEqual([
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
    ]);
  });
});

test('a clone of the same family has its own groups from the first deploy', () => {
  const parameters = { family: 'aurora-mysql5.7', cluster: [], instance: [], notCarried: [] };
  const sameFamily = makeConfig({ green: { source: 'clone', engineVersion: '5.7.mysql_aurora.2.12.5' } });
  const first = resourceOf(
    synthesise(sameFamily, makeState({ facts: { blue: BLUE, parameters } })),
    'aws_rds_cluster.green',
  );
  expect(first).toMatchObject({
    engine_version: '5.7.mysql_aurora.2.12.4',
    db_cluster_parameter_group_name: '${aws_rds_cluster_parameter_group.cluster.name}',
  });
  const second = resourceOf(
    synthesise(sameFamily, makeState({ facts: { blue: BLUE, green: BLUE, parameters } })),
    'aws_rds_cluster.green',
  );
  expect(second['engine_version']).toBe('5.7.mysql_aurora.2.12.5');
  expect(second).not.toHaveProperty('allow_major_version_upgrade');
});
