'use strict';
/** One process of this clone at a time: two commands started together must not install or build over each other. */
const fs = require('node:fs');
const path = require('node:path');

const POLL_MS = 100;
const SAY_AFTER_MS = 10_000;

/** Runs `work` while holding `file`, which names the holder's process id; a holder that is gone is not waited for. */
async function withLock(file, work) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const started = Date.now();
  let hasSpoken = false;
  while (!take(file)) {
    if (!hasSpoken && Date.now() - started > SAY_AFTER_MS) {
      hasSpoken = true;
      process.stderr.write(`waiting for process ${holderOf(file)}, which holds ${file}\n`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/** The file appears with its content in one step (link), so that nobody reads a holder that is not written yet. */
function take(file) {
  const own = `${file}.${process.pid}`;
  fs.writeFileSync(own, String(process.pid));
  try {
    fs.linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const holder = holderOf(file);
    if (holder !== undefined && !isAlive(holder)) fs.rmSync(file, { force: true });
    return false;
  } finally {
    fs.rmSync(own, { force: true });
  }
}

function holderOf(file) {
  try {
    return Number(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

module.exports = { withLock };
