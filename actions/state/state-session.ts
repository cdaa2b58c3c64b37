/** The state of one upgrade while a command holds its lock: every change is durable before it counts. */
import type { StateStore } from '../ports/state-store';
import type { Facts, StepRecord, UpgradeState } from './format';
import { initialState } from './initial';

/** How far this machine's audit is durable now. */
type Anchors = () => UpgradeState['audit'] | undefined;

export class StateSession {
  private current: UpgradeState;

  private constructor(
    private readonly store: StateStore,
    state: UpgradeState,
    private readonly anchors: Anchors,
  ) {
    this.current = state;
  }

  /** Reads the state, or starts one in memory that the first `update` writes. Every write takes the `anchors` along. */
  static async open(store: StateStore, name: string, anchors: Anchors = () => undefined): Promise<StateSession> {
    return new StateSession(store, (await store.read()) ?? initialState(name), anchors);
  }

  get state(): UpgradeState {
    return this.current;
  }

  /** Durable when it resolves; on failure the state in memory stays as it was. */
  async update(change: (state: UpgradeState) => Omit<UpgradeState, 'serial'>): Promise<void> {
    const anchors = this.anchors();
    const next: UpgradeState = {
      ...change(this.current),
      serial: this.current.serial + 1,
      ...(anchors ? { audit: { ...this.current.audit, ...anchors } } : {}),
    };
    await this.store.write(next);
    this.current = next;
  }

  /** What is durable now, after a write whose outcome is not known. Throws when the store cannot be read. */
  async readBack(): Promise<UpgradeState> {
    this.current = (await this.store.read()) ?? this.current;
    return this.current;
  }

  async remember(facts: Partial<Facts>): Promise<void> {
    await this.update((state) => ({ ...state, facts: { ...state.facts, ...facts } }));
  }

  async record(stepId: string, record: StepRecord): Promise<void> {
    await this.update((state) => ({ ...state, steps: { ...state.steps, [stepId]: record } }));
  }
}
