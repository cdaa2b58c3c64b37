#!/usr/bin/env node
'use strict';
/**
 * The command. It works in a fresh clone: what is missing is installed and built on the way (bootstrap/). This file keeps
 * to syntax that a very old Node can parse, so that such a Node gets a sentence instead of a syntax error.
 */
const version = process.versions.node.split('.').map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 20)) {
  process.stderr.write(
    'aurora-cutover needs Node.js 20.20 or newer, and this is ' +
      process.versions.node +
      '. Nothing has been done. Install a newer Node.js (with nvm: nvm install 20) and run the same command again.\n',
  );
  process.exitCode = 1;
} else {
  require('../bootstrap/launch').launch(process.argv.slice(2));
}
