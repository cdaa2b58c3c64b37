/** A trial on a clone of green, and what CloudWatch says meanwhile: on real servers, one lab for both. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as rds from '@aws-sdk/client-rds';
import { createDialler } from '../../actions/adapters/mysql-dial';
import { openMysql2Server } from '../../actions/adapters/mysql-server';
import { systemClock } from '../../actions/adapters/system-clock';
import { replicaStatus } from '../../actions/mysql/queries';
import { standAlone } from '../../actions/trial/stand-alone';
import {
  addFault,
  clearFaults,
  closeTestLab,
  openReplicatingLab,
  run,
  start,
  succeed,
  variantOf,
} from './support/test-lab';
import type { TestLab } from './support/test-lab';
import { CLONE, errorOf, type Told, type ToolRun } from './support/tool';
import { connectAsMaster, endpointOf, until } from './support/world';

jest.setTimeout(300_000);

const TRIAL = 'orders-trial';
let test57: TestLab;
let client: rds.RDSClient;

beforeAll(async () => {
  test57 = await openReplicatingLab('57-97');
  const { awsEndpoint: endpoint, region, dir } = test57.lab;
  client = new rds.RDSClient({ endpoint, region, credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' } });
  writeFileSync(join(dir, 'suite.js'), SUITE);
});
afterAll(() => closeTestLab(test57));

/** Writes as the application on whatever host it is told, and goes on as the file `mode` says. */
const SUITE = `
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { Resolver } = require('node:dns/promises');
const { createConnection } = require(${JSON.stringify(join(CLONE, 'node_modules/mysql2/promise'))});
(async () => {
  const mode = readFileSync('mode', 'utf8');
  const resolver = new Resolver();
  resolver.setServers([process.argv[2]]);
  const { AURORA_CUTOVER_TRIAL_HOST: host, AURORA_CUTOVER_TRIAL_PORT: port, LAB_APP_USER, LAB_APP_PASSWORD } = process.env;
  const [address] = await resolver.resolve4(host);
  const ssl = { ca: readFileSync(process.env.AURORA_CUTOVER_TRIAL_CA_FILE), rejectUnauthorized: false };
  const c = await createConnection({ host: address, port: Number(port), user: LAB_APP_USER, password: LAB_APP_PASSWORD, ssl });
  const [[{ stores }]] = await c.query('SELECT COUNT(*) AS stores FROM shop.stores');
  const [[{ events }]] = await c.query('SELECT @@event_scheduler AS events');
  await c.query("UPDATE shop.stores SET name = 'tried'");
  c.destroy();
  console.log('stores', stores, 'events', events, 'secret', process.env.AURORA_CUTOVER_GREEN_PASSWORD ?? 'none', LAB_APP_PASSWORD);
  if (mode === 'hang') { writeFileSync('hanging', ''); setTimeout(() => undefined, 60_000); return; }
  process.exit(mode === 'fail' ? 7 : 0);
})().catch((error) => { console.error(error); process.exit(9); });
`;

function inMode(mode: 'pass' | 'fail' | 'hang'): void {
  writeFileSync(join(test57.lab.dir, 'mode'), mode);
}

function config(name: string, more = ''): readonly string[] {
  const { dns } = test57.lab;
  const command = `[node, suite.js, '${dns.host}:${String(dns.port)}']`;
  return ['--config', variantOf(test57, name, (text) => `${text}\ntrial:\n  command: ${command}\n${more}`)];
}

async function remains(): Promise<readonly string[]> {
  const { DBClusters = [] } = await client.send(new rds.DescribeDBClustersCommand({}));
  const { DBClusterParameterGroups = [] } = await client.send(new rds.DescribeDBClusterParameterGroupsCommand({}));
  return [
    ...DBClusters.map(({ DBClusterIdentifier: id = '' }) => id),
    ...DBClusterParameterGroups.map(({ DBClusterParameterGroupName: name = '' }) => name),
  ].filter((name) => name.startsWith(TRIAL));
}

function only(ended: ToolRun, type: string): Told {
  const found = ended.objects.find((told) => told.type === type);
  if (found === undefined) throw new Error(`${ended.exitCode}: ${ended.stdout}${ended.stderr}`);
  return found;
}

async function status(): Promise<Readonly<Record<string, unknown>>> {
  return only(await succeed(test57, ['status']), 'status');
}

describe('a trial', () => {
  it('that fails is a closed gate; its clone stays when asked, is not taken from whoever kept it, and is cleaned', async () => {
    inMode('fail');
    const ended = await run(test57, ['trial', '--keep', ...config('keep.yaml')]);
    expect(ended.exitCode).toBe(1);
    expect(only(ended, 'trial')).toMatchObject({
      outcome: 'failed',
      exitCode: 7,
      version: expect.stringMatching(/^9\.7\./),
      output: 'stores 200 events OFF secret none ***',
      clone: { cluster: TRIAL, isKept: true },
    });
    expect(ended.stdout).not.toContain(test57.lab.users.application.password);
    expect(await status()).toMatchObject({ trial: { last: { outcome: 'failed' }, clone: { is: 'kept' } } });
    const green = await connectAsMaster(test57, 'green');
    const [rows] = await green.query("SELECT COUNT(*) AS tried FROM shop.stores WHERE name = 'tried'");
    green.destroy();
    expect(rows).toEqual([{ tried: 0 }]);

    const again = await run(test57, ['trial', ...config('again.yaml')]);
    expect([again.exitCode, errorOf(again).code]).toEqual([3, 'trial-clone-kept']);
    const expired = await run(test57, ['trial', '--clean']);
    expect([expired.exitCode, only(expired, 'trial-clean')['deleted']]).toEqual([0, true]);
    expect(await remains()).toEqual([]);
    const cutover = await run(test57, ['cutover', '--auto-approve']);
    expect(cutover.exitCode).toBe(3);
    expect(cutover.objects.find((told) => told['name'] === 'trial of the application')).toMatchObject({
      ok: false,
      value: expect.stringContaining('failed with exit code 7'),
    });
  });

  it('that was killed leaves a clone, which status names and the next one deletes; an interrupted one leaves nothing', async () => {
    inMode('hang');
    const words = ['trial', ...config('hang.yaml')];
    const hanging = join(test57.lab.dir, 'hanging');
    const killed = start(test57, words);
    await until(() => existsSync(hanging), 'the suite running');
    expect(await status()).toMatchObject({ trial: { clone: { is: 'in use' } } });
    expect(errorOf(await run(test57, words)).code).toBe('trial-running');
    killed.kill('SIGKILL');
    await killed.done;
    expect(await remains()).toEqual([TRIAL, `${TRIAL}-aurora-cutover`]);
    expect(await status()).toMatchObject({ trial: { clone: { is: 'left over' } } });

    const interrupted = start(test57, words);
    await interrupted.told((told) => told['code'] === 'trial-begun');
    interrupted.kill('SIGINT');
    const ended = await interrupted.done;
    expect(ended.exitCode).toBe(130);
    expect(ended.stdout).toContain('An earlier run has left the cluster');
    expect(await remains()).toEqual([]);
    expect(await status()).toMatchObject({ trial: { last: { outcome: 'failed', exitCode: 7 } } });
  });

  it('that passes opens the gate', async () => {
    inMode('pass');
    const ended = await succeed(test57, ['trial', ...config('pass.yaml')]);
    expect(only(ended, 'trial')).toMatchObject({ outcome: 'passed', exitCode: 0 });
    expect(await remains()).toEqual([]);
  });
});

describe('health', () => {
  const metric = (found: unknown, name: string): Readonly<Record<string, unknown>> =>
    (found as { metrics: Record<string, unknown>[] }).metrics.find((one) => one['name'] === name) ?? {};

  it('has the figures of both servers in one call, and status says it when CloudWatch does not answer', async () => {
    const { health } = await status();
    expect(metric(health, 'CPUUtilization')).toMatchObject({
      limitIs: 'at most',
      blue: { verdict: 'ok', limit: 80, latest: expect.any(Number) },
      green: { verdict: 'ok', limit: 80, latest: expect.any(Number) },
    });
    expect(metric(health, 'AuroraBinlogReplicaLag')).toMatchObject({
      blue: { verdict: 'no data', points: [] },
      green: { verdict: 'ok', limit: 60 },
    });
    await addFault(test57, { match: { service: 'monitoring' }, effect: 'denied', times: 1 });
    const denied = await status();
    expect(denied['health']).toMatchObject({ metrics: [], failure: expect.stringContaining('GetMetricData') });
    await clearFaults(test57);
  });

  it('closes a gate only where it is required', async () => {
    const memory = 'health: { freeableMemoryMiB: 16777216, required: true }';
    const strict = await run(test57, ['cutover', '--auto-approve', ...config('strict.yaml', memory)]);
    expect(strict.exitCode).toBe(3);
    expect(strict.objects.filter((told) => told.type === 'gate' && told['ok'] === false)).toMatchObject([
      { name: 'health of blue', value: expect.stringContaining('freeable memory') },
      { name: 'health of green', value: expect.stringContaining('freeable memory') },
    ]);
  });

  it('is drawn in the report of a switch, and a switch without CloudWatch says so', async () => {
    const lax = config('lax.yaml', 'health: { freeableMemoryMiB: 16777216 }');
    await succeed(test57, ['cutover', '--auto-approve', ...lax]);
    const report = reportOf('cutover');
    expect(report.html).toContain('<polyline class="rate-blue"');
    expect(report.html).toContain('<line class="limit"');
    expect(report.markdown).toMatch(/\| freeable memory \| at least 16 TiB \| [\d.]+ GiB BEYOND \|/);
    await addFault(test57, { match: { service: 'monitoring' }, effect: 'denied', times: 100 });
    await succeed(test57, ['rollback', '--auto-approve', ...lax]);
    await clearFaults(test57);
    expect(reportOf('rollback').markdown).toContain('CloudWatch could not be asked');
  });

  function reportOf(direction: string): { readonly html: string; readonly markdown: string } {
    const folder = join(dirname(test57.stateFile), 'reports');
    const [name] = readdirSync(folder).filter((file) => file.endsWith(`${direction}.html`));
    const path = join(folder, name ?? 'none');
    return { html: readFileSync(path, 'utf8'), markdown: readFileSync(path.replace(/html$/, 'md'), 'utf8') };
  }
});

it('a clone that brought the channel of green along would lose it: tried on green itself', async () => {
  const { lab } = test57;
  const dialler = createDialler({
    caFile: lab.caFile,
    dnsServers: [`${lab.dns.host}:${String(lab.dns.port)}`],
    connectTimeout: 5_000,
  });
  const target = { side: 'green' as const, host: endpointOf(test57, 'green'), port: lab.port };
  const green = await openMysql2Server({
    side: 'green',
    clock: systemClock,
    dial: () => dialler.dial(target, lab.users.master),
    openIds: () => dialler.openIds('green'),
  });
  const within = { timeoutMs: 30_000 };
  expect(await green.read(replicaStatus(green.version), within)).toMatchObject({ isReceiving: true });
  await expect(standAlone(green, () => within)).rejects.toMatchObject({ code: 'trial-clone-read-only' });
  expect(await green.read(replicaStatus(green.version), within)).toBeUndefined();
  await green.close();
});
