/** StateStore over the disk of the simulated machine; the commit is judged where it happens: in the write that makes it. */
import { UpgradeError } from '../../actions/engine/errors';
import type { StateStore } from '../../actions/ports/state-store';
import type { UpgradeState } from '../../actions/state/format';
import { judgeWrite } from './commit-rules';
import type { SimulatedProcess } from './process';

/**
 * As the file store: a write follows the serial on disk, repeats what is there, or replaces what a failed write of this very
 * process may have left there; otherwise the state has moved.
 */
export function simulatedStore(process: SimulatedProcess): StateStore {
  const { world } = process;
  let unsettled: UpgradeState | undefined;
  return {
    location: 'the simulated disk',
    read: () =>
      process.attempt({ kind: 'state-question', text: 'state read', act: () => world.data.disk ?? undefined }),
    async write(state) {
      await process.attempt({
        kind: 'state',
        text: `state write${describe(state)}`,
        act: () => {
          const before = world.data.disk;
          const replacesOwn = before !== null && before === unsettled && before.serial === state.serial;
          if (!replacesOwn && before?.serial === state.serial && JSON.stringify(before) === JSON.stringify(state))
            return;
          if (!replacesOwn && state.serial !== (before?.serial ?? 0) + 1)
            throw new UpgradeError('the state has moved', { code: 'state-moved', source: 'user' });
          judgeWrite(world, process, before, state, replacesOwn);
          unsettled = state;
          world.written(state);
        },
      });
      unsettled = undefined;
    },
    // The operator runs one command after the other on this machine.
    lock: () => Promise.reject(new Error('the simulated operator takes no lock')),
    lockHolder: () => Promise.resolve(undefined),
    breakLock: () => Promise.resolve(),
  };
}

function describe({ phase, cutover }: UpgradeState): string {
  return cutover ? ` (${cutover.direction} ${cutover.state})` : ` (${phase})`;
}
