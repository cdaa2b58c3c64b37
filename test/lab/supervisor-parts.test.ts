import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../actions/config/load';
import type { LabDescription } from '../../lab/contract';
import { labDown } from '../../lab/cli/down';
import { labStatus } from '../../lab/cli/status';
import { labUp } from '../../lab/cli/up';
import { askLab, ControlServer, type ControlRequest } from '../../lab/supervisor/control';
import { labEnvironment, writeEnvFile } from '../../lab/supervisor/env-file';
import { labFiles } from '../../lab/supervisor/lab-files';
import { readLabRecord, withoutPasswords, writeLabRecord } from '../../lab/supervisor/lab-record';
import { identify, isRunning } from '../../lab/supervisor/process-identity';
import { startLab } from '../../lab/supervisor/start-lab';
import { stopLab } from '../../lab/supervisor/stop-lab';
import { upgradeYaml } from '../../lab/supervisor/upgrade-yaml';

let dir: string;
let written: { stdout: string; stderr: string };

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lab-'));
  written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    });
  }
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

function description(): LabDescription {
  return {
    type: 'lab',
    pair: '57-97',
    dir,
    pid: process.pid,
    awsEndpoint: 'http://127.0.0.1:4566',
    region: 'eu-west-1',
    dns: { host: '127.30.4.2', port: 5300 },
    zone: { id: 'Z1', name: 'lab.internal' },
    applicationHost: 'orders.db.lab.internal',
    applicationAddress: '127.30.4.10',
    port: 3306,
    blue: { clusterId: 'orders-blue', endpoint: 'blue.lab', readerEndpoint: 'blue-ro.lab', address: '127.30.4.20' },
    green: { clusterId: 'orders-green', engineVersion: '9.7.mysql_aurora.9.7.4' },
    users: {
      master: { user: 'admin', password: `it's "secret" $HOME` },
      application: { user: 'orders_app', password: 'hidden' },
    },
    caFile: join(dir, 'ca.pem'),
    upgradeFile: labFiles(dir).upgrade,
    envFile: labFiles(dir).environment,
    controlSocket: labFiles(dir).controlSocket,
  };
}

test('a process is recognised while it lives, and neither a dead nor a reused pid is', async () => {
  const child = spawn('sleep', ['60']);
  const identity = identify(child.pid ?? 0);
  expect(isRunning(identity)).toBe(true);
  expect(isRunning({ ...identity, startTicks: '1' })).toBe(false);
  expect(isRunning({ ...identity, bootId: 'another' })).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isRunning(identity)).toBe(false);
});

test('the record keeps the description, but no password', () => {
  expect(readLabRecord(dir)).toBeUndefined();
  const supervisor = identify(process.pid);
  const lab = withoutPasswords(description());
  writeLabRecord({ format: 1, phase: 'ready', pair: '57-97', dir, supervisor, description: lab });
  const text = readFileSync(join(dir, 'lab.json'), 'utf8');
  expect(text).not.toContain('secret');
  expect(text).not.toContain('hidden');
  expect(JSON.parse(text)).toMatchObject({ type: 'lab', phase: 'ready', zone: { id: 'Z1' } });
  expect(readLabRecord(dir)).toEqual({ format: 1, phase: 'ready', pair: '57-97', dir, supervisor, description: lab });
});

test('a shell that reads the environment file gets every value as it is', () => {
  const lab = description();
  writeEnvFile(lab);
  expect(statSync(lab.envFile).mode & 0o777).toBe(0o600);
  const script = `. '${lab.envFile}' && node -p 'JSON.stringify(process.env)'`;
  const seen = JSON.parse(execFileSync('sh', ['-c', script], { encoding: 'utf8' })) as Record<string, string>;
  expect(seen).toMatchObject(labEnvironment(lab));
  expect(seen['AURORA_CUTOVER_GREEN_PASSWORD']).toBe(`it's "secret" $HOME`);
});

test('the upgrade file says everything that the configuration asks for', () => {
  expect(parseConfig(upgradeYaml(description(), 1), 'upgrade.yaml')).toMatchObject({
    blue: { cluster: 'orders-blue' },
    green: { cluster: 'orders-green', engineVersion: '9.7.mysql_aurora.9.7.4' },
    endpoints: [{ kind: 'route53', zoneId: 'Z1', name: 'orders.db.lab.internal', target: 'writer', ttl: 1000 }],
    network: { caFile: join(dir, 'ca.pem'), dnsServers: ['127.30.4.2:5300'] },
  });
});

test('requests over one connection are answered in order, mistakes too, and only the owner may connect', async () => {
  const path = join(dir, 'control.sock');
  const server = await ControlServer.open(path, (request: ControlRequest) =>
    request.command === 'relay' ? Promise.reject(new Error('no such relay')) : Promise.resolve({ ok: true }),
  );
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const socket = connect(path);
  socket.write('{"command":"status"}\n{"command":"relay"}\nnot json\n');
  let answers = '';
  while (answers.split('\n').length < 4) answers += String((await once(socket, 'data'))[0]);
  socket.destroy();
  const [first, second, third] = answers
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { ok: boolean });
  expect([first, second]).toEqual([{ ok: true }, { ok: false, error: 'no such relay' }]);
  expect(third).toMatchObject({ ok: false });
  await expect(askLab(path, { command: 'relay', endpoint: 'x', fault: 'cut' })).rejects.toThrow('no such relay');
  await server.close();
  await expect(askLab(path, { command: 'status' })).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a lab whose supervisor died is ended by its record, and foreign files in its directory stay', async () => {
  const supervisor = { ...identify(process.pid), startTicks: '1' };
  writeLabRecord({ format: 1, phase: 'starting', pair: '57-57', dir, supervisor });
  mkdirSync(labFiles(dir).engine);
  writeFileSync(join(dir, 'orders.plan.json'), '{}');
  expect(await stopLab(dir)).toEqual({ wasThere: true, wasForced: true });
  expect([existsSync(join(dir, 'lab.json')), existsSync(labFiles(dir).engine)]).toEqual([false, false]);
  expect(existsSync(join(dir, 'orders.plan.json'))).toBe(true);
  expect(await stopLab(dir)).toEqual({ wasThere: false, wasForced: false });
});

test('a directory that holds a lab already is refused, and so is one too deep for sockets', async () => {
  writeLabRecord({ format: 1, phase: 'failed', pair: '57-57', dir, supervisor: identify(process.pid) });
  await expect(startLab({ pair: '57-97', dir })).rejects.toThrow('lab down --dir');
  await expect(startLab({ pair: '57-97', dir: join(dir, 'x'.repeat(90)) })).rejects.toThrow('shorter path');
});

test('the commands tell wrong usage, nothing there and a dead supervisor apart', async () => {
  expect(await labUp(['--pair', '80-84'])).toBe(64);
  expect(await labDown(['--directory', dir])).toBe(64);
  expect(await labStatus(['--dir', dir])).toBe(1);
  expect(written.stderr).toContain('There is no lab in');
  writeLabRecord({
    format: 1,
    phase: 'ready',
    pair: '57-97',
    dir,
    supervisor: { ...identify(process.pid), startTicks: '1' },
  });
  expect(await labStatus(['--dir', dir])).toBe(1);
  expect(written.stderr).toContain('lab down --dir');
  expect(written.stdout).toBe('');
  expect(await labUp(['--help'])).toBe(0);
  expect(written.stdout).toMatch(/^Usage: aurora-cutover lab up/);
  written.stdout = '';
  expect(await labDown(['--dir', dir, '--json'])).toBe(0);
  expect(JSON.parse(written.stdout)).toEqual({ type: 'lab-down', wasThere: true, wasForced: true });
});
