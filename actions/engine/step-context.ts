import type { UpgradeConfig } from '../config/schema';
import type { Ports } from '../ports/ports';
import type { StateSession } from '../state/state-session';
import type { Emit } from './events';
import type { StepContext } from './step';

export interface StepContextParts {
  readonly ports: Ports;
  readonly config: UpgradeConfig;
  readonly session: StateSession;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly allowed: readonly string[];
}

/** What steps are given while a command runs; the phase and the facts are those of the moment when they are asked for. */
export function stepContext({ ports, config, session, emit, signal, allowed }: StepContextParts): StepContext {
  return {
    ...ports,
    config,
    get phase() {
      return session.state.phase;
    },
    get lineage() {
      return session.state.lineage;
    },
    state: () => session.state,
    facts: () => session.state.facts,
    remember: (facts) => session.remember(facts),
    emit,
    signal,
    allowed: new Set(allowed),
  };
}
