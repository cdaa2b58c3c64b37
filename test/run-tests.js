'use strict';
/**
 * `npm test`: works in a fresh clone. Gets the dependencies and the lab's MySQL servers, then lints, then runs the quick
 * suites and then the lab's, two files at a time: each has a lab of its own, and a lab mostly waits. Everything is run to its
 * end, whatever failed before. The last line sums up; the exit code is 1 when anything failed or when the lab ran no test: a
 * green run without the lab would prove nothing about real servers.
 */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');
const QUICK_FOLDERS = ['test/unit', 'test/contract', 'test/stacks'];
const LAB_FOLDERS = ['test/lab'];

async function runTests() {
  const results = [];
  try {
    await require('../bootstrap/launch').prepare(ROOT);
  } catch (error) {
    say(error.message);
    return finish([failed('the dependencies and the build')], 0);
  }
  const { ensureMysql } = require('../bootstrap/fetch-mysql');
  const servers = await ensureMysql({ log: say }).then(
    () => true,
    (error) => {
      say(error.message);
      return false;
    },
  );
  results.push(await command('eslint', ['eslint', '.']));
  results.push(await command('prettier', ['prettier', '--check', '.']));
  results.push(await command('tsc', ['tsc', '-p', '.']));
  results.push(await jest('unit, contract and stack tests', QUICK_FOLDERS, 2));
  const lab = servers
    ? await jest('lab tests', LAB_FOLDERS, 2)
    : failed("the lab tests, which need the lab's MySQL servers (see above)");
  results.push(lab);
  return finish(results, servers ? lab.passed + lab.failed : 0);
}

/** A command counts as one test. */
async function command(name, words) {
  say(`\n== ${name}`);
  const [program, ...rest] = words;
  const code = await run(path.join(ROOT, 'node_modules/.bin', program), rest);
  return code === 0 ? { passed: 1, failed: 0, skipped: 0, failures: [] } : failed(name);
}

async function jest(name, folders, workers) {
  say(`\n== ${name}`);
  const roots = folders.filter((folder) => fs.existsSync(path.join(ROOT, folder)));
  if (roots.length === 0) return failed(`${name}: the folders ${folders.join(', ')} are missing`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'aurora-cutover-test-'));
  const outputFile = path.join(folder, 'jest.json');
  const words = [...roots.flatMap((root) => ['--roots', root]), '--json', `--outputFile=${outputFile}`];
  const code = await run(path.join(ROOT, 'node_modules/.bin/jest'), [...words, `--maxWorkers=${workers}`]);
  try {
    return tally(name, code, JSON.parse(fs.readFileSync(outputFile, 'utf8')));
  } catch {
    return failed(`${name}: jest ended with code ${code} and left no result`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** `json` is what `jest --json` writes. A file that could not be loaded counts as one failed test. */
function tally(name, code, json) {
  const failures = json.testResults.flatMap((file) => {
    const place = path.relative(ROOT, file.name);
    const tests = file.assertionResults.filter((test) => test.status === 'failed');
    if (tests.length === 0 && file.status === 'failed') return [`${place}: the file could not be run`];
    return tests.map((test) => `${place}: ${test.fullName}`);
  });
  const passed = json.numPassedTests;
  const skipped = json.numPendingTests + json.numTodoTests;
  if (code !== 0 && failures.length === 0) failures.push(`${name}: jest ended with code ${code} though no test failed`);
  return { passed, failed: failures.length, skipped, failures };
}

function failed(what) {
  return { passed: 0, failed: 1, skipped: 0, failures: [what] };
}

/** The last line and the exit code. `labTests`: how many tests ran against real servers. */
function finish(results, labTests) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const failures = results.flatMap((result) => result.failures);
  if (failures.length > 0) say(`\nfailed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`);
  if (labTests === 0)
    say('\nno lab test ran: nothing was tried against real MySQL servers, so this run does not count');
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  say(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
  return failures.length > 0 || labTests === 0 ? 1 : 0;
}

function run(program, words) {
  return new Promise((resolve) => {
    const child = spawn(program, words, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => {
      say(`${program}: ${error.message}`);
      resolve(127);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

module.exports = { tally, finish };

if (require.main === module) {
  void runTests().then((code) => {
    process.exitCode = code;
  });
}
