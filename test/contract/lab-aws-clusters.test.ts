import * as rds from '@aws-sdk/client-rds';
import {
  REGION,
  BLUE_VERSION,
  BACKEND,
  startLab,
  startLabWithBlue,
  describeCluster,
  describeInstance,
} from './lab-aws.fixture';

test('a seeded blue cluster is described with endpoints, members and groups', async () => {
  const lab = await startLabWithBlue(['blue-1', 'blue-2']);
  const cluster = await describeCluster(lab, 'blue');
  expect(cluster).toMatchObject({
    Status: 'available',
    EngineVersion: BLUE_VERSION,
    MasterUsername: 'admin',
    DBClusterParameterGroup: 'default.aurora-mysql5.7',
    DBSubnetGroup: 'default',
    DeletionProtection: false,
    StorageEncrypted: false,
    Port: 3306,
    DBClusterArn: `arn:aws:rds:${REGION}:000000000000:cluster:blue`,
    DBClusterMembers: [
      {
        DBInstanceIdentifier: 'blue-1',
        IsClusterWriter: true,
        DBClusterParameterGroupStatus: 'in-sync',
        PromotionTier: 1,
      },
      {
        DBInstanceIdentifier: 'blue-2',
        IsClusterWriter: false,
        DBClusterParameterGroupStatus: 'in-sync',
        PromotionTier: 1,
      },
    ],
  });
  expect(cluster.Endpoint).toMatch(/^blue\.cluster-c[0-9a-f]{8}\.eu-central-1\.rds\.lab\.internal$/);
  expect(cluster.ReaderEndpoint).toMatch(/^blue\.cluster-ro-c[0-9a-f]{8}\.eu-central-1\.rds\.lab\.internal$/);
  const instance = await describeInstance(lab, 'blue-2');
  expect(instance.Endpoint?.Address).toMatch(/^blue-2\.c[0-9a-f]{8}\.eu-central-1\.rds\.lab\.internal$/);
  expect(instance.DBParameterGroups).toEqual([
    { DBParameterGroupName: 'default.aurora-mysql5.7', ParameterApplyStatus: 'in-sync' },
  ]);
  expect(instance.DBSubnetGroup?.Subnets).toHaveLength(3);
  expect(lab.engine.named('startWriter')).toHaveLength(1);
  expect([...lab.open.keys()]).toHaveLength(4);
  expect(lab.aws.dnsZone.lookup(cluster.Endpoint ?? '', 'A')).toEqual([{ value: '127.1.0.2', ttlSeconds: 5 }]);
  expect(lab.aws.securityGroups.groupsOfAddress('127.1.0.2')).toEqual(
    cluster.VpcSecurityGroups?.map((group) => group.VpcSecurityGroupId),
  );
});

test('what does not exist is refused with AWS codes', async () => {
  const lab = await startLab();
  await expect(describeCluster(lab, 'none')).rejects.toMatchObject({
    name: 'DBClusterNotFoundFault',
    message: 'DBCluster none not found.',
  });
  await expect(describeInstance(lab, 'none')).rejects.toBeInstanceOf(rds.DBInstanceNotFoundFault);
  await expect(
    lab.rds.send(new rds.DescribeDBClusterParametersCommand({ DBClusterParameterGroupName: 'none' })),
  ).rejects.toBeInstanceOf(rds.DBParameterGroupNotFoundFault);
  await expect(
    lab.rds.send(new rds.DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: 'none' })),
  ).rejects.toBeInstanceOf(rds.DBClusterSnapshotNotFoundFault);
});

test('a cluster whose server does not start is failed, and an event says why', async () => {
  const reports: string[] = [];
  const lab = await startLab(undefined, {}, (text) => reports.push(text));
  lab.engine.engine.startWriter = () => Promise.reject(new Error('no mysqld'));
  lab.aws.seedBlueCluster({
    clusterId: 'blue',
    instanceIds: ['blue-1'],
    engineVersion: BLUE_VERSION,
    masterUsername: 'admin',
    masterPassword: 'seed-secret',
  });
  await lab.aws.idle();
  expect((await describeCluster(lab, 'blue')).Status).toBe('failed');
  expect((await describeInstance(lab, 'blue-1')).DBInstanceStatus).toBe('failed');
  const { Events = [] } = await lab.rds.send(new rds.DescribeEventsCommand({ EventCategories: ['failure'] }));
  expect(Events.map(({ Message }) => Message)).toEqual(['Creation of blue-1 failed: no mysqld']);
  expect(reports).toEqual([expect.stringContaining('no mysqld')]);
});

test('another region is another, empty account', async () => {
  const lab = await startLabWithBlue();
  const elsewhere = new rds.RDSClient({ ...lab.config, region: 'us-west-2' });
  expect((await elsewhere.send(new rds.DescribeDBClustersCommand({}))).DBClusters).toEqual([]);
});

test('a newer writer takes over when the writer is deleted', async () => {
  const lab = await startLabWithBlue(['blue-1', 'blue-2']);
  await lab.rds.send(new rds.DeleteDBInstanceCommand({ DBInstanceIdentifier: 'blue-1' }));
  await lab.aws.idle();
  expect((await describeCluster(lab, 'blue')).DBClusterMembers).toMatchObject([
    { DBInstanceIdentifier: 'blue-2', IsClusterWriter: true },
  ]);
  expect(lab.engine.named('stop')).toEqual([]);
});

test('stop, start and delete go through their states', async () => {
  const lab = await startLabWithBlue();
  const backend = () => lab.open.get([...lab.open.keys()][0] ?? '')?.backend();
  expect(backend()).toEqual(BACKEND);
  const { DBCluster: stopping } = await lab.rds.send(new rds.StopDBClusterCommand({ DBClusterIdentifier: 'blue' }));
  expect(stopping?.Status).toBe('stopping');
  await lab.aws.idle();
  expect((await describeCluster(lab, 'blue')).Status).toBe('stopped');
  expect(backend()).toBeUndefined();
  await expect(
    lab.rds.send(new rds.ModifyDBClusterCommand({ DBClusterIdentifier: 'blue', DeletionProtection: true })),
  ).rejects.toBeInstanceOf(rds.InvalidDBClusterStateFault);
  await lab.rds.send(new rds.StartDBClusterCommand({ DBClusterIdentifier: 'blue' }));
  await lab.aws.idle();
  const deletion = new rds.DeleteDBClusterCommand({
    DBClusterIdentifier: 'blue',
    FinalDBSnapshotIdentifier: 'blue-final',
  });
  await expect(lab.rds.send(deletion)).rejects.toMatchObject({ name: 'InvalidDBClusterStateFault' });
  await lab.rds.send(new rds.DeleteDBInstanceCommand({ DBInstanceIdentifier: 'blue-1' }));
  await lab.rds.send(deletion);
  await lab.aws.idle();
  await expect(describeCluster(lab, 'blue')).rejects.toMatchObject({ name: 'DBClusterNotFoundFault' });
  expect(lab.open.size).toBe(0);
  expect(lab.engine.named('destroy')).toEqual([['destroy', 'blue']]);
  const { DBClusterSnapshots } = await lab.rds.send(
    new rds.DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier: 'blue' }),
  );
  expect(DBClusterSnapshots).toMatchObject([
    { DBClusterSnapshotIdentifier: 'blue-final', Status: 'available', PercentProgress: 100 },
  ]);
});

test('a new master password reaches the server and is never described', async () => {
  const lab = await startLabWithBlue();
  const { DBCluster: cluster } = await lab.rds.send(
    new rds.ModifyDBClusterCommand({
      DBClusterIdentifier: 'blue',
      MasterUserPassword: 'new-secret',
      ApplyImmediately: true,
    }),
  );
  expect(cluster).toMatchObject({ Status: 'modifying', PendingModifiedValues: { MasterUserPassword: '****' } });
  await lab.aws.idle();
  expect(lab.engine.named('setMasterPassword')).toEqual([['setMasterPassword', 'blue', 'admin', 'new-secret']]);
  expect(JSON.stringify(lab.aws.requests())).not.toContain('new-secret');
});
