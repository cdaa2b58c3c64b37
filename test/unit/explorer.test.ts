import type { Direction } from '../../actions/state/format';
import type { Exploration, Findings } from '../simulation/explorer';
import { brokenRules, exploreAloud, EXPLORES_ALL, sayTotals } from '../simulation/explorer-report';
import type { Call } from '../simulation/process';
import { restingWorld } from '../simulation/resting-worlds';
import { configOf, type Pair } from '../simulation/scenario';

type Case = readonly [Pair, Direction];

/** Fences: a 57 side is closed by its parameter group, a 97 side by the procedure. */
const CASES: readonly Case[] = [
  ['57-97', 'cutover'],
  ['57-97', 'rollback'],
  ['57-57', 'cutover'],
  ['57-57', 'rollback'],
  ['97-97', 'cutover'],
  ['97-97', 'rollback'],
];
const BOTH_FENCES: readonly Case[] = [
  ['57-97', 'cutover'],
  ['57-97', 'rollback'],
];

async function exploreFrom(
  [pair, direction]: Case,
  faults: number,
  further?: Exploration['further'],
  more: Readonly<Record<string, unknown>> = {},
): Promise<Findings> {
  const start = await restingWorld(pair, direction === 'cutover' ? 'replicating' : 'switched');
  const settings = { config: configOf(pair, more), direction, start, faults };
  return exploreAloud(`${pair} ${direction}`, further ? { ...settings, further } : settings);
}

/** A second or two on a quiet machine; others may be at work on this one. */
jest.setTimeout(EXPLORES_ALL ? 1_800_000 : 480_000);
afterAll(sayTotals);

/** A fence that was made by procedure is open from a reboot until the tool sees it; what it let in must come to light. */
function isSilent({ rule }: { readonly rule: string }): boolean {
  return ['P2', 'I5', 'I12'].includes(rule);
}

describe('a switch under faults', () => {
  it.each(CASES)(
    '%s %s keeps every rule whichever call fails, hangs, loses its reply or is the last',
    async (...one) => {
      const findings = await exploreFrom(one, 1);
      expect(brokenRules(findings)).toBe('');
      // It has seen every kind of end, or it would have looked at nothing.
      expect(Object.keys(findings.outcomes).sort()).toEqual([
        'aborted',
        'crashed',
        'done',
        'failed',
        'refused',
        'stalled',
      ]);
    },
  );

  it.each(BOTH_FENCES)('%s %s keeps every rule when it compares rows inside the fence', async (...one) => {
    expect(brokenRules(await exploreFrom(one, 1, undefined, { verify: { insideTheFence: '1s' } }))).toBe('');
  });

  it.each(EXPLORES_ALL ? CASES : BOTH_FENCES)(
    '%s %s keeps every rule when a second fault strikes, there or in a later process',
    async (...one) => {
      expect(brokenRules(await exploreFrom(one, 2))).toBe('');
    },
  );
});

describe('a switch in troubled surroundings', () => {
  const lostLocks = (call: Call): readonly ['locks-lost'] | [] => (call.kind === 'state' ? [] : ['locks-lost']);
  const appliers = (): readonly ['applier-stops', 'applier-blocked'] => ['applier-stops', 'applier-blocked'];
  const lateStatements = (call: Call): readonly ['done-later'] | [] =>
    call.kind === 'statement' ? ['done-later'] : [];
  const newTables = (call: Call, isCommitted: boolean): readonly ['new-table'] | [] =>
    isCommitted || call.kind === 'state' ? [] : ['new-table'];
  /** The last look at the locks notices a reboot of either side; nothing can look at the instant of the commit itself. */
  const reboots = (call: Call, isCommitted: boolean): readonly ['reboot-blue', 'reboot-green'] | [] =>
    isCommitted || call.kind === 'state' || call.text.endsWith('holds-advisory-lock')
      ? []
      : ['reboot-blue', 'reboot-green'];

  it.each(BOTH_FENCES)('%s %s never commits without its locks on both writers', async (...one) => {
    expect(brokenRules(await exploreFrom(one, 1, lostLocks))).toBe('');
  });

  it.each(BOTH_FENCES)('%s %s gives back or stalls when an applier stops or stands still', async (...one) => {
    expect(brokenRules(await exploreFrom(one, 1, appliers))).toBe('');
  });

  it.each(BOTH_FENCES)('%s %s lets nothing past the hold that came after it was planned', async (...one) => {
    expect(brokenRules(await exploreFrom(one, 1, newTables))).toBe('');
  });

  it.each(BOTH_FENCES)('%s %s survives a statement that takes effect after everybody gave up on it', async (...one) => {
    expect(brokenRules(await exploreFrom(one, 1, lateStatements))).toBe('');
  });

  it.each(BOTH_FENCES)('%s %s loses nothing when a side reboots before the commit', async (...one) => {
    expect(brokenRules(await exploreFrom(one, 1, reboots))).toBe('');
  });

  it.each([...BOTH_FENCES, CASES[4] ?? CASES[0]] as readonly Case[])(
    '%s %s loses nothing in silence when a side reboots after the commit',
    async (...one) => {
      const rebootsLater = (_call: Call, isCommitted: boolean): readonly ['reboot-blue', 'reboot-green'] | [] =>
        isCommitted ? ['reboot-blue', 'reboot-green'] : [];
      const { violations, ...findings } = await exploreFrom(one, 1, rebootsLater);
      expect(brokenRules({ ...findings, violations: violations.filter(isSilent) })).toBe('');
    },
  );

  it('97-97 cutover loses nothing in silence when a reboot after the commit meets another fault', async () => {
    const rebootOfBlue = (_call: Call, isCommitted: boolean): readonly ['reboot-blue'] | [] =>
      isCommitted ? ['reboot-blue'] : [];
    const { violations, ...findings } = await exploreFrom(['97-97', 'cutover'], 2, rebootOfBlue);
    expect(brokenRules({ ...findings, violations: violations.filter(isSilent) })).toBe('');
  });
});
