import { CloudWatchClient, GetMetricDataCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as ec2 from '@aws-sdk/client-ec2';
import * as rds from '@aws-sdk/client-rds';
import * as route53 from '@aws-sdk/client-route-53';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';
import { BACKEND, startLab, startLabWithBlue } from './lab-aws.fixture';

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
  const { HostedZones } = await lab.route53.send(new route53.ListHostedZonesByNameCommand({ DNSName: 'lab.internal' }));
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

test('Parameter Store keeps a type, and encrypts with its own key unless it is told another one each time', async () => {
  const lab = await startLab();
  const client = new ssm.SSMClient(lab.config);
  const put = (input: Partial<ssm.PutParameterCommandInput>) =>
    client.send(new ssm.PutParameterCommand({ Name: '/db', Value: 'blue', ...input }));
  await expect(put({})).rejects.toMatchObject({ name: 'ValidationException' });
  expect(await put({ Type: 'SecureString', KeyId: 'alias/own' })).toMatchObject({ Version: 1, Tier: 'Standard' });
  await expect(put({ Type: 'SecureString' })).rejects.toBeInstanceOf(ssm.ParameterAlreadyExists);
  await expect(put({ Type: 'String', Overwrite: true })).rejects.toBeInstanceOf(ssm.HierarchyTypeMismatchException);
  const get = (WithDecryption: boolean) => client.send(new ssm.GetParameterCommand({ Name: '/db', WithDecryption }));
  expect((await get(true)).Parameter).toMatchObject({ Type: 'SecureString', Value: 'blue', Version: 1 });
  expect((await get(false)).Parameter?.Value).not.toBe('blue');
  const keyOf = async () => (await client.send(new ssm.DescribeParametersCommand({}))).Parameters?.[0]?.KeyId;
  expect(await keyOf()).toBe('alias/own');
  await put({ Value: 'green', Overwrite: true });
  expect(await keyOf()).toBe('alias/aws/ssm');
  await expect(client.send(new ssm.GetParameterCommand({ Name: '/none' }))).rejects.toBeInstanceOf(
    ssm.ParameterNotFound,
  );
});

test('a proxy takes one cluster, serves it once it is available, and turns clients away without one', async () => {
  const lab = await startLabWithBlue();
  const { DBProxy } = await lab.rds.send(
    new rds.CreateDBProxyCommand({
      DBProxyName: 'proxy',
      EngineFamily: 'MYSQL',
      RoleArn: 'arn:aws:iam::000000000000:role/proxy',
      VpcSubnetIds: ['subnet-1'],
    }),
  );
  const behind = () => lab.open.get(DBProxy?.Endpoint ?? '')?.backend();
  const change = { DBProxyName: 'proxy', DBClusterIdentifiers: ['blue'] };
  expect(behind()).toBeUndefined();
  const { DBProxyTargets } = await lab.rds.send(new rds.RegisterDBProxyTargetsCommand(change));
  expect(DBProxyTargets).toMatchObject([
    { Type: 'TRACKED_CLUSTER', RdsResourceId: 'blue' },
    { RdsResourceId: 'blue-1', TrackedClusterId: 'blue', Role: 'READ_WRITE', TargetHealth: { State: 'REGISTERING' } },
  ]);
  expect(behind()).toBeUndefined();
  await lab.aws.idle();
  expect(behind()).toEqual(BACKEND);
  await expect(lab.rds.send(new rds.RegisterDBProxyTargetsCommand(change))).rejects.toBeInstanceOf(
    rds.DBProxyTargetAlreadyRegisteredFault,
  );
  await lab.rds.send(new rds.DeregisterDBProxyTargetsCommand(change));
  expect(behind()).toBeUndefined();
  await expect(lab.rds.send(new rds.DeregisterDBProxyTargetsCommand(change))).rejects.toBeInstanceOf(
    rds.DBProxyTargetNotFoundFault,
  );
  const unknown = new rds.DescribeDBProxyTargetsCommand({ DBProxyName: 'none' });
  await expect(lab.rds.send(unknown)).rejects.toBeInstanceOf(rds.DBProxyNotFoundFault);
  const group = new rds.DescribeDBProxyTargetsCommand({ DBProxyName: 'proxy', TargetGroupName: 'none' });
  await expect(lab.rds.send(group)).rejects.toBeInstanceOf(rds.DBProxyTargetGroupNotFoundFault);
});

test('a secret keeps one version a token, and its labels can be moved back', async () => {
  const lab = await startLab();
  const { VersionId: first } = await lab.secrets.send(
    new secrets.CreateSecretCommand({ Name: 'app', SecretString: 'blue' }),
  );
  const put = (SecretString: string, ClientRequestToken = 'a'.repeat(64)) =>
    lab.secrets.send(new secrets.PutSecretValueCommand({ SecretId: 'app', SecretString, ClientRequestToken }));
  await expect(put('green', 'short')).rejects.toBeInstanceOf(secrets.InvalidParameterException);
  const { VersionId: second } = await put('green');
  expect((await put('green')).VersionId).toBe(second);
  await expect(put('other')).rejects.toBeInstanceOf(secrets.ResourceExistsException);
  const move = (input: object) =>
    lab.secrets.send(
      new secrets.UpdateSecretVersionStageCommand({ SecretId: 'app', VersionStage: 'AWSCURRENT', ...input }),
    );
  await expect(move({ MoveToVersionId: first })).rejects.toBeInstanceOf(secrets.InvalidParameterException);
  await move({ MoveToVersionId: first, RemoveFromVersionId: second });
  const { VersionIdsToStages } = await lab.secrets.send(new secrets.DescribeSecretCommand({ SecretId: 'app' }));
  expect(VersionIdsToStages).toEqual({ [String(first)]: ['AWSCURRENT'], [String(second)]: ['AWSPREVIOUS'] });
});

test('a second zone answers beside the first, and a weighted set as its weights say', async () => {
  const lab = await startLab();
  const create = () =>
    lab.route53.send(new route53.CreateHostedZoneCommand({ Name: 'two.internal', CallerReference: 'once' }));
  const { HostedZone } = await create();
  await expect(create()).rejects.toBeInstanceOf(route53.HostedZoneAlreadyExists);
  const member = (SetIdentifier: string, Weight: number): route53.Change => ({
    Action: 'UPSERT',
    ResourceRecordSet: {
      Name: 'db.two.internal',
      Type: 'CNAME',
      TTL: 1,
      SetIdentifier,
      Weight,
      ResourceRecords: [{ Value: `${SetIdentifier}.example` }],
    },
  });
  const send = (...Changes: route53.Change[]) =>
    lab.route53.send(
      new route53.ChangeResourceRecordSetsCommand({ HostedZoneId: HostedZone?.Id, ChangeBatch: { Changes } }),
    );
  const answers = () =>
    new Set(
      Array.from({ length: 50 }, () =>
        lab.aws.dnsZone.lookup('db.two.internal', 'CNAME').map(({ value }) => value),
      ).flat(),
    );
  await send(member('blue', 100), member('green', 0));
  expect([...answers()]).toEqual(['blue.example']);
  await send(member('blue', 0), member('green', 100));
  expect([...answers()]).toEqual(['green.example']);
});
