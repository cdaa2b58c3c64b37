import * as rds from '@aws-sdk/client-rds';
import {
  BLUE_VERSION,
  GREEN_VERSION,
  startLabWithBlue,
  describeCluster,
  describeInstance,
  makeSnapshot,
  makeGreen,
} from './lab-aws.fixture';

test('a restore with a newer version upgrades with the first instance and tells the coordinates', async () => {
  const lab = await startLabWithBlue();
  await makeGreen(lab);
  expect(lab.engine.named('takeSnapshot')).toEqual([['takeSnapshot', 'blue', 'blue-snap']]);
  expect(lab.engine.named('startWriter')[1]?.[1]).toEqual({
    instanceId: 'green-1',
    clusterId: 'green',
    engineVersion: GREEN_VERSION,
    masterUsername: 'admin',
    parameters: {},
    origin: { kind: 'snapshot', snapshotId: 'blue-snap' },
  });
  const cluster = await describeCluster(lab, 'green');
  expect(cluster).toMatchObject({
    Status: 'available',
    EngineVersion: GREEN_VERSION,
    TagList: [{ Key: 'role', Value: 'green' }],
  });
  const { Events } = await lab.rds.send(
    new rds.DescribeEventsCommand({ SourceType: 'db-instance', SourceIdentifier: 'green-1', Duration: 20160 }),
  );
  expect(Events?.map(({ Message, EventCategories }) => [Message, EventCategories])).toEqual([
    ['Binlog position from crash recovery is mysql-bin-changelog.000003 4278', []],
    ['DB instance created', ['creation']],
  ]);
  await expect(lab.rds.send(new rds.DescribeEventsCommand({ SourceIdentifier: 'green-1' }))).rejects.toMatchObject({
    name: 'InvalidParameterCombination',
  });
});

test('a failed precheck leaves the cluster available on its old version, with event and log', async () => {
  const lab = await startLabWithBlue();
  lab.aws.faults.add({ match: { service: 'rds', action: 'CreateDBInstance' }, effect: 'failed-precheck', times: 1 });
  await makeGreen(lab);
  expect(await describeCluster(lab, 'green')).toMatchObject({
    Status: 'available',
    EngineVersion: BLUE_VERSION,
    DBClusterParameterGroup: 'default.aurora-mysql5.7',
  });
  expect(await describeInstance(lab, 'green-1')).toMatchObject({
    DBInstanceStatus: 'available',
    EngineVersion: BLUE_VERSION,
  });
  const { Events = [] } = await lab.rds.send(
    new rds.DescribeEventsCommand({ SourceType: 'db-cluster', SourceIdentifier: 'green' }),
  );
  expect(Events.some(({ Message }) => Message?.includes('Upgrade prechecks failed'))).toBe(true);
  const { DescribeDBLogFiles: files } = await lab.rds.send(
    new rds.DescribeDBLogFilesCommand({ DBInstanceIdentifier: 'green-1' }),
  );
  expect(files?.map(({ LogFileName }) => LogFileName)).toEqual(['upgrade-prechecks.log']);
  const portion = await lab.rds.send(
    new rds.DownloadDBLogFilePortionCommand({
      DBInstanceIdentifier: 'green-1',
      LogFileName: 'upgrade-prechecks.log',
    }),
  );
  expect(JSON.parse(portion.LogFileData ?? '')).toMatchObject({ errorCount: 1 });
  expect(portion.AdditionalDataPending).toBe(false);
});

test('a clone keeps the version, and an in-place upgrade brings it to the next', async () => {
  const lab = await startLabWithBlue();
  await lab.rds.send(
    new rds.RestoreDBClusterToPointInTimeCommand({
      DBClusterIdentifier: 'copy',
      SourceDBClusterIdentifier: 'blue',
      RestoreType: 'copy-on-write',
      UseLatestRestorableTime: true,
    }),
  );
  await lab.rds.send(
    new rds.CreateDBInstanceCommand({
      DBInstanceIdentifier: 'copy-1',
      DBClusterIdentifier: 'copy',
      DBInstanceClass: 'db.r5.large',
      Engine: 'aurora-mysql',
    }),
  );
  await lab.aws.idle();
  expect(lab.engine.named('startWriter')[1]?.[1]).toMatchObject({
    engineVersion: BLUE_VERSION,
    origin: { kind: 'clone', sourceClusterId: 'blue' },
  });
  const upgrade = { DBClusterIdentifier: 'copy', EngineVersion: GREEN_VERSION, ApplyImmediately: true };
  await expect(lab.rds.send(new rds.ModifyDBClusterCommand(upgrade))).rejects.toMatchObject({
    name: 'InvalidParameterCombination',
    message: 'The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.',
  });
  await lab.rds.send(new rds.ModifyDBClusterCommand({ ...upgrade, AllowMajorVersionUpgrade: true }));
  expect((await describeCluster(lab, 'copy')).Status).toBe('available');
  await lab.aws.idle();
  expect(await describeCluster(lab, 'copy')).toMatchObject({ Status: 'available', EngineVersion: GREEN_VERSION });
});

test('an in-place upgrade that fails its prechecks leaves the version and an event', async () => {
  const lab = await startLabWithBlue();
  lab.aws.faults.add({ match: { action: 'ModifyDBCluster' }, effect: 'failed-precheck', times: 1 });
  await lab.rds.send(
    new rds.ModifyDBClusterCommand({
      DBClusterIdentifier: 'blue',
      EngineVersion: GREEN_VERSION,
      AllowMajorVersionUpgrade: true,
      ApplyImmediately: true,
    }),
  );
  await lab.aws.idle();
  expect(await describeCluster(lab, 'blue')).toMatchObject({ Status: 'available', EngineVersion: BLUE_VERSION });
  const { Events = [] } = await lab.rds.send(
    new rds.DescribeEventsCommand({
      SourceType: 'db-cluster',
      SourceIdentifier: 'blue',
      EventCategories: ['maintenance'],
    }),
  );
  expect(Events.map(({ Message }) => Message?.slice(0, 40))).toEqual([
    'Upgrade in progress: Performing online p',
    'Database cluster is in a state that cann',
  ]);
});

test('a snapshot deleted before its restore has read it goes only afterwards', async () => {
  const lab = await startLabWithBlue();
  await makeSnapshot(lab);
  await lab.rds.send(
    new rds.RestoreDBClusterFromSnapshotCommand({
      DBClusterIdentifier: 'green',
      SnapshotIdentifier: 'blue-snap',
      Engine: 'aurora-mysql',
    }),
  );
  await lab.rds.send(new rds.DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: 'blue-snap' }));
  expect(lab.engine.named('deleteSnapshot')).toEqual([]);
  await lab.rds.send(
    new rds.CreateDBInstanceCommand({
      DBInstanceIdentifier: 'green-1',
      DBClusterIdentifier: 'green',
      DBInstanceClass: 'db.r6g.large',
      Engine: 'aurora-mysql',
    }),
  );
  await lab.aws.idle();
  expect(lab.engine.calls.slice(-2).map(([call]) => call)).toEqual(['startWriter', 'deleteSnapshot']);
});
