/** What the topology is compared by, asked over real HTTP of the lab's endpoint, and made there as people make it on AWS. */
import * as autoscaling from '@aws-sdk/client-application-auto-scaling';
import * as ec2 from '@aws-sdk/client-ec2';
import * as rds from '@aws-sdk/client-rds';
import { createAws } from '../../actions/adapters/aws-sdk';
import { systemClock } from '../../actions/adapters/system-clock';
import { observeTopology } from '../../actions/parity/topology/observe-topology';
import { topologyRows } from '../../actions/parity/topology/compare-topology';
import type { ParityContext } from '../../actions/parity/parity';
import type { Aws } from '../../actions/ports/aws';
import { DEFAULT_SECURITY_GROUP_ID, VPC_ID } from '../../lab/aws/new-document';
import { CONFIG, fakeServer } from '../unit/checks.fixture';
import { makeGreen, startLabWithBlue, REGION, type Lab } from './lab-aws.fixture';

const ROLE = 'arn:aws:iam::000000000000:role/load';
const READERS = {
  ServiceNamespace: 'rds',
  ResourceId: 'cluster:blue',
  ScalableDimension: 'rds:cluster:ReadReplicaCount',
} as const;

let lab: Lab;
let aws: Aws;
let scaling: autoscaling.ApplicationAutoScalingClient;

beforeEach(async () => {
  lab = await startLabWithBlue(['blue-1', 'blue-2']);
  Object.assign(process.env, { AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: 'lab', AWS_SECRET_ACCESS_KEY: 'lab' });
  aws = createAws({ region: REGION, clock: systemClock });
  scaling = new autoscaling.ApplicationAutoScalingClient(lab.config);
});
afterEach(() => {
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
    Reflect.deleteProperty(process.env, name);
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? error.name : 'unknown'),
  );
}

it('reads the settings of a cluster', async () => {
  await lab.rds.send(new rds.AddRoleToDBClusterCommand({ DBClusterIdentifier: 'blue', RoleArn: ROLE }));
  const { DBClusters } = await lab.rds.send(new rds.DescribeDBClustersCommand({ DBClusterIdentifier: 'blue' }));
  const arn = DBClusters?.[0]?.DBClusterArn;
  await lab.rds.send(new rds.EnableHttpEndpointCommand({ ResourceArn: arn }));
  await lab.rds.send(
    new rds.StartActivityStreamCommand({ ResourceArn: arn, Mode: 'async', KmsKeyId: 'key', ApplyImmediately: true }),
  );
  await lab.rds.send(new rds.AddTagsToResourceCommand({ ResourceName: arn, Tags: [{ Key: 'team', Value: 'shop' }] }));
  await lab.rds.send(
    new rds.ModifyDBClusterCommand({
      DBClusterIdentifier: 'blue',
      PreferredBackupWindow: '02:00-02:30',
      PreferredMaintenanceWindow: 'Tue:03:00-Tue:03:30',
      CloudwatchLogsExportConfiguration: { EnableLogTypes: ['slowquery', 'error'] },
      EnableIAMDatabaseAuthentication: true,
      StorageType: 'aurora-iopt1',
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 8, SecondsUntilAutoPause: 300 },
      DatabaseInsightsMode: 'advanced',
      EnableLocalWriteForwarding: true,
    }),
  );
  await lab.aws.idle();
  expect((await aws.rds.cluster('blue'))?.settings).toEqual({
    networkType: 'IPV4',
    storageType: 'aurora-iopt1',
    backupWindow: '02:00-02:30',
    maintenanceWindow: 'tue:03:00-tue:03:30',
    logExports: ['error', 'slowquery'],
    iamAuthentication: true,
    roles: [{ arn: ROLE, feature: '', status: 'ACTIVE' }],
    copyTagsToSnapshot: false,
    backtrackSeconds: 0,
    serverlessScaling: { minCapacity: 0.5, maxCapacity: 8, autoPauseSeconds: 300 },
    tags: { team: 'shop' },
    databaseInsights: 'advanced',
    activityStream: { mode: 'async', kmsKeyId: 'key' },
    dataApi: true,
    localWriteForwarding: true,
    directories: [],
    replicaClusters: [],
    replicationSource: undefined,
  });
});

it('reads the settings of an instance', async () => {
  await lab.rds.send(
    new rds.ModifyDBInstanceCommand({
      DBInstanceIdentifier: 'blue-2',
      MonitoringInterval: 60,
      MonitoringRoleArn: ROLE,
      EnablePerformanceInsights: true,
      PubliclyAccessible: true,
    }),
  );
  await lab.aws.idle();
  const [first, second] = await aws.rds.instances('blue');
  expect(first?.settings).toMatchObject({
    availabilityZone: `${REGION}a`,
    publiclyAccessible: false,
    caCertificate: 'rds-ca-rsa2048-g1',
    monitoringSeconds: 0,
    performanceInsights: undefined,
  });
  expect(second?.settings).toMatchObject({
    availabilityZone: `${REGION}b`,
    publiclyAccessible: true,
    monitoringSeconds: 60,
    monitoringRoleArn: ROLE,
  });
  expect(second?.settings.performanceInsights).toEqual({
    retentionDays: 7,
    kmsKeyId: expect.stringMatching(/^arn:aws:kms:/),
  });
});

it('reads custom endpoints, and none of a cluster that is not there', async () => {
  const create = (input: Partial<rds.CreateDBClusterEndpointMessage>) =>
    lab.rds.send(
      new rds.CreateDBClusterEndpointCommand({
        DBClusterIdentifier: 'blue',
        DBClusterEndpointIdentifier: 'reports',
        EndpointType: 'READER',
        ...input,
      }),
    );
  await create({ StaticMembers: ['blue-2'] });
  await create({ DBClusterEndpointIdentifier: 'rest', EndpointType: 'ANY', ExcludedMembers: ['blue-2'] });
  expect(await aws.surroundings.customEndpointsOf('blue')).toEqual([
    {
      id: 'reports',
      host: expect.stringMatching(/^reports\.cluster-custom-/),
      type: 'READER',
      staticMembers: ['blue-2'],
      excludedMembers: [],
    },
    {
      id: 'rest',
      host: expect.stringMatching(/^rest\.cluster-custom-/),
      type: 'ANY',
      staticMembers: [],
      excludedMembers: ['blue-2'],
    },
  ]);
  expect(await aws.surroundings.customEndpointsOf('nowhere')).toEqual([]);
  expect(await codeOf(create({}))).toBe('DBClusterEndpointAlreadyExistsFault');
  expect(await codeOf(create({ DBClusterEndpointIdentifier: 'x', StaticMembers: ['blue-9'] }))).toBe(
    'DBInstanceNotFoundFault',
  );
  expect(await codeOf(create({ DBClusterEndpointIdentifier: 'x', EndpointType: 'WRITER' }))).toBe(
    'InvalidParameterValue',
  );
  const { DBClusterEndpoints = [] } = await lab.rds.send(new rds.DescribeDBClusterEndpointsCommand({}));
  expect(DBClusterEndpoints.map(({ EndpointType }) => EndpointType)).toEqual(['WRITER', 'READER', 'CUSTOM', 'CUSTOM']);
  await lab.rds.send(new rds.DeleteDBClusterEndpointCommand({ DBClusterEndpointIdentifier: 'rest' }));
  expect(await aws.surroundings.customEndpointsOf('blue')).toHaveLength(1);
});

it('reads how readers are scaled', async () => {
  expect(await aws.surroundings.readerScalingOf('blue')).toBeUndefined();
  const put = new autoscaling.PutScalingPolicyCommand({
    ...READERS,
    PolicyName: 'cpu',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 60,
      PredefinedMetricSpecification: { PredefinedMetricType: 'RDSReaderAverageCPUUtilization' },
      ScaleInCooldown: 300,
      ScaleOutCooldown: 120,
    },
  });
  expect(await codeOf(scaling.send(put))).toBe('ObjectNotFoundException');
  await scaling.send(new autoscaling.RegisterScalableTargetCommand({ ...READERS, MinCapacity: 1, MaxCapacity: 4 }));
  expect((await aws.surroundings.readerScalingOf('blue'))?.policies).toEqual([]);
  await scaling.send(put);
  expect(await aws.surroundings.readerScalingOf('blue')).toEqual({
    minCapacity: 1,
    maxCapacity: 4,
    policies: [
      {
        name: 'cpu',
        type: 'TargetTrackingScaling',
        metric: 'RDSReaderAverageCPUUtilization',
        targetValue: 60,
        scaleInCooldownSeconds: 300,
        scaleOutCooldownSeconds: 120,
        disablesScaleIn: false,
      },
    ],
  });
  expect(await aws.surroundings.readerScalingOf('green')).toBeUndefined();
  await scaling.send(new autoscaling.DeregisterScalableTargetCommand(READERS));
  expect(await aws.surroundings.readerScalingOf('blue')).toBeUndefined();
});

it.each([
  ['a cluster that is not there', { ResourceId: 'cluster:none', MinCapacity: 1, MaxCapacity: 2 }],
  ['no bounds', {}],
  ['bounds that are turned round', { MinCapacity: 3, MaxCapacity: 2 }],
])('refuses to scale with %s', async (_what, input) => {
  expect(await codeOf(scaling.send(new autoscaling.RegisterScalableTargetCommand({ ...READERS, ...input })))).toBe(
    'ValidationException',
  );
});

it('reads the global database, the subnets and the rules around a cluster', async () => {
  const { arn = '' } = (await aws.rds.cluster('blue')) ?? {};
  expect(await aws.surroundings.globalDatabaseOf(arn)).toBeUndefined();
  const create = new rds.CreateGlobalClusterCommand({
    GlobalClusterIdentifier: 'world',
    SourceDBClusterIdentifier: arn,
  });
  await lab.rds.send(create);
  expect(await aws.surroundings.globalDatabaseOf(arn)).toEqual({
    id: 'world',
    members: [{ clusterArn: arn, isWriter: true }],
  });
  expect(await codeOf(lab.rds.send(create))).toBe('GlobalClusterAlreadyExistsFault');
  expect(await codeOf(lab.rds.send(new rds.DeleteGlobalClusterCommand({ GlobalClusterIdentifier: 'world' })))).toBe(
    'InvalidGlobalClusterStateFault',
  );
  expect(await aws.surroundings.subnetGroup('default')).toMatchObject({ name: 'default', vpcId: VPC_ID });
  expect(await aws.surroundings.subnetGroup('none')).toBeUndefined();
  await lab.ec2.send(
    new ec2.AuthorizeSecurityGroupIngressCommand({
      GroupId: DEFAULT_SECURITY_GROUP_ID,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 3306, ToPort: 3306, IpRanges: [{ CidrIp: '10.0.0.0/16' }] }],
    }),
  );
  expect(await aws.surroundings.ingressRules([DEFAULT_SECURITY_GROUP_ID])).toEqual([
    { groupId: DEFAULT_SECURITY_GROUP_ID, protocol: 'tcp', fromPort: 3306, toPort: 3306, source: '10.0.0.0/16' },
  ]);
  expect(await aws.surroundings.ingressRules([])).toEqual([]);
});

it('finds what a restored cluster does not take over', async () => {
  await lab.rds.send(new rds.AddRoleToDBClusterCommand({ DBClusterIdentifier: 'blue', RoleArn: ROLE }));
  await makeGreen(lab);
  const context: ParityContext = {
    aws,
    clock: systemClock,
    config: { ...CONFIG, blue: { ...CONFIG.blue, cluster: 'blue' }, green: { ...CONFIG.green, cluster: 'green' } },
    phase: 'replicating',
    lineage: 'l',
    facts: () => ({}),
    signal: new AbortController().signal,
    mysql: {
      connect: async (side) => ({
        ...fakeServer({ 'global-variables': [{ Variable_name: 'event_scheduler', Value: 'ON' }] }),
        side,
      }),
    } as ParityContext['mysql'],
  };
  const rows = topologyRows(await observeTopology(context));
  expect(rows.filter(({ verdict }) => verdict === 'blocks').map(({ subject }) => subject)).toEqual([
    'topology readers',
    'topology IAM roles',
    'topology event scheduler',
  ]);
  expect(rows.find(({ subject }) => subject === 'topology IAM roles')).toMatchObject({ blue: ROLE, green: null });
});

it('says what is missing when there is no green yet', async () => {
  const missing = observeTopology({
    aws,
    config: { ...CONFIG, blue: { ...CONFIG.blue, cluster: 'blue' }, green: { ...CONFIG.green, cluster: 'green' } },
    facts: () => ({}),
    mysql: { connect: async () => fakeServer({}) },
  } as unknown as ParityContext);
  await expect(missing).rejects.toMatchObject({ code: 'green-not-found' });
});
