/** A sample of `npm run faults`: one lab, under write load, and from each family the fault that says most. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { FAULTS } from '../../lab/faults/catalogue';
import { play } from '../../lab/faults/play';
import type { RoundResult } from '../../lab/faults/round';
import { renderTable } from '../../lab/faults/table';
import { seededRandom } from '../../lab/faults/random';
import { CLONE } from './support/tool';

/** With the ends that may come of it. */
const SAMPLE: Readonly<Record<string, readonly string[]>> = {
  'kill-both-in-draining': ['killed, nobody acts, then undone'],
  'from-severed-after-it-acted': [],
  'applier-blocked-at-the-fence': ['undone'],
  'read-only-waits-a-moment-for-a-table-lock': ['committed', 'undone'],
  'transaction-opened-before-the-fence': ['committed'],
  'aws-route53-change-reply-lost': ['committed'],
  'disk-full-at-the-commit': ['needs a person, then undone', 'undone'],
  'clock-jumps-an-hour-back': ['committed', 'undone', 'killed, committed', 'killed, undone'],
};

test('whatever befalls a switch, one side serves or a command is named that ends it, and no write is lost', async () => {
  const faults = FAULTS.filter(({ name }) => name in SAMPLE);
  expect(faults.map(({ name }) => name).sort()).toEqual(Object.keys(SAMPLE).sort());
  const told: string[] = [];
  const results = await play({
    pair: '57-97',
    faults,
    rounds: faults.length,
    seed: 7,
    signal: new AbortController().signal,
    progress: (line) => told.push(line),
  });
  const failed = results.filter(({ problems }) => problems.length > 0);
  expect({ failed, told: failed.length === 0 ? [] : told }).toEqual({ failed: [], told: [] });
  const surprises = results.filter(({ fault, end, notes }) => {
    const ends = SAMPLE[fault] ?? [];
    return ends.length > 0 && !notes.includes('missed') && !ends.includes(end);
  });
  expect(surprises).toEqual([]);
}, 300_000);

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
    'kill-in-draining  cutover    2       killed, undone ×2                 800 ms          501 ms       0',
    'kill-in-draining  rollback   1       killed, committed (fault missed)  496 ms          501 ms       1',
  ]);
});

test.each([
  { words: ['--frobnicate'], exitCode: 64, says: '--frobnicate' },
  { words: ['--only', 'earthquake'], exitCode: 64, says: 'earthquake' },
  { words: ['--rounds', 'many'], exitCode: 64, says: '--rounds' },
  { words: ['--pair', '80-90'], exitCode: 64, says: '80-90' },
])('$words is refused', ({ words, exitCode, says }) => {
  const run = spawnSync(process.execPath, [join(CLONE, 'lab', 'faults', 'launch.js'), ...words], { encoding: 'utf8' });
  expect({ exitCode: run.status, stdout: run.stdout }).toEqual({ exitCode, stdout: '' });
  expect(run.stderr).toContain(says);
});
