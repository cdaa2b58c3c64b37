/** The launcher in small clones of its own, with a stand-in for npm on the PATH: no network, no real install. */
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const PROJECT = path.resolve(__dirname, '../..');
const MAIN = `export async function main(args: string[]): Promise<number> { console.log('main got', args.join(' ')); return 3; }\n`;
const LINK_MODULES = `mkdir -p node_modules && ln -s ${PROJECT}/node_modules/esbuild node_modules/esbuild`;
const NPM = `echo "$@" >> npm.calls; rm -rf node_modules; sleep 0.3; ${LINK_MODULES}`;

let clone: string;

beforeEach(() => {
  clone = fs.mkdtempSync(path.join(os.tmpdir(), 'aurora-cutover-launcher-'));
  for (const folder of ['bin', 'bootstrap']) {
    fs.cpSync(path.join(PROJECT, folder), path.join(clone, folder), { recursive: true });
  }
  write('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/esbuild': { version: '1.0.0' } } }));
  write('actions/cli/main.ts', MAIN);
  putNpm(NPM);
});

afterEach(() => {
  fs.rmSync(clone, { recursive: true, force: true });
});

test('a fresh clone is installed, built and run, with the exit code of main', () => {
  const run = launch('status', '--json');
  expect(run.stdout).toBe('main got status --json\n');
  expect(run.stderr).toContain('installing the dependencies (npm ci) ...\n');
  expect(run.status).toBe(3);
  expect(npmCalls()).toEqual(['ci --no-audit --no-fund --include=dev']);
});

test('the second start neither installs nor builds', () => {
  launch('status');
  const built = fs.statSync(path.join(clone, 'dist/.built')).mtimeMs;
  const run = launch('status');
  expect(run.stderr).toBe('');
  expect(npmCalls()).toHaveLength(1);
  expect(fs.statSync(path.join(clone, 'dist/.built')).mtimeMs).toBe(built);
});

test('a changed lock file is installed again', () => {
  launch('status');
  write('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/esbuild': { version: '2.0.0' } } }));
  launch('status');
  expect(npmCalls()).toHaveLength(2);
});

test('what a person installed with npm is taken as it is', () => {
  spawnSync('sh', ['-c', LINK_MODULES], { cwd: clone });
  write(
    'node_modules/.package-lock.json',
    JSON.stringify({ packages: { 'node_modules/esbuild': { version: '1.0.0' } } }),
  );
  expect(launch('status').stdout).toBe('main got status\n');
  expect(fs.existsSync(path.join(clone, 'npm.calls'))).toBe(false);
});

test('the clone is what npx finds under the name of the tool', () => {
  launch('status');
  const link = path.join(clone, 'node_modules/.bin/aurora-cutover');
  expect(fs.readlinkSync(link)).toBe('../../bin/aurora-cutover.js');
  expect(spawnSync(link, ['show'], { cwd: clone, encoding: 'utf8' }).stdout).toBe('main got show\n');
});

test('two starts at once install once and both run', async () => {
  const runs = await Promise.all([launchAsync('plan'), launchAsync('show')]);
  expect(runs.sort()).toEqual(['main got plan\n', 'main got show\n']);
  expect(npmCalls()).toHaveLength(1);
});

test('a lock left behind by a process that is gone is not waited for', () => {
  const gone = spawnSync('true').pid;
  write('dist/.installing', String(gone));
  expect(launch('status').stdout).toBe('main got status\n');
});

test('a changed source is built, one that is gone disappears, other files are copied', () => {
  write('actions/old.ts', 'export const old = 1;\n');
  write('lab/seed.sql', 'SELECT 1;\n');
  launch('status');
  expect(fs.existsSync(path.join(clone, 'dist/actions/old.js'))).toBe(true);
  expect(fs.readFileSync(path.join(clone, 'dist/lab/seed.sql'), 'utf8')).toBe('SELECT 1;\n');
  fs.rmSync(path.join(clone, 'actions/old.ts'));
  write('actions/cli/main.ts', MAIN.replace('main got', 'new main got'));
  expect(launch('status').stdout).toBe('new main got status\n');
  expect(fs.existsSync(path.join(clone, 'dist/actions/old.js'))).toBe(false);
});

test('a source that does not parse is named with its line', () => {
  write('actions/broken.ts', 'export const a = ;\n');
  const run = launch('status');
  expect(run.status).toBe(1);
  expect(run.stderr).toContain('actions/broken.ts:1:17: ERROR: Unexpected ";"');
});

test('without npm it says what is missing and what to do', () => {
  fs.rmSync(path.join(clone, 'path'), { recursive: true });
  const run = launch('status');
  expect(run.status).toBe(1);
  expect(run.stderr).toContain('npm is not on the PATH, so the dependencies cannot be installed');
});

test('an unreachable registry is told from a broken lock file', () => {
  putNpm('echo "npm error code ENOTFOUND" >&2; exit 1');
  expect(launch('status').stderr).toContain('npm did not reach its registry. Check the network and the proxy');
  putNpm('echo "npm error code EUSAGE" >&2; exit 1');
  const run = launch('status');
  expect(run.stderr).toContain('npm ci said:\n  npm error code EUSAGE\nMend what npm names above');
  expect(run.status).toBe(1);
});

test('a reader that has gone does not end the command', () => {
  write(
    'actions/cli/main.ts',
    `import { writeFileSync } from 'node:fs';
     export async function main(): Promise<void> {
       for (let turn = 0; turn < 20; turn++) {
         console.log('x'.repeat(10_000));
         await new Promise((resolve) => setTimeout(resolve, 5));
       }
       writeFileSync('finished', '');
     }`,
  );
  const script = `"${process.execPath}" bin/aurora-cutover.js status | :`;
  const run = spawnSync('/bin/bash', ['-c', `set -o pipefail; ${script}`], {
    cwd: clone,
    encoding: 'utf8',
    env: { PATH: path.join(clone, 'path') },
  });
  expect(fs.existsSync(path.join(clone, 'finished'))).toBe(true);
  expect(run.status).toBe(0);
});

test('an old Node gets a sentence', () => {
  const script = `Object.defineProperty(process, 'versions', { value: { node: '18.20.4' } }); require('./bin/aurora-cutover.js');`;
  const run = spawnSync(process.execPath, ['-e', script], { cwd: clone, encoding: 'utf8' });
  expect(run.status).toBe(1);
  expect(run.stderr).toContain('aurora-cutover needs Node.js 20.20 or newer, and this is 18.20.4.');
  expect(run.stdout).toBe('');
});

function write(place: string, text: string): void {
  const file = path.join(clone, place);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

/** `path/` is all that the launcher finds besides node itself and the shell's own programs. */
function putNpm(script: string): void {
  write('path/npm', `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  fs.chmodSync(path.join(clone, 'path/npm'), 0o755);
}

function npmCalls(): string[] {
  return fs.readFileSync(path.join(clone, 'npm.calls'), 'utf8').trim().split('\n');
}

function launch(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['bin/aurora-cutover.js', ...args], {
    cwd: clone,
    encoding: 'utf8',
    env: { PATH: path.join(clone, 'path') },
  });
}

function launchAsync(...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['bin/aurora-cutover.js', ...args], {
      cwd: clone,
      env: { PATH: path.join(clone, 'path') },
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('close', () => {
      resolve(text);
    });
  });
}
