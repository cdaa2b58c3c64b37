import type { Direction } from '../../actions/state/format';
import { explore, type Findings } from '../simulation/explorer';
import { restingWorld } from '../simulation/resting-worlds';
import { configOf, type Pair } from '../simulation/scenario';

/** The production code of the switch, every fault at every call. Fences: 57 uses the parameter group, 97 the procedure. */
const CASES: readonly (readonly [Pair, Direction])[] = [
  ['57-97', 'cutover'],
  ['57-97', 'rollback'],
  ['57-57', 'cutover'],
  ['57-57', 'rollback'],
  ['97-97', 'cutover'],
  ['97-97', 'rollback'],
];

async function exploreFrom(pair: Pair, direction: Direction, faults: number): Promise<Findings> {
  const start = await restingWorld(pair, direction === 'cutover' ? 'replicating' : 'switched');
  const findings = await explore({ config: configOf(pair), direction, start, faults });
  const { states, processes, calls, outcomes } = findings;
  const ended = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  process.stdout.write(
    `${pair} ${direction}, ${faults} fault(s): ${states} states, ${processes} processes (${ended.join(', ')}), ${calls} calls\n`,
  );
  return findings;
}

function brokenRules({ violations }: Findings): string {
  return violations.map(({ rule, text, trail }) => `${rule}: ${text}\n${trail}`).join('\n\n');
}

describe('a switch under faults', () => {
  it.each(CASES)(
    '%s %s keeps every rule whatever single call fails, hangs, loses its reply or never returns',
    async (pair, direction) => {
      const findings = await exploreFrom(pair, direction, 1);
      expect(brokenRules(findings)).toBe('');
      expect(findings.outcomes).toMatchObject({
        done: expect.any(Number),
        aborted: expect.any(Number),
        stalled: expect.any(Number),
        crashed: expect.any(Number),
      });
    },
  );
});
