/** Runs every search of the explorer, the largest too, and adds up what they saw: `npm run explore`. Exit code of jest. */
const { spawn } = require('node:child_process');

const jest = spawn(
  process.execPath,
  [require.resolve('jest/bin/jest'), '--roots', 'test/unit', '--maxWorkers=2', 'explorer', ...process.argv.slice(2)],
  { env: { ...process.env, AURORA_CUTOVER_EXPLORE: 'all' }, stdio: ['inherit', 'pipe', 'inherit'] },
);

let rest = '';
const totals = { states: 0, transitions: 0 };
jest.stdout.setEncoding('utf8');
jest.stdout.on('data', (text) => {
  process.stdout.write(text);
  const lines = (rest + text).split('\n');
  rest = lines.pop();
  for (const line of lines) {
    const [, states, transitions] = /^explored: (\d+) states, (\d+) transitions$/.exec(line) ?? [];
    totals.states += Number(states ?? 0);
    totals.transitions += Number(transitions ?? 0);
  }
});
jest.on('close', (code) => {
  process.stdout.write(`explored in total: ${totals.states} states, ${totals.transitions} transitions\n`);
  process.exitCode = code ?? 1;
});
