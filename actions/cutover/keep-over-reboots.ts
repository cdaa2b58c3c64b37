import { modifyClusterParameters } from '../aws/calls';
import { clusterFacts } from '../engine/context';
import { OutcomeUnknownError, UpgradeError } from '../engine/errors';
import type { Side } from '../ports/mysql-server';
import type { Facts, PlannedParameter } from '../state/format';
import type { SwitchContext } from './switch-context';

const PAUSE_MS = 1_000;
/** A call that is never answered must not use up the time of those that would be. */
const CALL_MS = 5_000;

/**
 * Sets the cluster group of a side to what it is at rest after this switch: a fence made by procedure would be gone after a
 * reboot (two writers), and Terraform declares these values for green. Sent whether or not the group has them already, so
 * that what happens is what the plan says; and for the same reason sent again, up to `attempts` times, when AWS refuses for a
 * moment or its reply is lost.
 */
export async function keepOverReboots(context: SwitchContext, side: Side, attempts = 1): Promise<void> {
  const group = clusterFacts(context, side).clusterParameterGroup;
  for (const call of modifyClusterParameters(group, parametersAtRest(context.facts(), side, side === context.to))) {
    for (let attempt = 1; ; attempt++) {
      try {
        const within = context.within();
        await context.aws.run(call, { ...within, timeoutMs: Math.min(CALL_MS, within.timeoutMs) });
        break;
      } catch (error) {
        const isPassing = error instanceof OutcomeUnknownError || (error instanceof UpgradeError && error.retryable);
        if (!isPassing || attempt >= attempts) throw error;
        await context.clock.sleep(PAUSE_MS, context.signal);
      }
    }
  }
}

/** Cluster parameters of a side that serves, or does not. */
export function parametersAtRest(
  facts: Facts,
  side: Side,
  serves: boolean,
): readonly Pick<PlannedParameter, 'name' | 'value' | 'applyMethod'>[] {
  const scheduler = serves ? (facts.blue?.eventScheduler ?? 'OFF') : 'OFF';
  return [
    { name: 'read_only', value: serves ? '0' : '1', applyMethod: 'immediate' },
    // Blue's scheduler is left alone: its events are refused by read_only, and its group is not Terraform's.
    ...(side === 'green' ? [{ name: 'event_scheduler', value: scheduler, applyMethod: 'immediate' as const }] : []),
  ];
}
