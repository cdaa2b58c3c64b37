/** Takes the recorded changes of green back, last one first. */
import { foreseen } from '../changes/judge-changes';
import { parseChange } from '../changes/parse-change';
import type { Table } from '../changes/table-model';
import { hasTakenEffect } from '../changes/apply-clause';
import { limits } from '../engine/context';
import { UpgradeError } from '../engine/errors';
import type { StepContext } from '../engine/step';
import { startReplication } from '../mysql/statements';
import type { GreenChange } from '../state/format';
import { channelOf, isRunning } from './channel';
import { othersEnded, runOnGreen, type WantedChange } from './change-runner';
import { forget, readTable } from './green-changes';

/** The override that `undo` wants before a column or a table that a change has added is dropped. */
export const ALLOW_DATA_LOSS = 'allow-data-loss';

/**
 * What has no inverse stays, with its record, and is told. Throws `change-undo-loses-data`, before any effect, unless that is
 * allowed. Of no changes it is nothing.
 */
export async function takeChangesBack(context: StepContext): Promise<void> {
  const recorded = [...(context.facts().greenChanges ?? [])].reverse();
  const losing = recorded.filter(({ undoSql, undoNote }) => undoSql !== null && undoNote !== '');
  if (losing.length > 0 && !context.allowed.has(ALLOW_DATA_LOSS)) throw losesData(losing);
  for (const { id, undoSql, undoNote } of recorded)
    if (undoSql === null)
      context.emit({
        type: 'note',
        level: 'warning',
        code: 'change-not-undoable',
        text: `${id} stays on green: ${undoNote}.`,
      });
  const invertible = recorded.filter(({ undoSql }) => undoSql !== null);
  // Not seen yet may still come: what a run that has died had begun goes on in the server.
  for (const { hash, id, status } of invertible) if (status === 'begun') await othersEnded(context, { mark: hash, id });
  const there = await Promise.all(invertible.map((change) => isSeen(context, change)));
  if (there.includes(true)) {
    await runOnGreen(
      context,
      invertible.map((change) => inverse(context, change)),
    );
    return;
  }
  for (const change of invertible) await forget(context, change);
  await startAgain(context);
}

function inverse(context: StepContext, change: GreenChange): WantedChange {
  const undoSql = change.undoSql ?? '';
  return {
    mark: `${change.hash}-undo`,
    id: `the undo of ${change.id}`,
    sql: undoSql,
    async prepare() {
      if (!(await isSeen(context, change))) return 'is-there';
      return { after: foreseen(undoSql, await tableOf(context, change)) };
    },
    done: () => forget(context, change),
  };
}

async function isSeen(context: StepContext, change: GreenChange): Promise<boolean> {
  const parsed = parseChange(change.sql);
  const table = await tableOf(context, change);
  if (parsed.is !== 'alter') return table !== undefined;
  return table !== undefined && parsed.clauses.every((clause) => hasTakenEffect(table, clause));
}

async function tableOf(context: StepContext, { sql }: GreenChange): Promise<Table | undefined> {
  const parsed = parseChange(sql);
  return parsed.is === 'not-understood' ? undefined : readTable(context, 'green', parsed.table);
}

/** An undo that was ended half-way has left the channel stopped. */
async function startAgain(context: StepContext): Promise<void> {
  const status = await channelOf(context, 'green');
  if (!status || isRunning(status)) return;
  const green = await context.mysql.connect('green');
  await green.run(startReplication(), limits(context));
}

function losesData(losing: readonly GreenChange[]): UpgradeError {
  const statements = losing.map(({ undoSql }) => undoSql).join('; ');
  return new UpgradeError('the undo would lose what was written into added columns or tables', {
    code: 'change-undo-loses-data',
    source: 'user',
    hint: `It would run on green: ${statements}. What was written there is lost with them. If that is meant, run \`npm run undo -- --changes --allow-data-loss\`. Nothing was changed.`,
  });
}
