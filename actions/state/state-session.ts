/** The state of one upgrade while a command holds its lock: every change is durable before it counts. */
import { randomBytes } from 'node:crypto';
import type { StateStore } from '../ports/state-store';
import { STATE_FORMAT, type Facts, type StepRecord, type UpgradeState } from './format';

export class StateSession {
  private current: UpgradeState;

  private constructor(
    private readonly store: StateStore,
    state: UpgradeState,
  ) {
    this.current = state;
  }

  /** Reads the state, or starts one in memory that the first `update` writes. */
  static async open(store: StateStore, name: string): Promise<StateSession> {
    return new StateSession(store, (await store.read()) ?? newState(name));
  }

  get state(): UpgradeState {
    return this.current;
  }

  /** Durable when it resolves; on failure the state in memory stays as it was. */
  async update(change: (state: UpgradeState) => Omit<UpgradeState, 'serial'>): Promise<void> {
    const next: UpgradeState = { ...change(this.current), serial: this.current.serial + 1 };
    await this.store.write(next);
    this.current = next;
  }

  async remember(facts: Partial<Facts>): Promise<void> {
    await this.update((state) => ({ ...state, facts: { ...state.facts, ...facts } }));
  }

  async record(stepId: string, record: StepRecord): Promise<void> {
    await this.update((state) => ({ ...state, steps: { ...state.steps, [stepId]: record } }));
  }
}

export function newState(name: string): UpgradeState {
  return {
    format: STATE_FORMAT,
    name,
    lineage: randomBytes(16).toString('hex'),
    serial: 0,
    phase: 'new',
    facts: {},
    steps: {},
    history: [],
  };
}
