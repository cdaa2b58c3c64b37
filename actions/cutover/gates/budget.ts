import { keptMs, learnNeeds, seconds, toCommitMs } from '../budget';
import type { GateFamily } from './gate';

/** A switch that cannot end in time is not begun. */
export const budget: GateFamily = {
  name: 'budget',
  ask(context) {
    const { budget: budgetMs, undoReserve } = context.config.cutover;
    const needs = learnNeeds(context.state().history, context.direction, context.timings);
    const toCommit = toCommitMs(needs, 'fencing');
    const kept = keptMs(budgetMs, undoReserve, needs);
    return Promise.resolve([
      {
        name: 'budget',
        value: `${seconds(toCommit)} to the commit point, ${seconds(kept)} kept for undoing (${needs.source})`,
        limit: seconds(budgetMs),
        ok: toCommit + kept <= budgetMs,
        reason:
          'Writes may not be blocked for longer, undoing included. Raise cutover.budget, or find out what is slow.',
        measured: { toCommitMs: toCommit, keptMs: kept, budgetMs, ...needs.ms },
      },
    ]);
  },
};
