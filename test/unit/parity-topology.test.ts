/** What counts as a difference of the surroundings, and how much. */
import { upgradeSchema, type UpgradeConfig } from '../../actions/config/schema';
import type { ParityRow } from '../../actions/parity/parity';
import { topologyRows } from '../../actions/parity/topology/compare-topology';
import { sourcesOf, uncovered } from '../../actions/parity/topology/ingress';
import { isSmaller } from '../../actions/parity/topology/instance-size';
import type { Compared, SideTopology } from '../../actions/parity/topology/topology';
import type { Cluster, Instance } from '../../actions/ports/aws';
import type { ClusterSettings, CustomEndpoint, IngressRule, InstanceSettings } from '../../actions/ports/topology';
import { CLUSTER, INSTANCE } from './checks.fixture';
import { PLAIN_CLUSTER, PLAIN_INSTANCE } from './topology.fixture';

const CONFIG = {
  name: 'orders-v3',
  region: 'eu-west-1',
  blue: { cluster: 'orders' },
  green: { cluster: 'orders-green', engineVersion: '8.0.mysql_aurora.3.08.2', readers: [{}] },
  endpoints: [{ kind: 'route53', zoneId: 'Z0123456789ABC', name: 'db.example.internal' }],
};

type Changes = Partial<Omit<SideTopology, 'cluster'>> & {
  readonly of?: Partial<Cluster>;
  readonly settings?: Partial<ClusterSettings>;
  readonly ofInstances?: Partial<InstanceSettings>;
};

function sideOf(id: string, changes: Changes = {}): SideTopology {
  const { of, settings, ofInstances, ...rest } = changes;
  const cluster: Cluster = {
    ...CLUSTER,
    id,
    arn: `arn:aws:rds:eu-west-1:123456789012:cluster:${id}`,
    subnetGroup: 'private',
    securityGroupIds: ['sg-db'],
    kmsKeyId: 'key-1',
    ...of,
    settings: { ...PLAIN_CLUSTER, ...settings },
  };
  const member = (index: number): Instance => ({
    ...INSTANCE,
    id: `${id}-${index}`,
    settings: { ...PLAIN_INSTANCE, availabilityZone: `eu-west-1${index === 1 ? 'a' : 'b'}`, ...ofInstances },
  });
  return {
    cluster,
    writer: member(1),
    readers: [member(2)],
    scaledReaders: [],
    endpoints: [],
    globalDatabase: undefined,
    scaling: undefined,
    subnets: { name: 'private', vpcId: 'vpc-1', subnetIds: ['subnet-1', 'subnet-2'] },
    eventScheduler: 'OFF',
    ...rest,
  };
}

interface World {
  readonly blue?: Changes;
  readonly green?: Changes;
  readonly config?: object;
  readonly phase?: Compared['phase'];
  readonly rules?: readonly IngressRule[];
}

function configOf({ green, ...rest }: { green?: object } = {}): UpgradeConfig {
  return upgradeSchema.parse({ ...CONFIG, ...rest, green: { ...CONFIG.green, ...green } });
}

function compare({ blue, green, config, phase = 'replicating', rules = [] }: World): readonly ParityRow[] {
  return topologyRows({
    config: configOf(config),
    phase,
    blue: sideOf('orders', blue),
    green: sideOf('orders-green', green),
    rules,
  });
}

function differences(world: World): readonly string[] {
  return compare(world)
    .filter(({ verdict }) => verdict !== 'same')
    .map(({ subject, verdict }) => `${subject}: ${verdict}`);
}

const reader = (id: string, change: Partial<Instance> = {}): Instance => ({
  ...sideOf('x').readers[0],
  ...INSTANCE,
  id,
  settings: { ...PLAIN_INSTANCE, availabilityZone: 'eu-west-1b' },
  ...change,
});
const writer = (id: string, change: Partial<Instance>): Instance => ({ ...sideOf('x').writer, id, ...change });
const endpoint = (id: string, change: Partial<CustomEndpoint> = {}): CustomEndpoint => ({
  id,
  host: `${id}.cluster-custom-x.eu-west-1.rds.amazonaws.com`,
  type: 'READER',
  staticMembers: [],
  excludedMembers: [],
  ...change,
});
const rule = (groupId: string, source: string, change: Partial<IngressRule> = {}): IngressRule => ({
  groupId,
  source,
  protocol: 'tcp',
  fromPort: 3306,
  toPort: 3306,
  ...change,
});

it('finds sides that are alike the same, row by row', () => {
  const rows = compare({});
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter(({ verdict }) => verdict !== 'same')).toEqual([]);
});

const GROUPS = { green: [{ kind: 'security-group', closedGroups: ['sg-closed'], openGroups: ['sg-open'] }] };
const ROLE = { arn: 'arn:aws:iam::1:role/s3', feature: '', status: 'ACTIVE' };
const SCALING = {
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
};
const GLOBAL = {
  id: 'world',
  members: [
    { clusterArn: 'arn:aws:rds:eu-west-1:123456789012:cluster:orders', isWriter: true },
    { clusterArn: 'arn:aws:rds:us-east-1:123456789012:cluster:orders-us', isWriter: false },
  ],
};

const CASES: readonly (readonly [string, World, readonly string[]])[] = [
  // Instances
  [
    'a smaller writer that nobody asked for',
    { green: { writer: writer('orders-green-1', { instanceClass: 'db.t4g.medium' }) } },
    ['topology instance classes: warns'],
  ],
  [
    'a class that upgrade.yaml names',
    {
      config: { green: { writer: { class: 'db.r7g.xlarge' }, readers: [{ class: 'db.r7g.xlarge' }] } },
      green: {
        writer: writer('orders-green-1', { instanceClass: 'db.r7g.xlarge' }),
        readers: [reader('orders-green-2', { instanceClass: 'db.r7g.xlarge' })],
      },
    },
    ['topology instance classes: expected'],
  ],
  [
    'a class that upgrade.yaml names and green has not',
    {
      config: { green: { writer: { class: 'db.r7g.xlarge' } } },
      green: { writer: writer('orders-green-1', { instanceClass: 'db.r7g.large' }) },
    },
    ['topology instance classes: warns'],
  ],
  [
    'readers of blue that are larger than its writer',
    { blue: { readers: [reader('orders-2', { instanceClass: 'db.r6g.4xlarge' })] } },
    ['topology instance classes: warns'],
  ],
  [
    'no reader where nobody said so',
    { config: { green: { readers: [] } }, green: { readers: [] } },
    ['topology readers: blocks', 'topology availability zones: warns'],
  ],
  [
    'fewer readers, as upgrade.yaml declares',
    { blue: { readers: [reader('orders-2'), reader('orders-3')] } },
    ['topology readers: expected'],
  ],
  [
    'fewer readers than upgrade.yaml declares',
    { config: { green: { readers: [{}, {}] } }, blue: { readers: [reader('orders-2'), reader('orders-3')] } },
    ['topology readers: blocks'],
  ],
  ['more readers', { blue: { readers: [] }, green: {} }, ['topology readers: expected']],
  ['readers that Aurora Auto Scaling has made', { blue: { scaledReaders: [reader('application-autoscaling-1')] } }, []],
  [
    'a reader of blue that must not become the writer',
    { blue: { readers: [reader('orders-2', { promotionTier: 15 })] } },
    ['topology promotion tiers: warns'],
  ],
  [
    'tiers that upgrade.yaml names',
    {
      config: { green: { readers: [{ promotionTier: 7 }] } },
      green: { readers: [reader('orders-green-2', { promotionTier: 7 })] },
    },
    ['topology promotion tiers: expected'],
  ],
  [
    'one zone only',
    { green: { ofInstances: { availabilityZone: 'eu-west-1a' } } },
    ['topology availability zones: warns'],
  ],
  [
    'a public green',
    { green: { ofInstances: { publiclyAccessible: true } } },
    ['topology publicly accessible: blocks'],
  ],
  [
    'a private green',
    { blue: { ofInstances: { publiclyAccessible: true } } },
    ['topology publicly accessible: blocks'],
  ],
  [
    'a blue whose reader alone is private',
    {
      blue: {
        writer: writer('orders-1', { settings: { ...PLAIN_INSTANCE, publiclyAccessible: true } }),
        readers: [reader('orders-2')],
      },
      green: { ofInstances: { publiclyAccessible: true, availabilityZone: 'eu-west-1b' } },
    },
    ['topology availability zones: warns', 'topology publicly accessible: warns'],
  ],
  [
    'another authority',
    { green: { ofInstances: { caCertificate: 'rds-ca-ecc384-g1' } } },
    ['topology certificate authority: warns'],
  ],
  ['a blue that is patched by itself', { blue: { ofInstances: { autoMinorVersionUpgrade: true } } }, []],
  [
    'a green that is patched by itself',
    {
      blue: { ofInstances: { autoMinorVersionUpgrade: true } },
      green: { ofInstances: { autoMinorVersionUpgrade: true } },
    },
    ['topology auto minor version upgrade: warns'],
  ],
  [
    'no Enhanced Monitoring',
    { blue: { ofInstances: { monitoringSeconds: 60, monitoringRoleArn: 'role' } } },
    ['topology monitoring: warns'],
  ],
  [
    'no Performance Insights',
    { blue: { ofInstances: { performanceInsights: { retentionDays: 7, kmsKeyId: undefined } } } },
    ['topology Performance Insights: warns'],
  ],
  [
    'windows of instances',
    { green: { ofInstances: { maintenanceWindow: 'tue:01:00-tue:01:30' } } },
    ['topology instance maintenance windows: warns'],
  ],
  [
    'a window for each instance of blue, and that of its writer for all of green',
    {
      blue: {
        readers: [
          reader('orders-2', {
            settings: { ...PLAIN_INSTANCE, availabilityZone: 'eu-west-1b', maintenanceWindow: 'tue:01:00-tue:01:30' },
          }),
        ],
      },
    },
    [],
  ],
  // Network
  ['another port', { green: { of: { port: 3307 } } }, ['topology port: blocks']],
  [
    'groups that let in fewer',
    {
      green: { of: { securityGroupIds: ['sg-other'] } },
      rules: [rule('sg-db', 'sg-application'), rule('sg-db', '10.0.0.0/16'), rule('sg-other', '10.0.0.0/8')],
    },
    ['topology security groups: blocks'],
  ],
  [
    'other groups that let in as many',
    {
      green: { of: { securityGroupIds: ['sg-other'] } },
      rules: [rule('sg-db', 'sg-application'), rule('sg-other', 'sg-application')],
    },
    ['topology security groups: warns'],
  ],
  [
    'groups of a fence that let in as many once green serves',
    {
      config: { cutover: { fences: GROUPS } },
      green: { of: { securityGroupIds: ['sg-closed'] } },
      rules: [rule('sg-db', 'sg-application'), rule('sg-open', 'sg-application')],
    },
    ['topology security groups: expected'],
  ],
  [
    'groups of a fence that let in fewer even then',
    {
      config: { cutover: { fences: GROUPS } },
      green: { of: { securityGroupIds: ['sg-closed'] } },
      rules: [rule('sg-db', 'sg-application'), rule('sg-closed', 'sg-application')],
    },
    ['topology security groups: blocks'],
  ],
  [
    'groups of a fence that let in more',
    {
      config: { cutover: { fences: GROUPS } },
      green: { of: { securityGroupIds: ['sg-closed'] } },
      rules: [rule('sg-db', 'sg-application'), rule('sg-open', '0.0.0.0/0'), rule('sg-open', 'sg-application')],
    },
    ['topology security groups: warns'],
  ],
  [
    'another VPC',
    { green: { of: { subnetGroup: 'new' }, subnets: { name: 'new', vpcId: 'vpc-2', subnetIds: ['subnet-9'] } } },
    ['topology subnet group: blocks'],
  ],
  [
    'other subnets of the VPC',
    { green: { of: { subnetGroup: 'new' }, subnets: { name: 'new', vpcId: 'vpc-1', subnetIds: ['subnet-9'] } } },
    ['topology subnet group: warns'],
  ],
  ['no IPv6', { blue: { settings: { networkType: 'DUAL' } } }, ['topology network type: blocks']],
  ['no directory', { blue: { settings: { directories: ['d-1'] } } }, ['topology directory: blocks']],
  // Storage
  [
    'no encryption',
    { green: { of: { storageEncrypted: false, kmsKeyId: undefined } } },
    ['topology encryption key: blocks'],
  ],
  ['another key', { green: { of: { kmsKeyId: 'key-2' } } }, ['topology encryption key: warns']],
  [
    'encryption that blue has not',
    { blue: { of: { storageEncrypted: false, kmsKeyId: undefined } } },
    ['topology encryption key: expected'],
  ],
  ['standard storage', { blue: { settings: { storageType: 'aurora-iopt1' } } }, ['topology storage type: warns']],
  ['backups for a shorter time', { blue: { of: { backupRetentionDays: 7 } } }, ['topology backup retention: warns']],
  ['backups for a longer time', { green: { of: { backupRetentionDays: 7 } } }, ['topology backup retention: expected']],
  [
    'another backup window',
    { green: { settings: { backupWindow: '09:00-09:30' } } },
    ['topology backup window: warns'],
  ],
  [
    'snapshots without tags',
    { green: { settings: { copyTagsToSnapshot: false } } },
    ['topology copy tags to snapshot: warns'],
  ],
  ['no backtrack', { blue: { settings: { backtrackSeconds: 86_400 } } }, ['topology backtrack: warns']],
  ['no protection', { green: { of: { deletionProtection: false } } }, ['topology deletion protection: warns']],
  [
    'no protection, as upgrade.yaml declares',
    { config: { green: { deletionProtection: false } }, green: { of: { deletionProtection: false } } },
    ['topology deletion protection: expected'],
  ],
  // Operation
  ['no role', { blue: { settings: { roles: [ROLE] } } }, ['topology IAM roles: blocks']],
  ['no log in by IAM', { blue: { settings: { iamAuthentication: true } } }, ['topology IAM authentication: blocks']],
  ['no logs', { blue: { settings: { logExports: ['audit', 'error'] } } }, ['topology log exports: warns']],
  ['more logs', { green: { settings: { logExports: ['audit'] } } }, ['topology log exports: expected']],
  [
    'another window',
    { green: { settings: { maintenanceWindow: 'mon:01:00-mon:01:30' } } },
    ['topology maintenance window: warns'],
  ],
  ['a tag of people', { blue: { settings: { tags: { team: 'shop' } } } }, ['topology tags: warns']],
  [
    'tags of AWS, of the tool, and the name',
    { blue: { settings: { tags: { 'aws:cloudformation:stack-name': 'x', Name: 'orders', 'aurora-cutover': 'y' } } } },
    [],
  ],
  [
    'a tag that upgrade.yaml gives another value',
    {
      config: { tags: { team: 'new' } },
      blue: { settings: { tags: { team: 'shop' } } },
      green: { settings: { tags: { team: 'new' } } },
    },
    [],
  ],
  ['fewer measures', { blue: { settings: { databaseInsights: 'advanced' } } }, ['topology Database Insights: warns']],
  [
    'no audit',
    { blue: { settings: { activityStream: { mode: 'async', kmsKeyId: 'key' } } } },
    ['topology activity stream: blocks'],
  ],
  ['no data API', { blue: { settings: { dataApi: true } } }, ['topology data API: blocks']],
  [
    'readers that refuse writes',
    { blue: { settings: { localWriteForwarding: true } } },
    ['topology local write forwarding: blocks'],
  ],
  [
    'other bounds',
    { blue: { settings: { serverlessScaling: { minCapacity: 1, maxCapacity: 8, autoPauseSeconds: undefined } } } },
    ['topology serverless scaling: warns'],
  ],
  [
    'a password that RDS rotates',
    { green: { of: { managedMasterPassword: true } } },
    ['topology managed master password: blocks'],
  ],
  [
    'a password of blue that RDS rotates',
    { blue: { of: { managedMasterPassword: true } } },
    ['topology managed master password: blocks'],
  ],
  // What follows
  [
    'a global database that nobody else is a member of',
    { blue: { globalDatabase: { id: 'world', members: GLOBAL.members.slice(0, 1) } } },
    ['topology global database: warns'],
  ],
  ['a global database', { blue: { globalDatabase: GLOBAL } }, ['topology global database: blocks']],
  [
    'a global database of its own for green',
    {
      blue: { globalDatabase: GLOBAL },
      green: { globalDatabase: { id: 'world-green', members: [...GLOBAL.members] } },
    },
    ['topology global database: expected'],
  ],
  [
    'a global database for green that has fewer regions',
    {
      blue: { globalDatabase: GLOBAL },
      green: { globalDatabase: { id: 'world-green', members: GLOBAL.members.slice(0, 1) } },
    },
    ['topology global database: blocks'],
  ],
  [
    'a replica in another region for each side',
    {
      blue: { settings: { replicaClusters: ['arn:aws:rds:us-east-1:1:cluster:r'] } },
      green: { settings: { replicaClusters: ['arn:aws:rds:us-east-1:1:cluster:s'] } },
    },
    ['topology cross-Region replicas: expected'],
  ],
  [
    'a replica in another region',
    { blue: { settings: { replicaClusters: ['arn:aws:rds:us-east-1:1:cluster:r'] } } },
    ['topology cross-Region replicas: blocks'],
  ],
  [
    'a green that is a replica of RDS',
    { green: { settings: { replicationSource: 'arn:aws:rds:us-east-1:1:cluster:r' } } },
    ['topology replication source: blocks'],
  ],
  ['no scaling', { blue: { scaling: SCALING } }, ['topology autoscaling: warns']],
  ['the same scaling', { blue: { scaling: SCALING }, green: { scaling: SCALING } }, []],
  [
    'other bounds of scaling',
    { blue: { scaling: SCALING }, green: { scaling: { ...SCALING, maxCapacity: 2 } } },
    ['topology autoscaling: warns'],
  ],
  ['events on blue', { blue: { eventScheduler: 'ON' } }, ['topology event scheduler: expected']],
  [
    'events on both sides',
    { blue: { eventScheduler: 'ON' }, green: { eventScheduler: 'ON' } },
    ['topology event scheduler: blocks'],
  ],
  ['events on green only', { green: { eventScheduler: 'ON' } }, ['topology event scheduler: blocks']],
  [
    'events on green once it serves',
    { phase: 'switched', blue: { eventScheduler: 'ON' }, green: { eventScheduler: 'ON' } },
    [],
  ],
  // Custom endpoints
  ['a custom endpoint', { blue: { endpoints: [endpoint('reports')] } }, ['topology custom endpoint reports: blocks']],
  [
    'its like on green',
    {
      blue: { endpoints: [endpoint('reports', { staticMembers: ['orders-2'] })] },
      green: { endpoints: [endpoint('reports-green', { staticMembers: ['orders-green-2'] })] },
    },
    ['topology custom endpoint reports: warns'],
  ],
  [
    'one that leads to other instances',
    {
      blue: { endpoints: [endpoint('reports', { staticMembers: ['orders-2'] })] },
      green: { endpoints: [endpoint('reports-green', { staticMembers: ['orders-green-1'] })] },
    },
    ['topology custom endpoint reports: blocks'],
  ],
  [
    'one that leaves out another instance',
    {
      blue: { endpoints: [endpoint('reports', { excludedMembers: ['orders-2'] })] },
      green: { endpoints: [endpoint('reports-green')] },
    },
    ['topology custom endpoint reports: blocks'],
  ],
  [
    'one that remembers an instance of long ago',
    {
      blue: { endpoints: [endpoint('reports', { excludedMembers: ['orders-2', 'deleted-9'] })] },
      green: { endpoints: [endpoint('reports-green', { excludedMembers: ['orders-green-2'] })] },
    },
    ['topology custom endpoint reports: warns'],
  ],
  [
    'one for two of blue',
    {
      blue: { endpoints: [endpoint('reports'), endpoint('search')] },
      green: { endpoints: [endpoint('readers-green')] },
    },
    ['topology custom endpoint reports: warns', 'topology custom endpoint search: blocks'],
  ],
];

it.each(CASES)('judges %s', (_what, world, expected) => {
  expect(differences(world)).toEqual(expected);
});

it('says why each difference matters, and what settles it', () => {
  const judged = CASES.flatMap(([, world]) => compare(world)).filter(({ verdict }) => verdict !== 'same');
  expect(judged.length).toBeGreaterThan(40);
  for (const { subject, reason, cure, verdict } of judged) {
    expect([subject, (reason ?? '').length > 20]).toEqual([subject, true]);
    if (verdict !== 'expected') expect([subject, cure?.length ?? 0]).not.toEqual([subject, 0]);
  }
});

it('prints commands that can be run as they are', () => {
  const cures = (world: World): readonly string[] => compare(world).flatMap(({ cure }) => cure ?? []);
  expect(cures({ blue: { scaling: SCALING } })).toEqual([
    'aws application-autoscaling register-scalable-target --region eu-west-1 --service-namespace rds --scalable-dimension rds:cluster:ReadReplicaCount --resource-id cluster:orders-green --min-capacity 1 --max-capacity 4',
    `aws application-autoscaling put-scaling-policy --region eu-west-1 --service-namespace rds --scalable-dimension rds:cluster:ReadReplicaCount --resource-id cluster:orders-green --policy-name cpu --policy-type TargetTrackingScaling --target-tracking-scaling-policy-configuration '{"TargetValue":60,"PredefinedMetricSpecification":{"PredefinedMetricType":"RDSReaderAverageCPUUtilization"},"ScaleInCooldown":300,"ScaleOutCooldown":120}'`,
  ]);
  expect(cures({ blue: { endpoints: [endpoint('reports', { staticMembers: ['orders-2'] })] } })[0]).toBe(
    'aws rds create-db-cluster-endpoint --region eu-west-1 --db-cluster-identifier orders-green --db-cluster-endpoint-identifier reports-green --endpoint-type READER --static-members orders-green-2',
  );
  expect(cures({ blue: { of: { managedMasterPassword: true } } })).toEqual([
    'aws rds modify-db-cluster --region eu-west-1 --db-cluster-identifier orders --no-manage-master-user-password --master-user-password PASSWORD --apply-immediately',
  ]);
  const named = { ...SCALING, policies: SCALING.policies.map((policy) => ({ ...policy, name: "at 60 %, it's full" })) };
  expect(cures({ blue: { scaling: named } })[1]).toContain(
    String.raw`--policy-name 'at 60 %, it'\''s full' --policy-type`,
  );
  expect(cures({ config: { green: { readers: [] } }, green: { readers: [] } })[0]).toBe(
    'green: { readers: [{ class: db.r6g.large, promotionTier: 1 }] } in upgrade.yaml',
  );
});

it('knows which class is smaller', () => {
  expect(isSmaller('db.t4g.medium', 'db.r6g.large')).toBe(true);
  expect(isSmaller('db.r6g.large', 'db.r5.large')).toBe(false);
  expect(isSmaller('db.r6g.2xlarge', 'db.r6g.16xlarge')).toBe(true);
  expect(isSmaller('db.t3.large', 'db.r6g.large')).toBe(true);
  expect(isSmaller('db.serverless', 'db.r6g.large')).toBe(false);
});

it('adds up who is let in on a port', () => {
  const rules = [
    rule('sg-a', '10.1.0.0/16'),
    rule('sg-a', 'sg-x', { protocol: '-1', fromPort: -1, toPort: -1 }),
    rule('sg-a', '0.0.0.0/0', { fromPort: 22, toPort: 22 }),
    rule('sg-a', '10.9.0.0/16', { protocol: 'udp' }),
    rule('sg-b', 'pl-1', { fromPort: 3000, toPort: 4000 }),
    rule('sg-c', '::/0'),
  ];
  expect(sourcesOf(rules, ['sg-a', 'sg-b'], 3306)).toEqual(['10.1.0.0/16', 'pl-1', 'sg-x']);
  expect(uncovered(['10.1.2.0/24', '10.2.0.0/16', '::/0', 'sg-x'], ['10.1.0.0/16', 'sg-x'])).toEqual([
    '10.2.0.0/16',
    '::/0',
  ]);
  expect(uncovered(['203.0.113.7/32'], ['0.0.0.0/0'])).toEqual([]);
});
