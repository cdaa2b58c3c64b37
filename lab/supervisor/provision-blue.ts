import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  EC2Client,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import {
  CreateDBClusterCommand,
  CreateDBClusterParameterGroupCommand,
  CreateDBInstanceCommand,
  CreateDBParameterGroupCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ModifyDBClusterParameterGroupCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { setTimeout as sleep } from 'node:timers/promises';
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
const OPERATOR_CIDR = '127.0.0.1/32';
const INSTANCE_TIMEOUT_MS = 180_000;
const POLL_MS = 100;

/**
 * Two groups as an account with an application has them: the database's admits the operator's address and the
 * application's members. Nothing lets databases reach each other: Terraform adds that.
 */
export async function createSecurityGroups(
  aws: AwsSettings,
): Promise<{ readonly database: string; readonly application: string }> {
  const ec2 = new EC2Client(aws);
  try {
    const create = async (name: string, what: string) => {
      const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ GroupName: name, Description: what }));
      return required(GroupId, 'CreateSecurityGroup', 'GroupId');
    };
    const database = await create('orders-database', 'Clusters of the orders application');
    const application = await create('orders-application', 'Hosts of the orders application');
    const permit = (source: IpPermission): IpPermission => ({
      IpProtocol: 'tcp',
      FromPort: ENDPOINT_PORT,
      ToPort: ENDPOINT_PORT,
      ...source,
    });
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: database,
        IpPermissions: [
          permit({ IpRanges: [{ CidrIp: OPERATOR_CIDR, Description: 'Operator' }] }),
          permit({ UserIdGroupPairs: [{ GroupId: application, Description: 'Application' }] }),
        ],
      }),
    );
    return { database, application };
  } finally {
    ec2.destroy();
  }
}

/** Blue with a writer and a reader, in parameter groups of its own, its binary log off as Aurora's default has it. */
export async function createBlue(
  aws: AwsSettings,
  { blueVersion, blueFamily }: Pairing,
  master: { readonly user: string; readonly password: string },
  securityGroupId: string,
): Promise<BlueCluster> {
  const rds = new RDSClient(aws);
  try {
    const groups = { cluster: `${CLUSTER_ID}-cluster`, instance: `${CLUSTER_ID}-instance` };
    await createParameterGroups(rds, groups, blueFamily);
    await rds.send(
      new CreateDBClusterCommand({
        DBClusterIdentifier: CLUSTER_ID,
        Engine: 'aurora-mysql',
        EngineVersion: blueVersion,
        MasterUsername: master.user,
        MasterUserPassword: master.password,
        DBClusterParameterGroupName: groups.cluster,
        VpcSecurityGroupIds: [securityGroupId],
        BackupRetentionPeriod: 1,
      }),
    );
    for (const role of ['writer', 'reader']) {
      await rds.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier: `${CLUSTER_ID}-${role}`,
          DBClusterIdentifier: CLUSTER_ID,
          Engine: 'aurora-mysql',
          DBInstanceClass: 'db.r6g.large',
          DBParameterGroupName: groups.instance,
        }),
      );
      await instanceAvailable(rds, `${CLUSTER_ID}-${role}`);
    }
    const { DBClusters } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: CLUSTER_ID }));
    const cluster = DBClusters?.[0];
    return {
      clusterId: CLUSTER_ID,
      endpoint: required(cluster?.Endpoint, 'DescribeDBClusters', 'Endpoint'),
      readerEndpoint: required(cluster?.ReaderEndpoint, 'DescribeDBClusters', 'ReaderEndpoint'),
    };
  } finally {
    rds.destroy();
  }
}

/** A hosted zone in which the application's name points at blue. Answers the zone's id without `/hostedzone/`. */
export async function createZone(
  aws: AwsSettings,
  zone: { readonly name: string; readonly record: string; readonly target: string; readonly ttlSeconds: number },
): Promise<string> {
  const route53 = new Route53Client(aws);
  try {
    const { HostedZone } = await route53.send(
      new CreateHostedZoneCommand({ Name: zone.name, CallerReference: 'lab up' }),
    );
    const id = required(HostedZone?.Id, 'CreateHostedZone', 'HostedZone.Id').replace('/hostedzone/', '');
    const record = {
      Name: zone.record,
      Type: 'CNAME' as const,
      TTL: zone.ttlSeconds,
      ResourceRecords: [{ Value: zone.target }],
    };
    await route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: id,
        ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: record }] },
      }),
    );
    return id;
  } finally {
    route53.destroy();
  }
}

async function createParameterGroups(
  rds: RDSClient,
  names: { readonly cluster: string; readonly instance: string },
  family: string,
): Promise<void> {
  await rds.send(
    new CreateDBClusterParameterGroupCommand({
      DBClusterParameterGroupName: names.cluster,
      DBParameterGroupFamily: family,
      Description: 'Cluster parameters of orders',
    }),
  );
  await rds.send(
    new CreateDBParameterGroupCommand({
      DBParameterGroupName: names.instance,
      DBParameterGroupFamily: family,
      Description: 'Instance parameters of orders',
    }),
  );
  // A few of the settings that grow in production, so that carrying them over has something to carry.
  await rds.send(
    new ModifyDBClusterParameterGroupCommand({
      DBClusterParameterGroupName: names.cluster,
      Parameters: [
        { ParameterName: 'time_zone', ParameterValue: 'UTC', ApplyMethod: 'immediate' },
        { ParameterName: 'innodb_lock_wait_timeout', ParameterValue: '20', ApplyMethod: 'pending-reboot' },
      ],
    }),
  );
}

async function instanceAvailable(rds: RDSClient, id: string): Promise<void> {
  const deadlineMs = performance.now() + INSTANCE_TIMEOUT_MS;
  for (;;) {
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
    const status = DBInstances?.[0]?.DBInstanceStatus ?? 'unknown';
    if (status === 'available') return;
    if (status === 'failed') throw new Error(`The server of ${id} did not start; the reason stands in the lab's log.`);
    if (performance.now() > deadlineMs) {
      throw new Error(`${id} is still '${status}' after ${String(INSTANCE_TIMEOUT_MS / 1000)} s; see the lab's log.`);
    }
    await sleep(POLL_MS);
  }
}

function required(value: string | undefined, call: string, member: string): string {
  if (value === undefined)
    throw new Error(`The lab's AWS endpoint answered ${call} without ${member}; it cannot go on.`);
  return value;
}
