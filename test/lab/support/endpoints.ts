/** One endpoint of every kind in a lab, each at blue, and what they say now. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as rds from '@aws-sdk/client-rds';
import * as route53 from '@aws-sdk/client-route-53';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';
import type { LabDescription } from '../../../lab/contract';

/** What the application keeps beside the address; it must come through every switch. */
export const KEPT = '"username":"orders_app",  "password":"p\\u00e4ss","limit":12345678901234567890';
export const SECRET = 'orders/application';
export const KEY = 'alias/orders';

export interface EndpointClients {
  readonly rds: rds.RDSClient;
  readonly route53: route53.Route53Client;
  readonly secrets: secrets.SecretsManagerClient;
  readonly ssm: ssm.SSMClient;
}

export function clientsOf(lab: Pick<LabDescription, 'awsEndpoint' | 'region'>): EndpointClients {
  const config = {
    endpoint: lab.awsEndpoint,
    region: lab.region,
    credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' },
  };
  return {
    rds: new rds.RDSClient(config),
    route53: new route53.Route53Client(config),
    secrets: new secrets.SecretsManagerClient(config),
    ssm: new ssm.SSMClient(config),
  };
}

/** Makes them and writes them into upgrade.yaml. The hook keeps the address in a file. */
export async function seedEndpoints(lab: LabDescription): Promise<void> {
  const clients = clientsOf(lab);
  const { endpoint: blue, clusterId } = lab.blue;
  const second = await clients.route53.send(
    new route53.CreateHostedZoneCommand({ Name: 'reports.internal', CallerReference: 'endpoints' }),
  );
  const zoneId = (second.HostedZone?.Id ?? '').replace('/hostedzone/', '');
  const record = (Name: string, Value: string, SetIdentifier: string, Weight: number): route53.Change => ({
    Action: 'UPSERT',
    ResourceRecordSet: { Name, Type: 'CNAME', TTL: 60, SetIdentifier, Weight, ResourceRecords: [{ Value }] },
  });
  await clients.route53.send(
    new route53.ChangeResourceRecordSetsCommand({
      HostedZoneId: zoneId,
      ChangeBatch: {
        Changes: [
          record('db.reports.internal', blue, 'blue', 100),
          record('one.reports.internal', blue, 'mine', 7),
          record('one.reports.internal', 'elsewhere.example', 'other', 1),
        ],
      },
    }),
  );
  await clients.secrets.send(
    new secrets.CreateSecretCommand({ Name: SECRET, SecretString: `{ ${KEPT}, "host": "${blue}", "port": 3306 }` }),
  );
  await clients.ssm.send(
    new ssm.PutParameterCommand({ Name: '/orders/address', Type: 'String', Value: `${blue}:3306` }),
  );
  await clients.ssm.send(
    new ssm.PutParameterCommand({ Name: '/orders/host', Type: 'SecureString', Value: blue, KeyId: KEY }),
  );
  const { DBClusters } = await clients.rds.send(new rds.DescribeDBClustersCommand({ DBClusterIdentifier: clusterId }));
  const groups = (DBClusters?.[0]?.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId: id }) => id ?? []);
  await clients.rds.send(
    new rds.CreateDBProxyCommand({
      DBProxyName: 'orders-proxy',
      EngineFamily: 'MYSQL',
      RoleArn: 'arn:aws:iam::000000000000:role/proxy',
      VpcSubnetIds: ['subnet-1'],
      VpcSecurityGroupIds: groups,
    }),
  );
  await clients.rds.send(
    new rds.RegisterDBProxyTargetsCommand({ DBProxyName: 'orders-proxy', DBClusterIdentifiers: [clusterId] }),
  );
  writeHook(lab.dir, blue);
  const text = readFileSync(lab.upgradeFile, 'utf8');
  writeFileSync(
    lab.upgradeFile,
    text.replace(/(endpoints:\n(?: .*\n)+)/, (found) => found + moreEndpoints(zoneId)),
  );
}

function moreEndpoints(zoneId: string): string {
  return `    application: orders
  - kind: route53
    zoneId: ${zoneId}
    name: db.reports.internal
    weights: { blue: blue, green: green }
    ttl: 1s
  - kind: route53
    zoneId: ${zoneId}
    name: one.reports.internal
    setIdentifier: mine
    ttl: 1s
  - kind: secret
    secretId: ${SECRET}
    ttl: 1s
    application: reports
  - kind: ssm-parameter
    name: /orders/address
    value: '{host}:{port}'
    ttl: 1s
  - kind: ssm-parameter
    name: /orders/host
    ttl: 1s
  - kind: rds-proxy
    proxy: orders-proxy
  - kind: hook
    name: file
    switch: [./hook.sh, switch]
    state: [./hook.sh, state]
    timeout: 5s
    ttl: 1s
    application: reports
applications:
  - name: orders
    accounts: ['orders_app@%']
  - name: reports
    accounts: ['reporting@%']
`;
}

/** `hook.mode` says what it does: `hang` sleeps before it acts, `hang-after` after it, `fail` refuses. */
function writeHook(dir: string, blue: string): void {
  writeFileSync(join(dir, 'hook.address'), blue);
  writeFileSync(
    join(dir, 'hook.sh'),
    `#!/bin/sh
mode=$(cat hook.mode 2>/dev/null)
echo "$1 $AURORA_CUTOVER_DIRECTION $AURORA_CUTOVER_FROM_CLUSTER $AURORA_CUTOVER_TO_CLUSTER" >> hook.log
if [ "$1" = switch ]; then
  if [ "$mode" = fail ]; then echo "password is $LAB_APP_PASSWORD"; exit 9; fi
  if [ "$mode" = hang ]; then rm hook.mode; sleep 60; fi
  printf %s "$AURORA_CUTOVER_TO_HOST" > hook.address
  if [ "$mode" = hang-after ]; then rm hook.mode; sleep 60; fi
  exit 0
fi
if [ "$mode" = blind ]; then exit 7; fi
case "$(cat hook.address)" in
  "$AURORA_CUTOVER_TO_HOST") exit 0 ;;
  "$AURORA_CUTOVER_FROM_HOST") exit 1 ;;
  *) exit 2 ;;
esac
`,
  );
  chmodSync(join(dir, 'hook.sh'), 0o755);
}

/** Where each of them points now, and what is beside the address. */
export async function endpointsNow(lab: LabDescription): Promise<Readonly<Record<string, unknown>>> {
  const clients = clientsOf(lab);
  const zones = await clients.route53.send(new route53.ListHostedZonesCommand({}));
  const zone = zones.HostedZones?.find(({ Name }) => Name === 'reports.internal.');
  const { ResourceRecordSets } = await clients.route53.send(
    new route53.ListResourceRecordSetsCommand({ HostedZoneId: zone?.Id }),
  );
  const parameter = async (Name: string): Promise<string | undefined> =>
    (await clients.ssm.send(new ssm.GetParameterCommand({ Name, WithDecryption: true }))).Parameter?.Value;
  const { Parameters } = await clients.ssm.send(new ssm.DescribeParametersCommand({}));
  const { Targets } = await clients.rds.send(new rds.DescribeDBProxyTargetsCommand({ DBProxyName: 'orders-proxy' }));
  const secret = await clients.secrets.send(new secrets.GetSecretValueCommand({ SecretId: SECRET }));
  return {
    weights: Object.fromEntries(
      (ResourceRecordSets ?? [])
        .filter(({ Name }) => Name === 'db.reports.internal.')
        .map(({ SetIdentifier, Weight, ResourceRecords }) => [SetIdentifier, [Weight, ResourceRecords?.[0]?.Value]]),
    ),
    one: (ResourceRecordSets ?? [])
      .filter(({ Name }) => Name === 'one.reports.internal.')
      .map(({ Weight, ResourceRecords }) => [Weight, ResourceRecords?.[0]?.Value]),
    secret: secret.SecretString,
    address: await parameter('/orders/address'),
    host: await parameter('/orders/host'),
    key: Parameters?.find(({ Name }) => Name === '/orders/host')?.KeyId,
    proxy: Targets?.filter(({ Type }) => Type === 'TRACKED_CLUSTER').map(({ RdsResourceId }) => RdsResourceId),
    hook: readFileSync(join(lab.dir, 'hook.address'), 'utf8'),
  };
}
