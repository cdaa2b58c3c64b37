import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ec2 from '@aws-sdk/client-ec2';
import * as rds from '@aws-sdk/client-rds';
import * as route53 from '@aws-sdk/client-route-53';
import { CloudWatchClient, GetMetricDataCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import * as secrets from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { EngineHost, InstanceRequest, LabNetwork } from '../../lab/contract';
import { createAwsEndpoint, type AwsEndpoint } from '../../lab/aws/endpoint';
import { openAwsStore } from '../../lab/aws/store';

const REGION = 'eu-central-1';
const BLUE_VERSION = '5.7.mysql_aurora.2.12.4';
const GREEN_VERSION = '9.7.mysql_aurora.9.7.4';
const BACKEND = { host: '127.0.0.1', port: 13306 };

/** An engine host that only writes down what it is asked for. */
function fakeEngine() {
  const calls: (readonly [string, ...unknown[]])[] = [];
  const note =
    (name: string) =>
    (...args: unknown[]): Promise<void> => {
      calls.push([name, ...args]);
      return Promise.resolve();
    };
  const engine: EngineHost = {
    startWriter(request: InstanceRequest) {
      calls.push(['startWriter', request]);
      const isRestored = request.origin.kind !== 'seed';
      return Promise.resolve({
        backend: BACKEND,
        ...(isRestored && { recoveredCoordinates: { file: 'mysql-bin-changelog.000003', position: 4278 } }),
      });
    },
    reboot: note('reboot'),
    applyDynamic: note('applyDynamic'),
    takeSnapshot: note('takeSnapshot'),
    deleteSnapshot: note('deleteSnapshot'),
    stop: note('stop'),
    start: note('start'),
    destroy: note('destroy'),
    setMasterPassword: note('setMasterPassword'),
  };
  return { engine, calls, named: (name: string) => calls.filter(([call]) => call === name) };
}

function fakeNetwork() {
  const open = new Map<string, Parameters<LabNetwork['openEndpoint']>[0]>();
  const network: LabNetwork = {
    openEndpoint(endpoint) {
      open.set(endpoint.name, endpoint);
      return Promise.resolve({
        name: endpoint.name,
        address: `127.1.0.${String([...open.keys()].indexOf(endpoint.name) + 1)}`,
      });
    },
    closeEndpoint(name) {
      open.delete(name);
      return Promise.resolve();
    },
  };
  return { network, open };
}

const FAST = {
  clusterCreateMs: 30,
  instanceCreateMs: 30,
  modifyMs: 30,
  rebootMs: 30,
  snapshotMs: 30,
  stopMs: 30,
  startMs: 30,
  deleteMs: 30,
  parameterApplyMs: 30,
  changeInsyncMs: 30,
};

interface Lab {
  readonly aws: AwsEndpoint;
  readonly url: string;
  readonly engine: ReturnType<typeof fakeEngine>;
  readonly open: ReturnType<typeof fakeNetwork>['open'];
  readonly rds: rds.RDSClient;
  readonly ec2: ec2.EC2Client;
  readonly route53: route53.Route53Client;
  readonly secrets: secrets.SecretsManagerClient;
  readonly config: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { accessKeyId: string; secretAccessKey: string };
    readonly maxAttempts: number;
  };
}

const running: AwsEndpoint[] = [];
const directory = mkdtempSync(join(tmpdir(), 'lab-aws-'));
afterEach(async () => {
  await Promise.all(running.splice(0).map((aws) => aws.close()));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function startLab(
  file?: string,
  timing: Partial<typeof FAST> & { readonly dnsPropagationMs?: number } = {},
  report: (text: string) => void = (text) => {
    throw new Error(text);
  },
): Promise<Lab> {
  const engine = fakeEngine();
  const { network, open } = fakeNetwork();
  const aws = createAwsEndpoint({
    store: openAwsStore({ region: REGION, ...(file !== undefined && { file }) }),
    engine: engine.engine,
    network,
    timing: { ...FAST, ...timing },
    report,
    metricValue: ({ name, dimensions }) =>
      name === 'AuroraBinlogReplicaLag' && dimensions['Role'] === 'WRITER' ? 2 : undefined,
  });
  running.push(aws);
  const { url } = await aws.listen({ host: '127.0.0.1', port: 0 });
  const config = {
    region: REGION,
    endpoint: url,
    credentials: { accessKeyId: 'AKIDLAB', secretAccessKey: 'x' },
    maxAttempts: 1,
  };
  return {
    aws,
    url,
    engine,
    open,
    config,
    rds: new rds.RDSClient(config),
    ec2: new ec2.EC2Client(config),
    route53: new route53.Route53Client(config),
    secrets: new secrets.SecretsManagerClient(config),
  };
}

async function startLabWithBlue(instanceIds: readonly string[] = ['blue-1']): Promise<Lab> {
  const lab = await startLab();
  lab.aws.seedBlueCluster({
    clusterId: 'blue',
    instanceIds,
    engineVersion: BLUE_VERSION,
    masterUsername: 'admin',
    masterPassword: 'seed-secret',
  });
  await lab.aws.idle();
  return lab;
}

async function describeCluster(lab: Lab, id: string): Promise<rds.DBCluster> {
  const { DBClusters: [cluster] = [] } = await lab.rds.send(
    new rds.DescribeDBClustersCommand({ DBClusterIdentifier: id }),
  );
  if (cluster === undefined) throw new Error(`no cluster ${id}`);
  return cluster;
}

async function describeInstance(lab: Lab, id: string): Promise<rds.DBInstance> {
  const { DBInstances: [instance] = [] } = await lab.rds.send(
    new rds.DescribeDBInstancesCommand({ DBInstanceIdentifier: id }),
  );
  if (instance === undefined) throw new Error(`no instance ${id}`);
  return instance;
}

async function attachClusterGroup(lab: Lab, name = 'blue-pg'): Promise<void> {
  await lab.rds.send(
    new rds.CreateDBClusterParameterGroupCommand({
      DBClusterParameterGroupName: name,
      DBParameterGroupFamily: 'aurora-mysql5.7',
      Description: 'blue',
    }),
  );
  await lab.rds.send(
    new rds.ModifyDBClusterCommand({ DBClusterIdentifier: 'blue', DBClusterParameterGroupName: name }),
  );
  await lab.aws.idle();
}

async function reboot(lab: Lab, id: string): Promise<void> {
  await lab.rds.send(new rds.RebootDBInstanceCommand({ DBInstanceIdentifier: id }));
  await lab.aws.idle();
}

function setParameter(
  lab: Lab,
  name: string,
  ParameterName: string,
  ParameterValue: string,
  ApplyMethod: rds.ApplyMethod,
) {
  return lab.rds.send(
    new rds.ModifyDBClusterParameterGroupCommand({
      DBClusterParameterGroupName: name,
      Parameters: [{ ParameterName, ParameterValue, ApplyMethod }],
    }),
  );
}

async function makeSnapshot(lab: Lab, id = 'blue-snap'): Promise<void> {
  await lab.rds.send(
    new rds.CreateDBClusterSnapshotCommand({ DBClusterIdentifier: 'blue', DBClusterSnapshotIdentifier: id }),
  );
  await lab.aws.idle();
}

async function makeGreen(lab: Lab): Promise<void> {
  await makeSnapshot(lab);
  await lab.rds.send(
    new rds.RestoreDBClusterFromSnapshotCommand({
      DBClusterIdentifier: 'green',
      SnapshotIdentifier: 'blue-snap',
      Engine: 'aurora-mysql',
      EngineVersion: GREEN_VERSION,
      Tags: [{ Key: 'role', Value: 'green' }],
    }),
  );
  await lab.rds.send(
    new rds.CreateDBInstanceCommand({
      DBInstanceIdentifier: 'green-1',
      DBClusterIdentifier: 'green',
      DBInstanceClass: 'db.r6g.large',
      Engine: 'aurora-mysql',
    }),
  );
  await lab.aws.idle();
}

describe('RDS clusters and instances', () => {
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
    expect(cluster.Endpoint).toMatch(/^blue\.cluster-c[0-9a-f]{12}\.eu-central-1\.rds\.lab\.internal$/);
    expect(cluster.ReaderEndpoint).toMatch(/^blue\.cluster-ro-c[0-9a-f]{12}\.eu-central-1\.rds\.lab\.internal$/);
    const instance = await describeInstance(lab, 'blue-2');
    expect(instance.Endpoint?.Address).toMatch(/^blue-2\.c[0-9a-f]{12}\.eu-central-1\.rds\.lab\.internal$/);
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
});

describe('RDS parameter groups', () => {
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
});

describe('the other services', () => {
  test('EC2 rules are added, described, changed and revoked, and the relays see them', async () => {
    const lab = await startLab();
    const blue = lab.aws.seedSecurityGroup({ name: 'blue' });
    const app = lab.aws.seedSecurityGroup({ name: 'app' });
    lab.aws.joinSecurityGroups('127.0.9.1', [app.id]);
    const permission = {
      IpProtocol: 'tcp',
      FromPort: 3306,
      ToPort: 3306,
      UserIdGroupPairs: [{ GroupId: app.id, Description: 'app' }],
    };
    const authorize = new ec2.AuthorizeSecurityGroupIngressCommand({
      GroupId: blue.id,
      IpPermissions: [permission],
      TagSpecifications: [{ ResourceType: 'security-group-rule', Tags: [{ Key: 'by', Value: 'lab' }] }],
    });
    const { SecurityGroupRules: [rule] = [] } = await lab.ec2.send(authorize);
    expect(rule).toMatchObject({
      GroupId: blue.id,
      IpProtocol: 'tcp',
      FromPort: 3306,
      ReferencedGroupInfo: { GroupId: app.id },
      Tags: [{ Key: 'by', Value: 'lab' }],
    });
    expect(rule?.SecurityGroupRuleId).toMatch(/^sgr-[0-9a-f]{17}$/);
    await expect(lab.ec2.send(authorize)).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' });
    expect(lab.aws.securityGroups.ingressRules(blue.id)).toEqual([
      { ruleId: rule?.SecurityGroupRuleId, groupId: blue.id, fromPort: 3306, toPort: 3306, referencedGroupId: app.id },
    ]);
    expect(lab.aws.securityGroups.groupsOfAddress('127.0.9.1')).toEqual([app.id]);
    const ids = [rule?.SecurityGroupRuleId ?? ''];
    await lab.ec2.send(
      new ec2.ModifySecurityGroupRulesCommand({
        GroupId: blue.id,
        SecurityGroupRules: [
          {
            SecurityGroupRuleId: ids[0],
            SecurityGroupRule: { IpProtocol: 'tcp', FromPort: 3306, ToPort: 3306, CidrIpv4: '127.0.0.0/8' },
          },
        ],
      }),
    );
    await lab.ec2.send(new ec2.CreateTagsCommand({ Resources: ids, Tags: [{ Key: 'more', Value: '1' }] }));
    const described = await lab.ec2.send(
      new ec2.DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [blue.id] }] }),
    );
    expect(described.SecurityGroupRules).toMatchObject([
      { CidrIpv4: '127.0.0.0/8', Tags: [{ Key: 'by' }, { Key: 'more' }] },
    ]);
    const { SecurityGroups } = await lab.ec2.send(new ec2.DescribeSecurityGroupsCommand({ GroupIds: [blue.id] }));
    expect(SecurityGroups).toMatchObject([
      { GroupName: 'blue', IpPermissions: [{ IpRanges: [{ CidrIp: '127.0.0.0/8' }] }] },
    ]);
    await lab.ec2.send(new ec2.RevokeSecurityGroupIngressCommand({ GroupId: blue.id, SecurityGroupRuleIds: ids }));
    await expect(
      lab.ec2.send(new ec2.DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: ids })),
    ).rejects.toMatchObject({
      name: 'InvalidSecurityGroupRuleId.NotFound',
    });
    const { Vpcs = [] } = await lab.ec2.send(new ec2.DescribeVpcsCommand({}));
    const { Subnets = [] } = await lab.ec2.send(
      new ec2.DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [Vpcs[0]?.VpcId ?? ''] }] }),
    );
    expect([Vpcs.length, Subnets.length]).toEqual([1, 3]);
  });

  test('a Route 53 change is atomic, goes from PENDING to INSYNC and is answered by DNS', async () => {
    const lab = await startLab();
    const zone = lab.aws.seedHostedZone({ name: 'lab.internal' });
    const change = (Action: route53.ChangeAction, Value: string, Name = 'db.lab.internal') => ({
      Action,
      ResourceRecordSet: { Name, Type: 'CNAME' as const, TTL: 5, ResourceRecords: [{ Value }] },
    });
    const send = (Changes: route53.Change[]) =>
      lab.route53.send(
        new route53.ChangeResourceRecordSetsCommand({
          HostedZoneId: zone.id,
          ChangeBatch: { Comment: 'a & b', Changes },
        }),
      );
    const { ChangeInfo } = await send([change('UPSERT', 'blue.example')]);
    expect(ChangeInfo).toMatchObject({ Status: 'PENDING', Comment: 'a & b' });
    expect(lab.aws.dnsZone.lookup('DB.lab.internal.', 'CNAME')).toEqual([{ value: 'blue.example', ttlSeconds: 5 }]);
    await lab.aws.idle();
    const { ChangeInfo: later } = await lab.route53.send(new route53.GetChangeCommand({ Id: ChangeInfo?.Id }));
    expect(later?.Status).toBe('INSYNC');
    await expect(
      send([change('CREATE', 'x.example', 'new.lab.internal'), change('CREATE', 'green.example')]),
    ).rejects.toMatchObject({
      name: 'InvalidChangeBatch',
      message: "[Tried to create resource record set [name='db.lab.internal.', type='CNAME'] but it already exists]",
    });
    const { ResourceRecordSets } = await lab.route53.send(
      new route53.ListResourceRecordSetsCommand({ HostedZoneId: `/hostedzone/${zone.id}` }),
    );
    expect(ResourceRecordSets?.map(({ Name, Type }) => [Name, Type])).toEqual([
      ['lab.internal.', 'NS'],
      ['lab.internal.', 'SOA'],
      ['db.lab.internal.', 'CNAME'],
    ]);
    expect(ResourceRecordSets?.[2]).toEqual({
      Name: 'db.lab.internal.',
      Type: 'CNAME',
      TTL: 5,
      ResourceRecords: [{ Value: 'blue.example' }],
    });
    const { ResourceRecordSets: paged, IsTruncated } = await lab.route53.send(
      new route53.ListResourceRecordSetsCommand({
        HostedZoneId: zone.id,
        StartRecordName: 'db.lab.internal',
        StartRecordType: 'CNAME',
        MaxItems: 1,
      }),
    );
    expect([paged?.map(({ Name }) => Name), IsTruncated]).toEqual([['db.lab.internal.'], false]);
    await send([change('DELETE', 'blue.example'), change('CREATE', 'green.example')]);
    expect(lab.aws.dnsZone.lookup('db.lab.internal', 'CNAME')).toEqual([{ value: 'green.example', ttlSeconds: 5 }]);
    const { HostedZones } = await lab.route53.send(
      new route53.ListHostedZonesByNameCommand({ DNSName: 'lab.internal' }),
    );
    expect(HostedZones).toMatchObject([
      { Id: `/hostedzone/${zone.id}`, Name: 'lab.internal.', ResourceRecordSetCount: 3 },
    ]);
    const { HostedZone } = await lab.route53.send(new route53.GetHostedZoneCommand({ Id: zone.id }));
    expect(HostedZone?.Name).toBe('lab.internal.');
    await expect(lab.route53.send(new route53.GetHostedZoneCommand({ Id: 'ZNONE' }))).rejects.toBeInstanceOf(
      route53.NoSuchHostedZone,
    );
  });

  test('DNS answers the old records until the propagation time has passed', async () => {
    const lab = await startLab(undefined, { dnsPropagationMs: 60 });
    const zone = lab.aws.seedHostedZone({ name: 'lab.internal' });
    const Change = {
      Action: 'UPSERT' as const,
      ResourceRecordSet: {
        Name: 'db.lab.internal',
        Type: 'A' as const,
        TTL: 5,
        ResourceRecords: [{ Value: '127.0.0.9' }],
      },
    };
    await lab.route53.send(
      new route53.ChangeResourceRecordSetsCommand({ HostedZoneId: zone.id, ChangeBatch: { Changes: [Change] } }),
    );
    expect(lab.aws.dnsZone.lookup('db.lab.internal', 'A')).toEqual([]);
    await lab.aws.idle();
    expect(lab.aws.dnsZone.lookup('db.lab.internal', 'A')).toEqual([{ value: '127.0.0.9', ttlSeconds: 5 }]);
  });

  test('secrets have versions with stages', async () => {
    const lab = await startLab();
    await lab.secrets.send(new secrets.CreateSecretCommand({ Name: 'app/db', SecretString: '{"host":"blue"}' }));
    await lab.secrets.send(new secrets.PutSecretValueCommand({ SecretId: 'app/db', SecretString: '{"host":"green"}' }));
    const current = await lab.secrets.send(new secrets.GetSecretValueCommand({ SecretId: 'app/db' }));
    expect(current).toMatchObject({ SecretString: '{"host":"green"}', VersionStages: ['AWSCURRENT'] });
    const previous = await lab.secrets.send(
      new secrets.GetSecretValueCommand({ SecretId: current.ARN, VersionStage: 'AWSPREVIOUS' }),
    );
    expect(previous.SecretString).toBe('{"host":"blue"}');
    const described = await lab.secrets.send(new secrets.DescribeSecretCommand({ SecretId: 'app/db' }));
    expect(
      Object.values(described.VersionIdsToStages ?? {})
        .flat()
        .sort(),
    ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    expect(described.LastChangedDate).toBeInstanceOf(Date);
    await expect(lab.secrets.send(new secrets.GetSecretValueCommand({ SecretId: 'none' }))).rejects.toBeInstanceOf(
      secrets.ResourceNotFoundException,
    );
    expect(JSON.stringify(lab.aws.requests())).not.toContain('green');
  });

  test('CloudWatch gives the supplied value, STS the account', async () => {
    const lab = await startLab();
    const cloudwatch = new CloudWatchClient(lab.config);
    const Metric = {
      Namespace: 'AWS/RDS',
      MetricName: 'AuroraBinlogReplicaLag',
      Dimensions: [{ Name: 'Role', Value: 'WRITER' }],
    };
    const window = { StartTime: new Date(Date.now() - 600_000), EndTime: new Date() };
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        ...window,
        MetricDataQueries: [{ Id: 'lag', MetricStat: { Metric, Period: 60, Stat: 'Average' } }],
      }),
    );
    expect(MetricDataResults).toMatchObject([{ Id: 'lag', Values: [2], Timestamps: [expect.any(Date)] }]);
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...window,
        ...Metric,
        MetricName: 'Other',
        Period: 60,
        Statistics: ['Average'],
      }),
    );
    expect(Datapoints).toEqual([]);
    expect(await new STSClient(lab.config).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '000000000000',
    });
  });
});

describe('faults, the log and the file', () => {
  async function addFault(lab: Lab, fault: object): Promise<void> {
    const response = await fetch(`${lab.url}/_lab/faults`, { method: 'POST', body: JSON.stringify(fault) });
    expect(response.status).toBe(200);
  }

  test('a throttled call succeeds at the SDK second attempt', async () => {
    const lab = await startLab();
    await addFault(lab, { match: { service: 'rds', action: 'DescribeDBClusters' }, effect: 'throttle', times: 1 });
    await expect(lab.rds.send(new rds.DescribeDBClustersCommand({}))).rejects.toMatchObject({
      name: 'Throttling',
      message: 'Rate exceeded',
    });
    expect((await lab.rds.send(new rds.DescribeDBClustersCommand({}))).DBClusters).toEqual([]);
    await addFault(lab, { match: { service: 'rds' }, effect: 'throttle', times: 2 });
    const patient = new rds.RDSClient({ ...lab.config, maxAttempts: 3 });
    expect((await patient.send(new rds.DescribeDBClustersCommand({}))).DBClusters).toEqual([]);
  });

  test('denied names the action, in each service its own way', async () => {
    const lab = await startLab();
    await addFault(lab, { match: {}, effect: 'denied', times: 4 });
    await expect(lab.rds.send(new rds.StopDBClusterCommand({ DBClusterIdentifier: 'x' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('rds:StopDBCluster') as string,
    });
    await expect(lab.ec2.send(new ec2.DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
    });
    await expect(lab.secrets.send(new secrets.GetSecretValueCommand({ SecretId: 'x' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(lab.route53.send(new route53.ListHostedZonesCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  test('with a lost reply the call has happened all the same', async () => {
    const lab = await startLabWithBlue();
    await addFault(lab, { match: { action: 'StopDBCluster' }, effect: 'reply-lost' });
    await expect(lab.rds.send(new rds.StopDBClusterCommand({ DBClusterIdentifier: 'blue' }))).rejects.toThrow(
      /hang up|ECONNRESET/,
    );
    await lab.aws.idle();
    expect((await describeCluster(lab, 'blue')).Status).toBe('stopped');
  });

  test('a hanging call ends only with the caller patience', async () => {
    const lab = await startLab();
    await addFault(lab, { match: { action: 'DescribeDBClusters' }, effect: 'hang' });
    await expect(
      lab.rds.send(new rds.DescribeDBClustersCommand({}), { abortSignal: AbortSignal.timeout(100) }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    const faults: unknown = await (await fetch(`${lab.url}/_lab/faults`)).json();
    expect(faults).toEqual([]);
  });

  test('without credentials nothing is served', async () => {
    const lab = await startLab();
    const response = await fetch(lab.url, { method: 'POST', body: 'Action=DescribeDBClusters&Version=2014-10-31' });
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining('<Code>MissingAuthenticationToken</Code>'),
    ]);
  });

  test('the log tells service, action and input without secrets', async () => {
    const lab = await startLabWithBlue();
    await lab.rds.send(new rds.ModifyDBClusterCommand({ DBClusterIdentifier: 'blue', MasterUserPassword: 'hush' }));
    const log: unknown = await (await fetch(`${lab.url}/_lab/requests?action=ModifyDBCluster`)).json();
    expect(log).toMatchObject([
      {
        service: 'rds',
        action: 'ModifyDBCluster',
        input: { DBClusterIdentifier: 'blue', MasterUserPassword: '***' },
        outcome: 'ok',
      },
    ]);
  });

  test('a new endpoint on the same file takes over and opens the endpoints again', async () => {
    const file = join(directory, 'account', 'aws.json');
    const first = await startLab(file);
    first.aws.seedBlueCluster({
      clusterId: 'blue',
      instanceIds: ['blue-1'],
      engineVersion: BLUE_VERSION,
      masterUsername: 'admin',
      masterPassword: 'hush',
    });
    await first.aws.idle();
    await first.rds.send(new rds.StopDBClusterCommand({ DBClusterIdentifier: 'blue' }));
    await first.aws.close();
    expect(readFileSync(file, 'utf8')).not.toContain('hush');
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const second = await startLab(file);
    await second.aws.idle();
    expect((await describeCluster(second, 'blue')).Status).toBe('stopped');
    expect(second.open.size).toBe(3);
  });
});
