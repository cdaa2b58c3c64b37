import type { StateStore } from '../ports/state-store';
import type { UpgradeState } from './format';

/** A state that is forgotten with its process: for drafts, and for what is only tried out. It has no lock. */
export function memoryStore(start?: UpgradeState): StateStore {
  let state = start;
  return {
    location: 'memory',
    read: () => Promise.resolve(state),
    write: (next) => {
      state = next;
      return Promise.resolve();
    },
    lock: () => Promise.reject(new Error('what is only tried out has no lock')),
    lockHolder: () => Promise.resolve(undefined),
    breakLock: () => Promise.resolve(),
  };
}
