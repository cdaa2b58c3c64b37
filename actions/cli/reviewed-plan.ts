/** `--plan`: a command is carried out only as it was reviewed. */
import { planSwitch } from '../cutover/plan-switch';
import { UpgradeError } from '../engine/errors';
import type { PlanSection } from '../engine/plan';
import { planningContext } from '../engine/planner';
import { readSavedPlan, refuseStalePlan, type PlannedVerb } from '../engine/saved-plan';
import type { Direction } from '../state/format';
import type { Command } from './command';
import { planBinding } from './make-plan';

/** `sections`: what the command is about to do. Throws `plan-stale`, `plan-tampered` or `plan-unreadable` before any effect. */
export async function refuseUnlessReviewed(
  command: Command,
  verb: PlannedVerb,
  file: string,
  sections: readonly PlanSection[],
): Promise<void> {
  const saved = await readSavedPlan(file);
  if (saved.name !== command.config.name) {
    throw new UpgradeError(`the plan is for ${saved.name}, not for ${command.config.name}`, {
      code: 'plan-stale',
      source: 'user',
      hint: `Name the plan of this upgrade, or the other upgrade.yaml with --config. Nothing was changed.`,
    });
  }
  refuseStalePlan(saved, verb, { binding: await planBinding(command), sections });
}

/** For `cutover` and `rollback`. */
export async function refuseUnreviewedSwitch(command: Command, direction: Direction, file: string): Promise<void> {
  const section = await planSwitch(direction, planningContext(command.context));
  await refuseUnlessReviewed(command, direction, file, [section]);
}
