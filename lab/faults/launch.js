'use strict';
/** `npm run faults` in a fresh clone: what is missing is installed, fetched and built on the way. */
const path = require('node:path');
const { prepare } = require('../../bootstrap/launch');
const { ensureMysql } = require('../../bootstrap/fetch-mysql');

const ROOT = path.resolve(__dirname, '../..');

async function launch() {
  // A reader that has gone (`--list | head`) is no failure.
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
  await prepare(ROOT);
  await ensureMysql({ log: (line) => process.stderr.write(`${line}\n`) });
  process.exitCode = await require('../../dist/lab/faults/main.js').faults(process.argv.slice(2));
}

launch().catch((error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
});
