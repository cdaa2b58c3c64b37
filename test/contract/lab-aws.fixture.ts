import * as ec2 from '@aws-sdk/client-ec2';
import * as rds from '@aws-sdk/client-rds';
import * as route53 from '@aws-sdk/client-route-53';
import * as secrets from '@aws-sdk/client-secrets-manager';
import type { EngineHost, InstanceRequest, LabNetwork } from '../../lab/contract';
import { createAwsEndpoint, type AwsEndpoint } from '../../lab/aws/endpoint';
import { openAwsStore } from '../../lab/aws/store';

export const REGION = 'eu-central-1';
export const BLUE_VERSION = '5.7.mysql_aurora.2.12.4';
export const GREEN_VERSION = '9.7.mysql_aurora.9.7.4';
export const BACKEND = { host: '127.0.0.1', port: 13306 };

/** An engine host that only writes down what it is asked for. */
export function fakeEngine() {
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

export function fakeNetwork() {
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

export interface Lab {
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
afterEach(async () => {
  await Promise.all(running.splice(0).map((aws) => aws.close()));
});

export async function startLab(
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
    metricSamples: ({ name, dimensions }) =>
      name === 'AuroraBinlogReplicaLag' && dimensions['Role'] === 'WRITER' ? [{ atMs: Date.now(), value: 2 }] : [],
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

export async function startLabWithBlue(instanceIds: readonly string[] = ['blue-1']): Promise<Lab> {
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

export async function describeCluster(lab: Lab, id: string): Promise<rds.DBCluster> {
  const { DBClusters: [cluster] = [] } = await lab.rds.send(
    new rds.DescribeDBClustersCommand({ DBClusterIdentifier: id }),
  );
  if (cluster === undefined) throw new Error(`no cluster ${id}`);
  return cluster;
}

export async function describeInstance(lab: Lab, id: string): Promise<rds.DBInstance> {
  const { DBInstances: [instance] = [] } = await lab.rds.send(
    new rds.DescribeDBInstancesCommand({ DBInstanceIdentifier: id }),
  );
  if (instance === undefined) throw new Error(`no instance ${id}`);
  return instance;
}

export async function attachClusterGroup(lab: Lab, name = 'blue-pg'): Promise<void> {
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

export async function reboot(lab: Lab, id: string): Promise<void> {
  await lab.rds.send(new rds.RebootDBInstanceCommand({ DBInstanceIdentifier: id }));
  await lab.aws.idle();
}

export function setParameter(
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

export async function makeSnapshot(lab: Lab, id = 'blue-snap'): Promise<void> {
  await lab.rds.send(
    new rds.CreateDBClusterSnapshotCommand({ DBClusterIdentifier: 'blue', DBClusterSnapshotIdentifier: id }),
  );
  await lab.aws.idle();
}

export async function makeGreen(lab: Lab): Promise<void> {
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
