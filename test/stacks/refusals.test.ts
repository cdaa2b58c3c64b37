import { UpgradeError } from '../../actions/engine/errors';
import type { CutoverRecord, UpgradeState } from '../../actions/state/format';
import { FACTS, makeConfig, makeState } from './fixtures';
import { synthesise } from './synth';

function refusalOf(state: UpgradeState | undefined, config = makeConfig()): UpgradeError {
  try {
    synthesise(config, state);
  } catch (error) {
    if (error instanceof UpgradeError) return error;
    throw error;
  }
  throw new Error('the stack was declared');
}

const underWay = (direction: CutoverRecord['direction'], state: CutoverRecord['state']): UpgradeState =>
  makeState({ phase: 'replicating', cutover: { id: 'c1', direction, state, startedAt: '2026-11-20T12:00:00Z' } });

test.each([
  ['cutover', 'fencing'],
  ['cutover', 'stalled'],
  ['rollback', 'opening'],
] as const)('synth refuses while a %s is %s', (direction, at) => {
  const { code, source, message, hint } = refusalOf(underWay(direction, at));
  expect({ code, source, message }).toEqual({
    code: 'cutover-under-way',
    source: 'user',
    message: `a ${direction} is under way (${at}): the stack cannot be declared now`,
  });
  expect(hint).toContain(`\`npm run ${direction}\``);
});

test.each<[string, UpgradeState | undefined]>([
  ['there is no state', undefined],
  ['nothing is known of blue', makeState({ facts: {} })],
  ['no parameters are planned', makeState({ facts: { blue: FACTS.blue } as UpgradeState['facts'] })],
  ['binary logging is not on yet', makeState({ phase: 'new' })],
])('synth sends the operator to `npm run apply` when %s', (_, state) => {
  const { code, hint } = refusalOf(state);
  expect(code).toBe('blue-not-prepared');
  expect(hint).toContain('Run `npm run apply` first');
});

test('synth refuses the state of another upgrade', () => {
  expect(refusalOf(makeState({ name: 'billing' })).message).toBe(
    'the state belongs to the upgrade billing, not to orders-v3',
  );
});

test('synth refuses facts of another cluster', () => {
  const config = { ...makeConfig(), blue: { cluster: 'billing', credentials: {} } };
  expect(refusalOf(makeState(), config).message).toBe('the state was made for the cluster orders, not for billing');
});

test('synth refuses parameters that were planned for another family', () => {
  const config = makeConfig({ green: { engineVersion: '8.4.mysql_aurora.8.4.8' } });
  expect(refusalOf(makeState(), config).message).toBe(
    "parameters were planned for aurora-mysql8.0, but green's family is aurora-mysql8.4",
  );
});
