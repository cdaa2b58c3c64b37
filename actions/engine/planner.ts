/** A plan is the steps' own checks, asked in order. */
import type { PlannedStep, PlanSection } from './plan';
import type { Change, Check, Step, StepContext } from './step';
import { explain } from './errors';
import type { Facts } from '../state/format';

/**
 * A context whose memory is not kept: what a step would remember is known to the steps after it, and to nobody else. So a
 * plan made before the first `apply` shows real statements, not guesses.
 */
export function planningContext(context: StepContext): StepContext {
  let learnt: Facts = context.facts();
  return {
    ...context,
    facts: () => learnt,
    state: () => ({ ...context.state(), facts: learnt }),
    remember: (facts) => {
      learnt = { ...learnt, ...facts };
      return Promise.resolve();
    },
  };
}

export interface Foresight {
  /** Lets the steps after it see changes as if they had been made. */
  readonly suppose: (changes: readonly Change[]) => Promise<void>;
  /** What must happen before the section: its steps are for later, whatever their checks say of a supposed world. */
  readonly waitsFor?: string;
}

/** `context` comes from `planningContext`; give the same one to every section of a plan. */
export async function planSteps(
  command: string,
  title: string,
  steps: readonly Step[],
  context: StepContext,
  foresight?: Foresight,
): Promise<PlanSection> {
  const planned: PlannedStep[] = [];
  for (const step of steps) {
    const check = await checkOf(step, context);
    if (step.onlyLooks && check.is === 'needed') await step.do(context);
    if (check.is === 'needed') await foresight?.suppose(check.changes);
    planned.push({
      id: step.id,
      title: step.title,
      check: foresight?.waitsFor === undefined ? check : laterOf(check, foresight.waitsFor),
      blocksWrites: step.phase === 'prepare' && needsReboot(check),
      commitPoint: false,
      undo: undoOf(step),
    });
  }
  return { command, title, steps: planned };
}

/** What is foreseen is never done and never blocked yet: only its changes count. */
export function laterOf(check: Check, waitsFor: string): Check {
  return { is: 'later', waitsFor, changes: 'changes' in check ? check.changes : [] };
}

/** A reboot of the writer that serves cuts every connection off. */
function needsReboot(check: Check): boolean {
  return (
    check.is === 'needed' &&
    check.changes.some((change) => change.kind === 'aws' && change.call.action === 'RebootDBInstance')
  );
}

function undoOf(step: Step): string {
  if (step.onlyLooks) return 'it only looks';
  return step.undo ? 'npm run undo' : `none (docs/steps.md, ${step.id})`;
}

/** A check that cannot be asked blocks its step and says why; the rest of the plan is shown all the same. */
async function checkOf(step: Step, context: StepContext): Promise<Check> {
  try {
    return await step.check(context);
  } catch (error) {
    if (context.signal.aborted) throw error;
    return {
      is: 'blocked',
      problems: [{ code: 'check-failed', summary: `${step.id} could not look`, detail: explain(error) }],
    };
  }
}
