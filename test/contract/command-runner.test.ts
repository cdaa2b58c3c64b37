/** Real programs: exit codes, kills, children, secrets. */
import { commandRunner } from '../../actions/adapters/command-runner';
import { systemClock } from '../../actions/adapters/system-clock';
import type { Command } from '../../actions/ports/command';

const runner = commandRunner({
  folder: '/tmp',
  environment: { PATH: process.env['PATH'], MY_SECRET: 'hunter22', AURORA_CUTOVER_BLUE_PASSWORD: 'of the tool' },
  clock: systemClock,
});
const sh = (script: string): Command => ({ program: 'sh', args: ['-c', script], environment: { MORE: 'more' } });
const within = (timeoutMs: number, signal?: AbortSignal) => (signal ? { timeoutMs, signal } : { timeoutMs });

it('tells the exit code and what was said, without the secrets and the passwords of the tool', async () => {
  const script = 'echo $MORE $MY_SECRET [$AURORA_CUTOVER_BLUE_PASSWORD]; pwd >&2; exit 3';
  expect(await runner.run(sh(script), within(5_000))).toEqual({
    is: 'exited',
    exitCode: 3,
    output: 'more *** []\n/tmp',
  });
});

it('kills what takes too long, with its children', async () => {
  const outcome = await runner.run(sh('(sleep 30; echo alive) & echo $!; wait'), within(300));
  expect(outcome).toMatchObject({ is: 'killed', why: 'it took longer than 300 ms' });
  const child = 'output' in outcome ? Number(outcome.output) : 0;
  expect(child).toBeGreaterThan(1);
  expect(await runner.run(sh(`ps -o stat= -p ${child} | grep -v Z`), within(5_000))).toMatchObject({ exitCode: 1 });
});

it('kills when it is interrupted, and does not know what a program did that a signal has ended', async () => {
  const interrupt = new AbortController();
  const running = runner.run(sh('sleep 30'), within(5_000, interrupt.signal));
  interrupt.abort();
  expect(await running).toMatchObject({ is: 'killed', why: 'it was interrupted' });
  expect(await runner.run(sh('kill -9 $$'), within(5_000))).toMatchObject({ is: 'killed', why: expect.any(String) });
});

it('says so when nothing was started', async () => {
  const missing = { program: './none', args: [], environment: {} };
  expect(await runner.run(missing, within(5_000))).toMatchObject({ is: 'not-started' });
});

it('does not wait for what a program has left in the background', async () => {
  expect(await runner.run(sh('sleep 2 & echo done'), within(1_500))).toEqual({
    is: 'exited',
    exitCode: 0,
    output: 'done',
  });
});
