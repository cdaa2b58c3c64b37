import { undoOf, verdictOf } from '../../changes/change-problems';
import { readChanges, type Judgement } from '../../changes/judge-changes';
import { sql, value } from '../../engine/context';
import type { Change, Check, Step, StepContext } from '../../engine/step';
import { greenChange } from '../../mysql/change-statements';
import { startReplication, stopReplication } from '../../mysql/statements';
import { caughtUpAgain, runOnGreen } from '../change-runner';
import { forget, hashOf, isMissing, record, recordOf, seeChanges, type SeenChanges } from '../green-changes';
import { BlockedError } from '../../engine/runner';
import { takeChangesBack } from '../undo-changes';

/**
 * Postcondition: every statement of `green.changes` has taken effect on green, and green has applied what blue wrote meanwhile.
 * Observed in the tables themselves: columns, indexes and constraints of green, compared with what each statement says.
 * Undo carries out the inverse of each, last one first; what has none stays and is named.
 *
 * Nobody else can write meanwhile: green stays read_only, which does not bind the master user from 8.0 on (it has
 * CONNECTION_ADMIN). The statements are in green's own binary log, before the position at which a way back begins, so they
 * never travel to blue.
 */
export const applyGreenChanges: Step = {
  id: 'apply-green-changes',
  phase: 'replicate',
  title: 'Make the schema changes of green',
  async check(context) {
    if (context.config.green.changes.length === 0) return { is: 'done', evidence: nothingAsked(context) };
    if (!context.facts().green) return { is: 'later', waitsFor: '`npx cdktf deploy`', changes: allChanges(context) };
    return checkOf(context, await seeChanges(context));
  },
  async do(context) {
    const seen = await seeChanges(context);
    if (seen.problems.length > 0) throw new BlockedError(this, seen.problems);
    for (const judgement of seen.judgements.filter((one) => !isMissing(one) && isBegun(context, one)))
      await record(context, judgement, 'done');
    if (!seen.judgements.some(isMissing)) return;
    await runOnGreen(
      context,
      seen.judgements.filter(isMissing).map((judgement, at) => ({
        mark: hashOf(judgement),
        id: judgement.id,
        sql: judgement.sql,
        async prepare(hasWaited) {
          // What came before it has changed the tables: the undo is made from how they are now.
          const seenNow = hasWaited || at > 0 ? await seeChanges(context) : seen;
          const now = seenNow.judgements.find((one) => one.sql === judgement.sql) ?? judgement;
          if (!isMissing(now)) return 'is-there';
          await record(context, now, 'begun');
          return { after: now.after };
        },
        done: () => record(context, judgement, 'done'),
        refused: () => forget(context, { hash: hashOf(judgement) }),
      })),
    );
    await caughtUpAgain(context);
  },
  async undo(context) {
    // Whoever has destroyed green has ended its changes.
    if (await context.aws.rds.cluster(context.config.green.cluster)) await takeChangesBack(context);
  },
};

function checkOf(context: StepContext, { judgements, problems, isForeseen }: SeenChanges): Check {
  if (problems.length > 0 && !isForeseen) return { is: 'blocked', problems };
  const missing = judgements.filter(isMissing);
  const unsettled = judgements.filter((one) => !isMissing(one) && isBegun(context, one));
  if (missing.length === 0 && unsettled.length === 0)
    return {
      is: 'done',
      evidence: `${judgements.length} ${judgements.length === 1 ? 'change is' : 'changes are'} seen on green`,
    };
  const changes = missing.flatMap((judgement): Change[] => [
    value(judgement.id, verdictOf(judgement), `undo: ${undoOf(judgement)}`),
    ...sql('green', greenChange(hashOf(judgement), judgement.sql, judgement.after)),
  ]);
  return {
    is: 'needed',
    changes:
      missing.length === 0
        ? unsettled.map(({ id }) => value(id, 'begun', 'seen on green'))
        : [
            ...problems.map(({ code, summary }) => value('refused as it stands', summary, code)),
            ...sql('green', stopReplication()),
            ...changes,
            ...sql('green', startReplication()),
          ],
  };
}

function isBegun(context: StepContext, judgement: Judgement): boolean {
  return recordOf(context, judgement)?.status === 'begun';
}

/** Before green is there nothing is judged; the statements are named all the same. */
function allChanges({ config }: StepContext): readonly Change[] {
  return sql(
    'green',
    stopReplication(),
    ...readChanges(config.green.changes).map((one) => greenChange(hashOf(one), one.sql, undefined)),
    startReplication(),
  );
}

function nothingAsked(context: StepContext): string {
  const made = context.facts().greenChanges?.length ?? 0;
  return made === 0 ? 'green.changes asks for none' : `green.changes asks for none; ${made} made earlier stay`;
}
