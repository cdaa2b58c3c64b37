import { AuthorizeSecurityGroupIngressCommand, EC2Client, type IpPermission } from '@aws-sdk/client-ec2';
import {
  CreateDBClusterParameterGroupCommand,
  CreateDBParameterGroupCommand,
  DescribeDBClustersCommand,
  ModifyDBClusterParameterGroupCommand,
  ModifyDBParameterGroupCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import type { AwsEndpoint } from '../aws/endpoint';
import type { BlueClusterSeed } from '../aws/seed';
import { ENDPOINT_PORT } from '../network/lab-network';
import type { Pairing } from './pairings';

/** Settings of any AWS client that should meet the lab. */
export interface AwsSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface BlueCluster {
  readonly clusterId: string;
  readonly endpoint: string;
  readonly readerEndpoint: string;
}

const CLUSTER_ID = 'orders-blue';
const PARAMETER_GROUPS = { cluster: 'orders-blue-cluster', instance: 'orders-blue-instance' };
/** What grows around a cluster in production, so that green has something to take over. */
const SURROUNDINGS: Pick<BlueClusterSeed, 'settings' | 'instanceSettings' | 'tags'> = {
  settings: {
    preferredBackupWindow: '02:10-02:40',
    preferredMaintenanceWindow: 'tue:03:30-tue:04:00',
    logExports: ['error', 'slowquery'],
    roles: ['arn:aws:iam::000000000000:role/orders-load-from-s3'],
    copyTagsToSnapshot: true,
  },
  instanceSettings: {
    preferredMaintenanceWindow: 'tue:04:30-tue:05:00',
    monitoringInterval: 60,
    monitoringRoleArn: 'arn:aws:iam::000000000000:role/rds-monitoring-role',
    performanceInsights: true,
    performanceInsightsRetentionDays: 7,
  },
  tags: { Name: 'orders', team: 'shop' },
};
const OPERATOR_CIDR = '127.0.0.1/32';

/**
 * Two groups as an account with an application has them: the database's admits the operator's address and the
 * application's members, of which `applicationAddress` is one. Nothing lets databases reach each other: Terraform adds
 * that. Answers the database's group.
 */
export async function createSecurityGroups(
  endpoint: AwsEndpoint,
  aws: AwsSettings,
  applicationAddress: string,
): Promise<string> {
  const database = endpoint.seedSecurityGroup({ name: 'orders-database', description: 'Clusters of orders' });
  const application = endpoint.seedSecurityGroup({ name: 'orders-application', description: 'Hosts of orders' });
  // What a fence gives a cluster instead: everybody but the application.
  const fenced = endpoint.seedSecurityGroup({ name: 'orders-fenced', description: 'Clusters that are fenced' });
  endpoint.joinSecurityGroups(applicationAddress, [application.id]);
  const permit = (source: IpPermission): IpPermission => ({
    IpProtocol: 'tcp',
    FromPort: ENDPOINT_PORT,
    ToPort: ENDPOINT_PORT,
    ...source,
  });
  const operator = permit({ IpRanges: [{ CidrIp: OPERATOR_CIDR, Description: 'Operator' }] });
  const rules = [
    {
      GroupId: database.id,
      IpPermissions: [
        operator,
        permit({ UserIdGroupPairs: [{ GroupId: application.id, Description: 'Application' }] }),
        permit({ UserIdGroupPairs: [{ GroupId: fenced.id, Description: 'Clusters that are fenced' }] }),
      ],
    },
    {
      GroupId: fenced.id,
      IpPermissions: [
        operator,
        permit({ UserIdGroupPairs: [{ GroupId: database.id, Description: 'Clusters that serve' }] }),
      ],
    },
  ];
  await using(new EC2Client(aws), async (ec2) => {
    for (const rule of rules) await ec2.send(new AuthorizeSecurityGroupIngressCommand(rule));
  });
  return database.id;
}

/** Blue with a writer and a reader, in parameter groups of its own, its binary log off as Aurora's default has it. */
export async function createBlue(
  endpoint: AwsEndpoint,
  aws: AwsSettings,
  { blueVersion, blueFamily }: Pairing,
  master: { readonly user: string; readonly password: string },
  securityGroupId: string,
): Promise<BlueCluster> {
  return using(new RDSClient(aws), async (rds) => {
    await createParameterGroups(rds, blueFamily);
    endpoint.seedBlueCluster({
      clusterId: CLUSTER_ID,
      instanceIds: [`${CLUSTER_ID}-writer`, `${CLUSTER_ID}-reader`],
      engineVersion: blueVersion,
      masterUsername: master.user,
      masterPassword: master.password,
      clusterParameterGroup: PARAMETER_GROUPS.cluster,
      instanceParameterGroup: PARAMETER_GROUPS.instance,
      securityGroupIds: [securityGroupId],
      databaseName: 'shop',
      ...SURROUNDINGS,
    });
    await endpoint.idle();
    const { DBClusters } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: CLUSTER_ID }));
    const { Status, Endpoint, ReaderEndpoint } = DBClusters?.[0] ?? {};
    if (Status !== 'available' || Endpoint === undefined || ReaderEndpoint === undefined) {
      throw new Error(
        `Blue is '${String(Status)}' instead of available: its server did not start. The reason stands in the lab's log.`,
      );
    }
    return { clusterId: CLUSTER_ID, endpoint: Endpoint, readerEndpoint: ReaderEndpoint };
  });
}

/** A hosted zone in which the application's name points at blue. Answers the zone's id. */
export async function createZone(
  endpoint: AwsEndpoint,
  aws: AwsSettings,
  zone: { readonly name: string; readonly record: string; readonly target: string; readonly ttlSeconds: number },
): Promise<string> {
  const { id } = endpoint.seedHostedZone({ name: zone.name, comment: 'Names of the lab' });
  const record = {
    Name: zone.record,
    Type: 'CNAME' as const,
    TTL: zone.ttlSeconds,
    ResourceRecords: [{ Value: zone.target }],
  };
  await using(new Route53Client(aws), (route53) =>
    route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: id,
        ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: record }] },
      }),
    ),
  );
  await endpoint.idle();
  return id;
}

async function createParameterGroups(rds: RDSClient, family: string): Promise<void> {
  await rds.send(
    new CreateDBClusterParameterGroupCommand({
      DBClusterParameterGroupName: PARAMETER_GROUPS.cluster,
      DBParameterGroupFamily: family,
      Description: 'Cluster parameters of orders',
    }),
  );
  await rds.send(
    new CreateDBParameterGroupCommand({
      DBParameterGroupName: PARAMETER_GROUPS.instance,
      DBParameterGroupFamily: family,
      Description: 'Instance parameters of orders',
    }),
  );
  // A few of the settings that grow in production, so that carrying them over has something to carry.
  await rds.send(
    new ModifyDBClusterParameterGroupCommand({
      DBClusterParameterGroupName: PARAMETER_GROUPS.cluster,
      Parameters: [{ ParameterName: 'time_zone', ParameterValue: 'UTC', ApplyMethod: 'immediate' }],
    }),
  );
  await rds.send(
    new ModifyDBParameterGroupCommand({
      DBParameterGroupName: PARAMETER_GROUPS.instance,
      Parameters: [{ ParameterName: 'innodb_lock_wait_timeout', ParameterValue: '20', ApplyMethod: 'immediate' }],
    }),
  );
}

async function using<Client extends { destroy(): void }, Result>(
  client: Client,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
