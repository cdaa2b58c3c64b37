/** A plan is the steps' own checks, asked in order. */
import type { PlannedStep, PlanSection } from './events';
import type { Step, StepContext } from './step';
import { messageOf } from './errors';

export async function planSteps(
  command: string,
  title: string,
  steps: readonly Step[],
  context: StepContext,
): Promise<PlanSection> {
  const planned: PlannedStep[] = [];
  for (const step of steps) {
    planned.push({
      id: step.id,
      title: step.title,
      check: await checkOf(step, context),
      blocksWrites: false,
      commitPoint: false,
      undo: step.undo ? 'npm run undo' : 'nothing to undo, or none (see the step)',
    });
  }
  return { command, title, steps: planned };
}

/** A check that cannot be asked blocks its step and says why; the rest of the plan is shown all the same. */
async function checkOf(step: Step, context: StepContext): Promise<PlannedStep['check']> {
  try {
    return await step.check(context);
  } catch (error) {
    if (context.signal.aborted) throw error;
    return {
      is: 'blocked',
      problems: [{ code: 'check-failed', summary: `${step.id} could not look`, detail: messageOf(error) }],
    };
  }
}
