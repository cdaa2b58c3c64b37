import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ec2 from '@aws-sdk/client-ec2';
import * as rds from '@aws-sdk/client-rds';
import * as route53 from '@aws-sdk/client-route-53';
import * as secrets from '@aws-sdk/client-secrets-manager';
import { BLUE_VERSION, startLab, startLabWithBlue, describeCluster, type Lab } from './lab-aws.fixture';

const directory = mkdtempSync(join(tmpdir(), 'lab-aws-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

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
