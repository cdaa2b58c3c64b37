import { randomUUID } from 'node:crypto';

import { STATE_FORMAT, type UpgradeState } from './format';

/** The state of an upgrade that nothing has been done for. Serial 0: it has never been written. */
export function initialState(name: string): UpgradeState {
  return {
    format: STATE_FORMAT,
    name,
    lineage: randomUUID(),
    serial: 0,
    phase: 'new',
    facts: {},
    steps: {},
    history: [],
  };
}
