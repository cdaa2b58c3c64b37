/** Every kind of endpoint through real switches: calls that fail, hang or lose their reply, and applications one by one. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as rds from '@aws-sdk/client-rds';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { HostResolver } from '../../lab/writers/host-resolver';
import { clientsOf, endpointsNow, KEPT, KEY, seedEndpoints } from './support/endpoints';
import {
  addFault,
  clearFaults,
  closeTestLab,
  openReplicatingLab,
  run,
  succeed,
  type TestLab,
} from './support/test-lab';
import { connectAsMaster } from './support/world';

jest.setTimeout(300_000);

let test57: TestLab;
let hosts: Readonly<Record<'blue' | 'green', string>>;

beforeAll(async () => {
  test57 = await openReplicatingLab('57-97');
  await seedEndpoints(test57.lab);
  const blue = test57.lab.blue.endpoint;
  hosts = { blue, green: blue.replace('orders-blue', 'orders-green') };
});

afterAll(async () => {
  await closeTestLab(test57);
});

const isAt = (side: 'blue' | 'green'): unknown => ({
  weights: {
    blue: [side === 'blue' ? 100 : 0, hosts.blue],
    green: [side === 'green' ? 100 : 0, hosts.green],
  },
  one: [
    [7, hosts[side]],
    [1, 'elsewhere.example'],
  ],
  // To the last blank and digit as somebody had written it.
  secret: `{ ${KEPT}, "host": "${hosts[side]}", "port": 3306 }`,
  address: `${hosts[side]}:3306`,
  host: hosts[side],
  key: KEY,
  proxy: [`orders-${side}`],
  hook: hosts[side],
});

/** Accounts of applications that are locked there. */
async function locked(side: 'blue' | 'green'): Promise<readonly string[]> {
  const connection = await connectAsMaster(test57, side);
  const [rows] = await connection.query<RowDataPacket[]>(
    "SELECT user AS name FROM mysql.user WHERE user IN ('orders_app', 'reporting') AND account_locked = 'Y'",
  );
  await connection.end();
  return rows.map((row) => String(row['name']));
}

/** The version of the server that clients of the proxy meet. */
async function behindProxy(): Promise<string> {
  const { DBProxies } = await clientsOf(test57.lab).rds.send(new rds.DescribeDBProxiesCommand({}));
  const address = await new HostResolver(test57.lab.dns).resolveNow(DBProxies?.[0]?.Endpoint ?? '');
  const { user, password } = test57.lab.users.master;
  const connection = await createConnection({
    host: address,
    port: 3306,
    user,
    password,
    ssl: { rejectUnauthorized: false },
  });
  const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
  await connection.end();
  return String(rows[0]?.['version']);
}

/** Outcomes of the calls of an action since the lab began. */
async function outcomesOf(action: string): Promise<readonly string[]> {
  const answer = await fetch(`${test57.lab.awsEndpoint}/_lab/requests?action=${action}`);
  return ((await answer.json()) as { outcome: string }[]).map(({ outcome }) => outcome);
}

function hookLog(): readonly string[] {
  const file = join(test57.lab.dir, 'hook.log');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

it('says in the plan where each goes, and nothing of what is secret', async () => {
  const { stdout } = await succeed(test57, ['plan']);
  for (const words of ['PutSecretValue', 'PutParameter', KEY, 'RegisterDBProxyTargets', './hook.sh switch', 'LOCK'])
    expect(stdout).toContain(words);
  expect(stdout).not.toContain('ä');
  expect(stdout).not.toContain('e4ss');
  expect(stdout).not.toContain('SecretString');
});

it('switches all of them, in their order', async () => {
  const { stdout } = await succeed(test57, ['cutover', '--auto-approve']);
  expect(await endpointsNow(test57.lab)).toMatchObject(isAt('green') as object);
  expect(await behindProxy()).toMatch(/^9\.7/);
  expect([await locked('blue'), await locked('green')]).toEqual([[], []]);
  expect(stdout).not.toContain('e4ss');
  // Gates look, the switch does not look again before it acts.
  expect(hookLog().filter((line) => line.startsWith('switch'))).toEqual(['switch cutover orders-blue orders-green']);
});

it('looks where a reply was lost or a hook was killed, and repeats only what was not done', async () => {
  for (const action of ['ChangeResourceRecordSets', 'PutSecretValue', 'PutParameter', 'DeregisterDBProxyTargets'])
    await addFault(test57, { match: { action }, effect: 'reply-lost' });
  await addFault(test57, { match: { action: 'RegisterDBProxyTargets' }, effect: 'reply-lost' });
  writeFileSync(join(test57.lab.dir, 'hook.mode'), 'hang-after');
  const before = {
    secret: await outcomesOf('PutSecretValue'),
    parameter: await outcomesOf('PutParameter'),
    register: await outcomesOf('RegisterDBProxyTargets'),
    deregister: await outcomesOf('DeregisterDBProxyTargets'),
  };
  await succeed(test57, ['rollback', '--auto-approve']);
  expect(await endpointsNow(test57.lab)).toMatchObject(isAt('blue') as object);
  expect(await behindProxy()).toMatch(/^5\.7/);
  const since = async (action: string, known: readonly string[]): Promise<readonly string[]> =>
    (await outcomesOf(action)).slice(known.length);
  expect(await since('PutSecretValue', before.secret)).toEqual(['reply-lost']);
  expect(await since('PutParameter', before.parameter)).toEqual(['reply-lost', 'ok']);
  expect(await since('DeregisterDBProxyTargets', before.deregister)).toEqual(['reply-lost']);
  expect(await since('RegisterDBProxyTargets', before.register)).toEqual(['reply-lost']);
  expect(hookLog().filter((line) => line === 'switch rollback orders-green orders-blue')).toHaveLength(1);
  expect([await locked('blue'), await locked('green')]).toEqual([[], []]);
});

it('moves the others past one that cannot move, keeps its application out, and completes when run again', async () => {
  // A rollback ends some moments before green follows again without a gap.
  await addFault(test57, { match: { action: 'PutSecretValue' }, effect: 'denied' });
  const stalled = await run(test57, ['cutover', '--auto-approve']);
  expect(stalled.exitCode).toBe(5);
  expect(stalled.stdout).toContain('not at green yet: secret orders/application');
  expect(stalled.stdout).toContain('secretsmanager:PutSecretValue');
  expect(stalled.stdout).not.toContain('e4ss');
  expect(await endpointsNow(test57.lab)).toMatchObject({
    ...(isAt('green') as object),
    secret: `{ ${KEPT}, "host": "${hosts.blue}", "port": 3306 }`,
  });
  expect(await locked('green')).toEqual(['reporting']);

  await clearFaults(test57);
  await succeed(test57, ['cutover', '--auto-approve']);
  expect(await endpointsNow(test57.lab)).toMatchObject(isAt('green') as object);
  expect([await locked('blue'), await locked('green')]).toEqual([[], []]);
});

it('refuses before any effect what points elsewhere, what rotates and what it cannot tell, naming each', async () => {
  const { secrets } = clientsOf(test57.lab);
  const { PutSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: 'orders/application',
      SecretString: '{"host":"other","port":1}',
      VersionStages: ['AWSPENDING'],
    }),
  );
  await clientsOf(test57.lab).rds.send(
    new rds.DeregisterDBProxyTargetsCommand({
      DBProxyName: 'orders-proxy',
      DBClusterIdentifiers: ['orders-green'],
    }),
  );
  writeFileSync(join(test57.lab.dir, 'hook.mode'), 'blind');
  const refused = await run(test57, ['rollback', '--auto-approve']);
  expect(refused.exitCode).toBe(3);
  expect(refused.stdout).toContain('a rotation is under way');
  expect(refused.stdout).toContain('rds-proxy orders-proxy: no cluster');
  expect(refused.stdout).toContain('`./hook.sh state` ended with 7');
});
