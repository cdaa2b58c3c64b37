'use strict';
/**
 * Dependencies as package-lock.json names them. The lock file's hash is kept beside them, so that a pull which changes the
 * lock file is noticed; an install that a person made with npm is recognised and not made again.
 */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const MARKER = 'node_modules/.aurora-cutover-installed';
const HEARTBEAT_MS = 10_000;

/** Whether node_modules holds what the lock file wants. */
function isInstalled(root) {
  return readText(path.join(root, MARKER)) === lockHash(root) || adopt(root);
}

/** Runs `npm ci`; rejects with what npm said, why it matters and what to do. */
async function install(root) {
  const { withLock } = require('./lock');
  await withLock(path.join(root, 'dist/.installing'), async () => {
    if (isInstalled(root)) return;
    const started = Date.now();
    const progress = showProgress('installing the dependencies (npm ci)', started);
    const result = await runNpm(root).finally(progress.stop);
    if (result.code !== 0) throw new Error(explain(result.output));
    leaveMarker(root);
    process.stderr.write(`dependencies installed in ${seconds(started)} s\n`);
  });
}

function lockHash(root) {
  return createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

/** Leaves the marker when npm's own record of node_modules agrees with the lock file, package by package. */
function adopt(root) {
  const record = readText(path.join(root, 'node_modules/.package-lock.json'));
  if (record === undefined) return false;
  const held = JSON.parse(record).packages;
  const wanted = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const agrees = Object.entries(wanted).every(([place, entry]) => {
    if (place === '') return true;
    const found = held[place];
    return found ? found.integrity === entry.integrity && found.version === entry.version : entry.optional === true;
  });
  if (agrees) leaveMarker(root);
  return agrees;
}

/** The link makes `npx aurora-cutover` find this clone instead of asking the registry. */
function leaveMarker(root) {
  const link = path.join(root, 'node_modules/.bin/aurora-cutover');
  fs.mkdirSync(path.dirname(link), { recursive: true });
  try {
    fs.symlinkSync('../../bin/aurora-cutover.js', link);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  fs.writeFileSync(path.join(root, MARKER), lockHash(root));
}

/** Development dependencies hold the compiler, so they are named: NODE_ENV=production would leave them out. */
function runNpm(root) {
  const { spawn } = require('node:child_process');
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--include=dev'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk) => (output = (output + chunk).slice(-20_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      const reason = error.code === 'ENOENT' ? 'npm is not on the PATH' : `npm could not be started: ${error.message}`;
      reject(
        new Error(
          `${reason}, so the dependencies cannot be installed and the command cannot run. ` +
            'Install npm (it comes with Node.js) and run the same command again.',
        ),
      );
    });
    child.on('close', (code) => resolve({ code, output }));
  });
}

function explain(output) {
  const isOffline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(output);
  const next = isOffline
    ? 'npm did not reach its registry. Check the network and the proxy (npm ping), or run "npm ci --offline" if npm\'s cache is filled; then run the same command again.'
    : 'Mend what npm names above ("npm ci" in this folder shows all of it), then run the same command again.';
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /^npm (error|ERR!) +\S/.test(line));
  const said = (errors.length > 0 ? errors : lines.slice(-8)).slice(0, 8).join('\n  ');
  return `the dependencies could not be installed, and the command cannot run without them. npm ci said:\n  ${said}\n${next}`;
}

/** A spinner on a terminal, else a line at once and one every ten seconds. */
function showProgress(text, started) {
  if (!process.stderr.isTTY) {
    process.stderr.write(`${text} ...\n`);
    const beat = setInterval(() => process.stderr.write(`${text}: ${seconds(started)} s so far\n`), HEARTBEAT_MS);
    return { stop: () => clearInterval(beat) };
  }
  const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
  let turn = 0;
  const spin = setInterval(() => {
    process.stderr.write(`\r${frames[turn++ % frames.length]} ${text}, ${seconds(started)} s`);
  }, 100);
  return {
    stop: () => {
      clearInterval(spin);
      process.stderr.write('\r\x1b[2K');
    },
  };
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000);
}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

module.exports = { isInstalled, install, leaveMarker };
