/** Runs steps in order: look, record the intent, act, look again, record the evidence. */
import type { StateSession } from '../state/state-session';
import { messageOf, UpgradeError } from './errors';
import type { Check, Problem, Step, StepContext } from './step';

export type RunOutcome =
  | { readonly is: 'done' }
  /** The remaining steps need something that another tool does. */
  | { readonly is: 'waiting'; readonly step: Step; readonly waitsFor: string };

/**
 * Throws `BlockedError` at the first step that is blocked, before any effect of it; rethrows what a step throws. Steps that
 * are done already cost one check each, so running again after a crash is the way to resume.
 */
export async function runSteps(
  steps: readonly Step[],
  context: StepContext,
  session: StateSession,
): Promise<RunOutcome> {
  let hasActed = false;
  for (const step of steps) {
    context.signal.throwIfAborted();
    const check = hasActed ? await step.check(context) : await firstLook(step, context);
    if (check.is === 'later') return { is: 'waiting', step, waitsFor: check.waitsFor };
    if (check.is === 'blocked') {
      context.emit({ type: 'step-ended', id: step.id, title: step.title, outcome: 'blocked', durationMs: 0 });
      throw new BlockedError(step, check.problems);
    }
    if (check.is === 'done') {
      await recordDone(step, check, context, session);
      context.emit({
        type: 'step-ended',
        id: step.id,
        title: step.title,
        outcome: 'already-done',
        durationMs: 0,
        evidence: check.evidence,
      });
      continue;
    }
    hasActed ||= !step.onlyLooks;
    await runStep(step, check, context, session);
  }
  return { is: 'done' };
}

/** Nothing has been done by this run yet, so a check that cannot look is a refusal and no failure half-way. */
async function firstLook(step: Step, context: StepContext): Promise<Check> {
  try {
    return await step.check(context);
  } catch (error) {
    if (context.signal.aborted || !(error instanceof UpgradeError)) throw error;
    throw new BlockedError(step, [{ code: error.code, summary: error.message, detail: error.hint ?? '' }]);
  }
}

/** Undoes steps in reverse order; those without `undo` leave nothing behind. */
export async function undoSteps(steps: readonly Step[], context: StepContext, session: StateSession): Promise<void> {
  for (const step of [...steps].reverse()) {
    if (!step.undo) continue;
    context.signal.throwIfAborted();
    const start = context.clock.monotonicMs();
    context.emit({ type: 'step-started', id: step.id, title: `Undo: ${step.title}` });
    await step.undo(context);
    await session.record(step.id, { status: 'undone', at: context.clock.now().toISOString() });
    context.emit({
      type: 'step-ended',
      id: step.id,
      title: `Undo: ${step.title}`,
      outcome: 'undone',
      durationMs: context.clock.monotonicMs() - start,
    });
  }
}

async function runStep(
  step: Step,
  check: Extract<Check, { is: 'needed' }>,
  context: StepContext,
  session: StateSession,
): Promise<void> {
  const start = context.clock.monotonicMs();
  const ended = (): number => context.clock.monotonicMs() - start;
  context.emit({ type: 'step-started', id: step.id, title: step.title });
  if (check.warning !== undefined) {
    context.emit({ type: 'note', level: 'warning', code: step.id, text: check.warning });
  }
  await session.record(step.id, { status: 'started', at: context.clock.now().toISOString() });
  try {
    await step.do(context);
    const after = await step.check(context);
    if (after.is !== 'done') throw notVerified(step, after);
    await recordDone(step, after, context, session);
    context.emit({
      type: 'step-ended',
      id: step.id,
      title: step.title,
      outcome: 'done',
      durationMs: ended(),
      evidence: after.evidence,
    });
  } catch (error) {
    const reason = messageOf(error);
    context.emit({
      type: 'step-ended',
      id: step.id,
      title: step.title,
      outcome: 'failed',
      durationMs: ended(),
      reason,
    });
    await session.record(step.id, { status: 'failed', at: context.clock.now().toISOString(), evidence: reason });
    throw error;
  }
}

async function recordDone(
  step: Step,
  check: Extract<Check, { is: 'done' }>,
  context: StepContext,
  session: StateSession,
): Promise<void> {
  const before = session.state.steps[step.id];
  if (before?.status === 'done' && before.evidence === check.evidence) return;
  await session.record(step.id, { status: 'done', at: context.clock.now().toISOString(), evidence: check.evidence });
}

function notVerified(step: Step, after: Check): UpgradeError {
  const seen =
    after.is === 'blocked'
      ? after.problems.map((problem) => problem.summary).join('; ')
      : after.is === 'later'
        ? `it waits for ${after.waitsFor}`
        : 'it still reports the same changes as needed';
  return new UpgradeError(`${step.id} was carried out, but its result cannot be seen: ${seen}`, {
    code: 'not-verified',
    source: 'tool',
    hint: 'Nothing after it was started. Look at `npm run status`, then run the same command again.',
  });
}

/** A check that says no before any effect: exit code 3. */
export class BlockedError extends UpgradeError {
  constructor(
    step: Pick<Step, 'id'>,
    readonly problems: readonly Problem[],
  ) {
    super(`${step.id}: ${problems.map((problem) => problem.summary).join('; ')}`, {
      code: problems[0]?.code ?? 'blocked',
      source: 'user',
      hint: problems.map((problem) => problem.detail).join('\n'),
    });
    this.name = 'BlockedError';
  }
}
