/** StateStore over the disk of the simulated machine; the commit is judged where it happens: in the write that makes it. */
import { UpgradeError } from '../../actions/engine/errors';
import type { StateStore } from '../../actions/ports/state-store';
import type { UpgradeState } from '../../actions/state/format';
import { judgeWrite } from './commit-rules';
import type { SimulatedProcess } from './process';

/** As the file store: a write follows the serial on disk or repeats what is there; otherwise the state has moved. */
export function simulatedStore(process: SimulatedProcess): StateStore {
  const { world } = process;
  return {
    location: 'the simulated disk',
    read: () => Promise.resolve(world.data.disk ?? undefined),
    write: (state) =>
      process.attempt({
        kind: 'state',
        text: `state write${describe(state)}`,
        act: () => {
          const before = world.data.disk;
          if (before && JSON.stringify(before) === JSON.stringify(state)) return;
          if (state.serial !== (before?.serial ?? 0) + 1)
            throw new UpgradeError('the state has moved', { code: 'state-moved', source: 'user' });
          judgeWrite(world, process, before, state);
          world.written(state);
        },
      }),
    // The operator runs one command after the other on this machine.
    lock: () => Promise.reject(new Error('the simulated operator takes no lock')),
    lockHolder: () => Promise.resolve(undefined),
    breakLock: () => Promise.resolve(),
  };
}

function describe({ phase, cutover }: UpgradeState): string {
  return cutover ? ` (${cutover.direction} ${cutover.state})` : ` (${phase})`;
}
