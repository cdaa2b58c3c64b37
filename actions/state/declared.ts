/**
 * What of green follows the phase: values of its cluster parameter group, and its security groups when a fence swaps them.
 * Both layers read them here: Terraform declares them and the actions set them, so that neither ever wants to change the other's work back.
 */
import type { FenceConfig } from '../config/fence-schema';
import { servingSide, type ClusterFacts, type UpgradeState } from './format';

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

/** Green's security groups: blue's, unless a fence of green gives it others, which then follow who serves. */
export function phaseSecurityGroups(
  phase: UpgradeState['phase'],
  blue: Pick<ClusterFacts, 'securityGroupIds'>,
  fences: readonly FenceConfig[],
): readonly string[] {
  const fence = fences.find((one) => one.kind === 'security-group');
  if (!fence) return blue.securityGroupIds;
  return servingSide(phase) === 'green' ? fence.openGroups : fence.closedGroups;
}
