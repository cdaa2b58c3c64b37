/** What the commands do between their questions and their answers: the same code for operators, dry runs and the kill matrix. */
import { runSteps, undoSteps, type RunOutcome } from '../engine/runner';
import type { Step, StepContext } from '../engine/step';
import type { Phase } from '../state/format';
import type { StateSession } from '../state/state-session';
import { catalogue, stepsOf } from './catalogue';
import { deleteBlue } from './finalize/delete-blue';

/** Both phases before the cutover, as far as they go. Runs again from wherever it was stopped. */
export async function runApply(context: StepContext, session: StateSession): Promise<RunOutcome> {
  if (session.state.serial === 0) await session.update((state) => state);
  const prepared = await runSteps(stepsOf('prepare'), context, session);
  if (prepared.is !== 'done') return prepared;
  await advance(session, 'prepared', ['new']);
  const replicated = await runSteps(stepsOf('replicate'), context, session);
  if (replicated.is === 'done') await advance(session, 'replicating', ['new', 'prepared']);
  return replicated;
}

/** In the order in which they run. */
export function finalSteps(deletes: boolean): readonly Step[] {
  return [...stepsOf('finalize'), ...(deletes ? [deleteBlue] : [])];
}

export async function runFinalize(context: StepContext, session: StateSession, deletes: boolean): Promise<void> {
  await runSteps(finalSteps(deletes), context, session);
  await advance(session, 'finalized', ['switched']);
}

/** Undoes what is recorded and forgets it; answers how many steps. Blue stays known: its log stays on. */
export async function runUndo(context: StepContext, session: StateSession): Promise<number> {
  const done = catalogue.filter((step) => {
    const status = session.state.steps[step.id]?.status;
    return status !== undefined && status !== 'undone';
  });
  await undoSteps(done, context, session);
  await session.update(({ facts: { blue }, ...state }) => ({
    ...state,
    phase: 'new',
    steps: {},
    facts: blue ? { blue } : {},
  }));
  return done.length;
}

async function advance(session: StateSession, to: Phase, from: readonly Phase[]): Promise<void> {
  if (from.includes(session.state.phase)) await session.update((state) => ({ ...state, phase: to }));
}
