import * as rds from '@aws-sdk/client-rds';
import {
  BLUE_VERSION,
  GREEN_VERSION,
  startLab,
  startLabWithBlue,
  describeCluster,
  describeInstance,
  attachClusterGroup,
  reboot,
  setParameter,
} from './lab-aws.fixture';

test('an attached group counts after the reboot, a dynamic change then without one', async () => {
  const lab = await startLabWithBlue();
  await attachClusterGroup(lab);
  await setParameter(lab, 'blue-pg', 'binlog_format', 'ROW', 'pending-reboot');
  await setParameter(lab, 'blue-pg', 'read_only', '1', 'immediate');
  await lab.aws.idle();
  expect(lab.engine.named('applyDynamic')).toEqual([]);
  expect((await describeCluster(lab, 'blue')).DBClusterMembers?.[0]?.DBClusterParameterGroupStatus).toBe(
    'pending-reboot',
  );

  await reboot(lab, 'blue-1');
  expect(lab.engine.named('reboot')).toEqual([['reboot', 'blue', { binlog_format: 'ROW', read_only: '1' }]]);
  expect((await describeCluster(lab, 'blue')).DBClusterMembers?.[0]?.DBClusterParameterGroupStatus).toBe('in-sync');

  await setParameter(lab, 'blue-pg', 'read_only', '{TrueIfReplica}', 'immediate');
  expect((await describeCluster(lab, 'blue')).DBClusterMembers?.[0]?.DBClusterParameterGroupStatus).toBe('applying');
  await lab.aws.idle();
  expect(lab.engine.named('applyDynamic')).toEqual([['applyDynamic', 'blue', { read_only: '{TrueIfReplica}' }]]);
  expect((await describeCluster(lab, 'blue')).DBClusterMembers?.[0]?.DBClusterParameterGroupStatus).toBe('in-sync');
});

test('the status says applying until the last of several quick changes has arrived', async () => {
  const lab = await startLabWithBlue();
  await attachClusterGroup(lab);
  await reboot(lab, 'blue-1');
  const statusWhenApplied: (string | undefined)[] = [];
  lab.engine.engine.applyDynamic = async () => {
    statusWhenApplied.push((await describeCluster(lab, 'blue')).DBClusterMembers?.[0]?.DBClusterParameterGroupStatus);
  };
  await setParameter(lab, 'blue-pg', 'read_only', '1', 'immediate');
  await setParameter(lab, 'blue-pg', 'read_only', '0', 'immediate');
  await lab.aws.idle();
  expect(statusWhenApplied).toEqual(['applying', 'applying']);
  expect((await describeCluster(lab, 'blue')).DBClusterMembers?.[0]?.DBClusterParameterGroupStatus).toBe('in-sync');
});

test('an instance-level value wins over a newer cluster-level one', async () => {
  const lab = await startLabWithBlue();
  await attachClusterGroup(lab);
  await lab.rds.send(
    new rds.CreateDBParameterGroupCommand({
      DBParameterGroupName: 'blue-i',
      DBParameterGroupFamily: 'aurora-mysql5.7',
      Description: 'i',
    }),
  );
  await lab.rds.send(
    new rds.ModifyDBParameterGroupCommand({
      DBParameterGroupName: 'blue-i',
      Parameters: [{ ParameterName: 'read_only', ParameterValue: '0', ApplyMethod: 'immediate' }],
    }),
  );
  await lab.rds.send(
    new rds.ModifyDBInstanceCommand({ DBInstanceIdentifier: 'blue-1', DBParameterGroupName: 'blue-i' }),
  );
  await lab.aws.idle();
  expect((await describeInstance(lab, 'blue-1')).DBParameterGroups?.[0]?.ParameterApplyStatus).toBe('pending-reboot');
  await reboot(lab, 'blue-1');
  await setParameter(lab, 'blue-pg', 'read_only', '1', 'immediate');
  await lab.aws.idle();
  expect(lab.engine.named('applyDynamic')).toEqual([]);
});

test('describe pages at 100 and finds what the user set', async () => {
  const lab = await startLab();
  const create = new rds.CreateDBParameterGroupCommand({
    DBParameterGroupName: 'i57',
    DBParameterGroupFamily: 'aurora-mysql5.7',
    Description: 'x',
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  const { DBParameterGroup: group } = await lab.rds.send(create);
  await lab.rds.send(
    new rds.ModifyDBParameterGroupCommand({
      DBParameterGroupName: 'i57',
      Parameters: [{ ParameterName: 'wait_timeout', ParameterValue: '60', ApplyMethod: 'immediate' }],
    }),
  );
  const first = await lab.rds.send(new rds.DescribeDBParametersCommand({ DBParameterGroupName: 'i57' }));
  const second = await lab.rds.send(
    new rds.DescribeDBParametersCommand({ DBParameterGroupName: 'i57', Marker: first.Marker }),
  );
  expect([first.Parameters?.length, (second.Parameters?.length ?? 0) > 0, second.Marker]).toEqual([
    100,
    true,
    undefined,
  ]);
  const { Parameters: userSet } = await lab.rds.send(
    new rds.DescribeDBParametersCommand({ DBParameterGroupName: 'i57', Source: 'user' }),
  );
  expect(userSet).toMatchObject([
    {
      ParameterName: 'wait_timeout',
      ParameterValue: '60',
      Source: 'user',
      ApplyMethod: 'immediate',
      ApplyType: 'dynamic',
    },
  ]);
  const tags = await lab.rds.send(new rds.ListTagsForResourceCommand({ ResourceName: group?.DBParameterGroupArn }));
  expect(tags.TagList).toEqual([{ Key: 'a', Value: 'b' }]);
});

test.each([
  [
    'default.aurora-mysql5.7',
    'read_only',
    '1',
    'immediate',
    'InvalidParameterValue',
    'Cannot modify a default parameter group.',
  ],
  [
    'g',
    'binlog_format',
    'ROW',
    'immediate',
    'InvalidParameterCombination',
    'cannot use immediate apply method for static parameter',
  ],
  ['g', 'server_id', '7', 'pending-reboot', 'InvalidParameterValue', 'The parameter server_id cannot be modified.'],
  ['g', 'nonsense', '7', 'immediate', 'InvalidParameterValue', 'Could not find parameter with name: nonsense'],
  [
    'g',
    'binlog_format',
    'BLUE',
    'pending-reboot',
    'InvalidParameterValue',
    'Invalid parameter value: BLUE for: binlog_format allowed values are: ROW,STATEMENT,MIXED,OFF',
  ],
  [
    'g',
    'gtid-mode',
    'ON',
    'pending-reboot',
    'InvalidParameterCombination',
    'Invalid parameter combination: having gtid-mode ON or ON_PERMISSIVE requires enforce_gtid_consistency ON.',
  ],
] as const)('%s refuses %s=%s by %s', async (group, name, value, method, code, message) => {
  const lab = await startLab();
  await lab.rds.send(
    new rds.CreateDBClusterParameterGroupCommand({
      DBClusterParameterGroupName: 'g',
      DBParameterGroupFamily: 'aurora-mysql5.7',
      Description: 'x',
    }),
  );
  await expect(setParameter(lab, group, name, value, method)).rejects.toMatchObject({ name: code, message });
});

test('more than 20 parameters in one call are refused', async () => {
  const lab = await startLab();
  await lab.rds.send(
    new rds.CreateDBClusterParameterGroupCommand({
      DBClusterParameterGroupName: 'g',
      DBParameterGroupFamily: 'aurora-mysql5.7',
      Description: 'x',
    }),
  );
  const Parameters = Array.from({ length: 21 }, () => ({
    ParameterName: 'time_zone',
    ParameterValue: 'UTC',
    ApplyMethod: 'immediate' as const,
  }));
  await expect(
    lab.rds.send(new rds.ModifyDBClusterParameterGroupCommand({ DBClusterParameterGroupName: 'g', Parameters })),
  ).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
});

test('groups in use and default groups are not deleted; a copy has the values', async () => {
  const lab = await startLabWithBlue();
  await attachClusterGroup(lab);
  await setParameter(lab, 'blue-pg', 'binlog_format', 'ROW', 'pending-reboot');
  const deletion = (name: string) =>
    lab.rds.send(new rds.DeleteDBClusterParameterGroupCommand({ DBClusterParameterGroupName: name }));
  await expect(deletion('blue-pg')).rejects.toBeInstanceOf(rds.InvalidDBParameterGroupStateFault);
  await expect(deletion('default.aurora-mysql8.0')).rejects.toMatchObject({
    message: 'Default DBParameterGroup cannot be deleted: default.aurora-mysql8.0',
  });
  await lab.rds.send(
    new rds.CopyDBClusterParameterGroupCommand({
      SourceDBClusterParameterGroupIdentifier: 'blue-pg',
      TargetDBClusterParameterGroupIdentifier: 'copy',
      TargetDBClusterParameterGroupDescription: 'copy',
    }),
  );
  const { Parameters } = await lab.rds.send(
    new rds.DescribeDBClusterParametersCommand({ DBClusterParameterGroupName: 'copy', Source: 'user' }),
  );
  expect(Parameters?.map(({ ParameterName, ParameterValue }) => [ParameterName, ParameterValue])).toEqual([
    ['binlog_format', 'ROW'],
  ]);
  await lab.rds.send(
    new rds.ResetDBClusterParameterGroupCommand({ DBClusterParameterGroupName: 'copy', ResetAllParameters: true }),
  );
  await deletion('copy');
});

test('upgrade targets lead from 5.7 to 8.0 and the lab version, from 8.0 to 8.4', async () => {
  const lab = await startLab();
  const targets = async (EngineVersion: string) => {
    const { DBEngineVersions: [version] = [] } = await lab.rds.send(
      new rds.DescribeDBEngineVersionsCommand({ Engine: 'aurora-mysql', EngineVersion }),
    );
    return version?.ValidUpgradeTarget?.filter(({ IsMajorVersionUpgrade }) => IsMajorVersionUpgrade).map(
      (target) => target.EngineVersion,
    );
  };
  expect(await targets(BLUE_VERSION)).toEqual([
    '8.0.mysql_aurora.3.04.4',
    '8.0.mysql_aurora.3.08.2',
    '8.0.mysql_aurora.3.10.1',
    '8.0.mysql_aurora.3.11.0',
    GREEN_VERSION,
  ]);
  expect(await targets('8.0.mysql_aurora.3.08.2')).toEqual(['8.4.mysql_aurora.8.4.7', '8.4.mysql_aurora.8.4.8']);
});
