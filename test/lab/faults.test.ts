/** A sample of `npm run faults`: one lab, under write load, and from each family the fault that says most. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { RoundResult } from '../../lab/faults/round';
import { renderTable } from '../../lab/faults/table';
import { seededRandom } from '../../lab/faults/random';
import { CLONE } from './support/tool';

/**
 * With the ends that may come of it; what test/lab/kill.test.ts plays is left out. One direction each is enough: the rounds go
 * there and back by turns.
 */
const SAMPLE: Readonly<Record<string, readonly string[]>> = {
  // The write that is the commit.
  'kill-after-write-2': ['killed, committed'],
  'from-severed-after-it-acted': [],
  'applier-blocked-for-a-while': ['committed', 'undone'],
  'read-only-waits-a-moment-for-a-table-lock': ['committed', 'undone'],
  'transaction-opened-before-the-fence': ['committed', 'undone'],
  'aws-route53-change-reply-lost': ['committed'],
  'disk-full-at-the-commit': [
    'needs a person (blue serves), then undone',
    'needs a person (green serves), then undone',
    'undone',
  ],
  'clock-jumps-an-hour-back': ['committed', 'undone', 'killed, committed', 'killed, undone', 'killed, nothing begun'],
};

let running: ChildProcess | undefined;

// Takes its lab down.
afterAll(() => void running?.kill('SIGTERM'));

test('whatever befalls a switch, one side serves or a command is named that ends it, and no write is lost', async () => {
  const only = Object.keys(SAMPLE).flatMap((name) => ['--only', name]);
  const rounds = String(Object.keys(SAMPLE).length);
  const { exitCode, stdout, stderr } = await faults([...only, '--rounds', rounds, '--seed', '7', '--json']);
  const lines = stdout.trimEnd().split('\n');
  expect({ exitCode, last: lines.at(-1), told: exitCode === 0 ? '' : stderr }).toEqual({
    exitCode: 0,
    last: `${rounds} passed, 0 failed`,
    told: '',
  });
  const results = lines.slice(0, -1).map((line) => JSON.parse(line) as Partial<RoundResult> & { type: string });
  expect(results.at(-1)).toMatchObject({ type: 'faults', seed: 7, pair: '57-97', failed: 0 });
  const surprises = results.filter(({ type, fault = '', end = '', notes = [] }) => {
    const ends = SAMPLE[fault] ?? [];
    return type === 'fault-round' && ends.length > 0 && !notes.includes('missed') && !ends.includes(end);
  });
  expect(surprises).toEqual([]);
}, 600_000);

test('the same seed gives the same sequence', () => {
  const sequence = (seed: number): readonly number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 5 }, () => random.between(1, 1_000_000));
  };
  expect(sequence(7)).toEqual(sequence(7));
  expect(sequence(7)).not.toEqual(sequence(8));
});

test('the table tells how often each fault ended how, and which rounds failed', () => {
  const result: RoundResult = {
    round: 1,
    fault: 'kill-in-draining',
    family: 'kill',
    direction: 'cutover',
    end: 'killed, undone',
    notes: [],
    problems: [],
    acknowledged: 500,
    closedMs: 496,
    gapMs: 501,
    durationMs: 5_800,
  };
  const table = renderTable([
    result,
    { ...result, closedMs: 800 },
    { ...result, direction: 'rollback', end: 'killed, committed', notes: ['missed'], problems: ['1 lost'] },
  ]);
  expect(table.split('\n').slice(2)).toEqual([
    'kill-in-draining  cutover    2       killed, undone ×2                 800 ms          501 ms         0',
    'kill-in-draining  rollback   1       killed, committed (fault missed)  496 ms          501 ms         1',
  ]);
});

test.each([
  { words: ['--frobnicate'], says: '--frobnicate' },
  { words: ['--only', 'earthquake'], says: 'earthquake' },
  { words: ['--rounds', 'many'], says: '--rounds' },
  { words: ['--pair', '80-90'], says: '80-90' },
])('$words is refused', async ({ words, says }) => {
  const { exitCode, stdout, stderr } = await faults(words);
  expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
  expect(stderr).toContain(says);
});

/** The command as `npm run faults` starts it. */
async function faults(
  words: readonly string[],
): Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [join(CLONE, 'lab', 'faults', 'launch.js'), ...words]);
  running = child;
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exitCode = await new Promise<number | null>((settle) => child.on('close', settle));
  return { exitCode, stdout, stderr };
}
