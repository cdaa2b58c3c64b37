import type { StateStore } from '../../ports/state-store';
import type { UpgradeState } from '../format';

/** A draft of a state: steps may remember in it, and nothing is kept anywhere. It has no lock. */
export function memoryStore(): StateStore {
  let state: UpgradeState | undefined;
  return {
    location: 'memory',
    read: () => Promise.resolve(state),
    write: (next) => {
      state = next;
      return Promise.resolve();
    },
    lock: () => Promise.reject(new Error('a draft has no lock')),
    lockHolder: () => Promise.resolve(undefined),
    breakLock: () => Promise.resolve(),
  };
}
