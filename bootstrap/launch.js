'use strict';
/** From a fresh clone to the running command: dependencies, build, the lab's servers when they are wanted, then `main`. */
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');

/** Sets the exit code; never throws. `args` are the words after the command's name. */
async function launch(args) {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  try {
    await prepare(ROOT);
    if (wantsServers(args)) await require('./fetch-mysql').ensureMysql({ log: toStderr });
    // The SDK's advice about its own future, printed at every command; Node 20 is what this release is tested on.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    if (args.includes('--debug')) process.setSourceMapsEnabled(true);
    const { main } = require('../dist/actions/cli/main.js');
    const code = await main(args);
    if (typeof code === 'number') process.exitCode = code;
  } catch (error) {
    toStderr(args.includes('--debug') ? error.stack : `error: ${error.message}`);
    process.exitCode = 1;
  }
}

/** Dependencies installed as locked, `dist/` built from the sources as they are. A few milliseconds when both hold. */
async function prepare(root) {
  const { isInstalled } = require('./install');
  if (!isInstalled(root)) await require('./install').install(root);
  require('./build').build(root);
}

/** The verbs that start MySQL servers on this machine. */
function wantsServers(args) {
  if (args.includes('--help') || args.includes('-h')) return false;
  const words = args.filter((word) => !word.startsWith('-'));
  return words[0] === 'rehearse' || (words[0] === 'lab' && words[1] === 'up');
}

/** A reader that has gone (`| head`, a closed terminal) must not end a command in the middle of a cutover. */
function ignoreClosedPipe(error) {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}

function toStderr(line) {
  process.stderr.write(`${line}\n`);
}

module.exports = { launch, prepare, wantsServers };
