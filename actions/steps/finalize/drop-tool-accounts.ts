import { ask, sql, tell } from '../../engine/context';
import type { Step, StepContext } from '../../engine/step';
import { accountsNamed, toolTables } from '../../mysql/queries';
import { dropAccount, dropToolSchema } from '../../mysql/statements';
import type { Statement } from '../../ports/mysql-server';
import { toolAccountNames } from '../tool-accounts';

/**
 * Postcondition: green carries neither the tool's accounts nor its schema.
 * Observed in mysql.user and the information schema. Blue is left as it is: it refuses writes and is about to be stopped.
 * There is no undo: a new upgrade makes its own.
 */
export const dropToolAccounts: Step = {
  id: 'drop-tool-accounts',
  phase: 'finalize',
  title: "Drop the tool's accounts and schema on green",
  async check(context) {
    const statements = await missing(context);
    return statements.length === 0
      ? { is: 'done', evidence: 'neither account nor schema of the tool is left on green' }
      : { is: 'needed', changes: sql('green', ...statements) };
  },
  async do(context) {
    await tell(context, 'green', ...(await missing(context)));
  },
};

async function missing(context: StepContext): Promise<readonly Statement[]> {
  const statements: Statement[] = [];
  for (const account of toolAccountNames(context.config)) {
    const found = await ask(context, 'green', accountsNamed(account.user));
    if (found.some((row) => row.host === account.host)) statements.push(dropAccount(account));
  }
  if ((await ask(context, 'green', toolTables())).length > 0) statements.push(dropToolSchema());
  return statements;
}
