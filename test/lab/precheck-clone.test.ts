/** `precheck` on an upgrade.yaml: what it makes never stays, fences are tried, waivers count, a failed upgrade is explained. */
import * as rds from '@aws-sdk/client-rds';
import type { LabDescription } from '../../lab/contract';
import { addFault, closeTestLab, openTestLab, run, start, variantOf, type TestLab } from './support/test-lab';
import { errorOf, type ToolRun } from './support/tool';
import { connectAsMaster, until } from './support/world';

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

function reportOf(ended: ToolRun): Readonly<Record<string, unknown>> {
  const report = ended.objects.find(({ type }) => type === 'precheck');
  if (report === undefined) throw new Error(ended.stdout + ended.stderr);
  return report;
}

it('a clone that a killed run left is deleted by the next one, which makes its own and an oracle, and deletes both', async () => {
  const running = start(test, ['precheck', '--on-clone']);
  await until(async () => (await clusters()).includes(CLONE));
  running.kill('SIGKILL');
  await running.done;
  expect(await clusters()).toContain(CLONE);
  const blue = await connectAsMaster(test, 'blue');
  await blue.query('CREATE PROCEDURE shop.odd() BEGIN DECLARE lateral INT; SELECT 1 AS member; END');
  const before = (await calls(test.lab)).length;
  const ended = await run(test, ['precheck', '--on-clone', '--oracle', 'clone']);
  await blue.query('DROP PROCEDURE shop.odd');
  blue.destroy();
  expect(ended.stderr).toContain('An earlier run has left the cluster');
  expect(ended.exitCode).toBe(3);
  const report = reportOf(ended);
  expect(report['checked']).toEqual(expect.arrayContaining(['xaPrepared', 'oldTemporal', 'checkTableCommand']));
  expect(report['findings']).toContainEqual(
    expect.objectContaining({ check: 'routineSyntax', description: expect.stringContaining('9.7.4-2 refuses') }),
  );
  const isChange = (action: string): boolean => !/^(Describe|List|Get)/.test(action);
  const changes = (await calls(test.lab)).slice(before).filter(isChange);
  expect(new Set(changes.slice(-8))).toEqual(
    new Set([
      'RestoreDBClusterToPointInTime',
      'CreateDBCluster',
      'CreateDBInstance',
      'DeleteDBInstance',
      'DeleteDBCluster',
    ]),
  );
  expect(await clusters()).toEqual([test.lab.blue.clusterId]);
});

it('an interruption deletes what was made, too', async () => {
  const running = start(test, ['precheck', '--only', 'utf8mb3', '--oracle', 'clone']);
  await until(async () => (await clusters()).includes('orders-precheck-oracle'));
  running.kill('SIGINT');
  expect((await running.done).exitCode).toBe(130);
  expect(await clusters()).toEqual([test.lab.blue.clusterId]);
});

it('an oracle on AWS needs a version that RDS knows', async () => {
  const ended = await run(test, ['precheck', '--oracle', 'clone', '--target', '8.0.36']);
  expect([ended.exitCode, errorOf(ended).code]).toEqual([64, 'usage']);
});

describe('--probe-fences', () => {
  const APPLICATION = "{ kind: account-lock, accounts: ['orders_app@%'] }";
  const withFences = (name: string, blue: readonly string[]): string =>
    variantOf(
      test,
      name,
      (text) =>
        `${text}\ncutover:\n  fences:\n    blue: [${blue.join(', ')}]\n    green: [${APPLICATION}, { kind: rds-set-read-only }]\n`,
    );
  const probe = async (config: string): Promise<ToolRun> =>
    run(test, ['precheck', '--config', config, '--only', 'fences', '--probe-fences']);
  const hook = (state: string): string =>
    `{ kind: hook, close: ['true'], open: ['true'], state: ['sh', '-c', '${state}'] }`;

  it('says that it writes, tries what is configured, and leaves blue open and without its account', async () => {
    const fences = ['{ kind: lock-tables }', APPLICATION, hook('exit 1'), '{ kind: cluster-parameter-group }'];
    const ended = await probe(withFences('fences.yaml', fences));
    expect(ended.stderr).toContain('--probe-fences writes on blue');
    expect(ended.exitCode).toBe(0);
    const report = reportOf(ended);
    expect(report['findings']).toMatchObject(
      ['account-lock', 'hook', 'cluster-parameter-group'].map((object) => ({ level: 'notice', object })),
    );
    expect(report['notChecked']).toMatchObject([{ object: 'lock-tables', because: 'on-request' }]);
    const blue = await connectAsMaster(test, 'blue');
    const [rows] = await blue.query(
      "SELECT user, account_locked FROM mysql.user WHERE user IN ('cutover_lock_probe', 'orders_app')",
    );
    blue.destroy();
    expect(rows).toEqual([{ user: 'orders_app', account_locked: 'N' }]);
  });

  it('names each fence that cannot work, once, with what the server said', async () => {
    const group = '{ kind: security-group, openGroups: [sg-1], closedGroups: [sg-2] }';
    const fences = [APPLICATION, group, hook('exit 3'), '{ kind: rds-set-read-only }', '{ kind: read-only }'];
    const ended = await probe(withFences('no-fences.yaml', fences));
    expect(ended.exitCode).toBe(3);
    const errors = (reportOf(ended)['findings'] as { level: string; object: string; description: string }[]).filter(
      ({ level }) => level === 'error',
    );
    expect(errors.map(({ object }) => object)).toEqual(['security-group', 'hook', 'rds-set-read-only', 'read-only']);
    expect(errors.every(({ description }) => description.includes('The probe failed'))).toBe(true);
  });
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
