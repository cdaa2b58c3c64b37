/**
 * Values of green's cluster parameter group that follow the phase. Both layers read them here: Terraform declares them and
 * the actions set them, so that neither ever wants to change the other's work back.
 */
import { servingSide, type UpgradeState } from './format';

export interface PhaseParameters {
  readonly read_only: '0' | '1';
  readonly event_scheduler: 'ON' | 'OFF';
}

/** Values at rest. While blue serves, green refuses writes and runs no events; later it does what blue did. */
export function phaseParameters(state: Pick<UpgradeState, 'phase' | 'facts'>): PhaseParameters {
  return servingSide(state.phase) === 'green'
    ? { read_only: '0', event_scheduler: state.facts.blue?.eventScheduler ?? 'OFF' }
    : { read_only: '1', event_scheduler: 'OFF' };
}
