/**
 * Values of green's parameter groups that follow the phase. Both layers read them here: Terraform declares them and the
 * actions set them, so that neither ever wants to change the other's work back.
 */
import { servingSide, type Phase } from './format';

/** The parameters and their values at rest in `phase`. Cluster level: it is the only level for read_only since v3. */
export function phaseParameters(phase: Phase): {
  readonly read_only: '0' | '1';
  readonly event_scheduler: 'ON' | 'OFF';
} {
  return servingSide(phase) === 'green'
    ? { read_only: '0', event_scheduler: 'ON' }
    : { read_only: '1', event_scheduler: 'OFF' };
}
