/** `precheck` on an upgrade.yaml: the clone that it makes never stays, waivers count, the log of a failed upgrade is explained. */
import * as rds from '@aws-sdk/client-rds';
import type { LabDescription } from '../../lab/contract';
import { addFault, closeTestLab, openTestLab, run, start, variantOf, type TestLab } from './support/test-lab';
import type { ToolRun } from './support/tool';

jest.setTimeout(240_000);

const CLONE = 'orders-precheck-clone';
let test: TestLab;
let client: rds.RDSClient;

beforeAll(async () => {
  test = await openTestLab('57-97');
  const credentials = { accessKeyId: 'lab', secretAccessKey: 'lab' };
  client = new rds.RDSClient({ endpoint: test.lab.awsEndpoint, region: test.lab.region, credentials });
});
afterAll(() => closeTestLab(test));

interface Call {
  readonly action: string;
}

async function calls({ awsEndpoint }: LabDescription): Promise<readonly string[]> {
  return ((await (await fetch(`${awsEndpoint}/_lab/requests`)).json()) as Call[]).map(({ action }) => action);
}

async function clusters(): Promise<readonly string[]> {
  const { DBClusters = [] } = await client.send(new rds.DescribeDBClustersCommand({}));
  return DBClusters.map(({ DBClusterIdentifier = '' }) => DBClusterIdentifier);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('never true');
}

function reportOf(ended: ToolRun): Readonly<Record<string, unknown>> {
  const report = ended.objects.find(({ type }) => type === 'precheck');
  if (report === undefined) throw new Error(ended.stdout + ended.stderr);
  return report;
}

it('checks what is stored on a clone, which is gone afterwards', async () => {
  const ended = await run(test, ['precheck', '--on-clone']);
  expect(ended.exitCode).toBe(0);
  expect(reportOf(ended)['checked']).toEqual(expect.arrayContaining(['xaPrepared', 'oldTemporal', 'removedFunctions']));
  expect((await calls(test.lab)).filter((action) => !/^(Describe|List|Get)/.test(action)).slice(-4)).toEqual([
    'RestoreDBClusterToPointInTime',
    'CreateDBInstance',
    'DeleteDBInstance',
    'DeleteDBCluster',
  ]);
  expect(await clusters()).toEqual([test.lab.blue.clusterId]);
});

it('an interruption deletes the clone, too', async () => {
  const running = start(test, ['precheck', '--on-clone']);
  await until(async () => (await clusters()).includes(CLONE));
  running.kill('SIGINT');
  expect((await running.done).exitCode).toBe(130);
  expect(await clusters()).not.toContain(CLONE);
});

it('a clone that a killed run left is found by its name and tag and deleted by the next one', async () => {
  const running = start(test, ['precheck', '--on-clone']);
  await until(async () => (await clusters()).includes(CLONE));
  running.kill('SIGKILL');
  await running.done;
  expect(await clusters()).toContain(CLONE);
  const next = await run(test, ['precheck', '--on-clone']);
  expect(next.stderr).toContain('An earlier run has left the clone');
  expect(next.exitCode).toBe(0);
  expect(await clusters()).not.toContain(CLONE);
});

it('waived findings stay visible and do not count; expired ones count and are named', async () => {
  const waive = (until_: string): string =>
    variantOf(
      test,
      `waived-${until_}.yaml`,
      (text) =>
        `${text}\nwaivers:\n  - { check: utf8mb3, object: 'analytics.*', reason: converted later, until: ${until_} }\n  - { check: zeroDate, reason: gone, until: 2999-01-31 }\n`,
    );
  const inForce = reportOf(await run(test, ['precheck', '--config', waive('2999-12-31'), '--only', 'utf8mb3']));
  expect(inForce).toMatchObject({ counts: { warning: 0, waived: 1 } });
  expect(inForce['findings']).toMatchObject([{ check: 'utf8mb3', waiver: { isExpired: false } }]);
  expect(inForce['notes']).toEqual([expect.stringContaining('did you mean zeroDates')]);
  const expired = reportOf(await run(test, ['precheck', '--config', waive('2020-01-31'), '--only', 'utf8mb3']));
  expect(expired).toMatchObject({ counts: { warning: 1, waived: 0 } });
  expect(expired['notes']).toEqual(expect.arrayContaining([expect.stringContaining('expired on 2020-01-31')]));
});

it('after a failed upgrade it says that there is a log, fetches it and explains it under our ids', async () => {
  const { blue, green } = test.lab;
  const snapshot = { DBClusterSnapshotIdentifier: 'precheck-test' };
  await client.send(new rds.CreateDBClusterSnapshotCommand({ ...snapshot, DBClusterIdentifier: blue.clusterId }));
  await until(async () => {
    const { DBClusterSnapshots } = await client.send(new rds.DescribeDBClusterSnapshotsCommand(snapshot));
    return DBClusterSnapshots?.[0]?.Status === 'available';
  });
  await addFault(test, { match: { service: 'rds', action: 'CreateDBInstance' }, effect: 'failed-precheck' });
  await client.send(
    new rds.RestoreDBClusterFromSnapshotCommand({
      DBClusterIdentifier: green.clusterId,
      SnapshotIdentifier: 'precheck-test',
      Engine: 'aurora-mysql',
      EngineVersion: green.engineVersion,
    }),
  );
  await client.send(
    new rds.CreateDBInstanceCommand({
      DBInstanceIdentifier: `${green.clusterId}-1`,
      DBClusterIdentifier: green.clusterId,
      DBInstanceClass: 'db.r6g.large',
      Engine: 'aurora-mysql',
    }),
  );
  await until(async () => {
    const words = { DBInstanceIdentifier: `${green.clusterId}-1` };
    const { DBInstances } = await client.send(new rds.DescribeDBInstancesCommand(words));
    return DBInstances?.[0]?.DBInstanceStatus === 'available';
  });
  const ended = await run(test, ['precheck', '--log']);
  expect(ended.exitCode).toBe(3);
  expect(reportOf(ended)['findings']).toMatchObject([
    { check: 'routineSyntax', level: 'error', object: 'lab.broken_routine' },
  ]);
  const usual = reportOf(await run(test, ['precheck', '--only', 'xaPrepared']));
  expect(usual['notes']).toEqual([expect.stringContaining('`precheck --log` explains')]);
});
