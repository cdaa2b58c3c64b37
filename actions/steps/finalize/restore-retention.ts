import { ask, sql, tell } from '../../engine/context';
import type { Step } from '../../engine/step';
import { binlogRetention } from '../../mysql/queries';
import { setBinlogRetention } from '../../mysql/statements';

/**
 * Postcondition: green keeps its binary logs as long as blue did before the upgrade.
 * Observed by `rds_show_configuration`. What blue kept is known only where the tool has changed it; else it stays as it is.
 * There is no undo: nothing depends on the old logs any more.
 */
export const restoreRetention: Step = {
  id: 'restore-retention',
  phase: 'finalize',
  title: 'Restore the binlog retention on green',
  async check(context) {
    const current = await ask(context, 'green', binlogRetention());
    const wanted = context.facts().blueRetentionBefore;
    if (wanted === undefined)
      return {
        is: 'done',
        evidence: `binlog retention hours is left at ${current ?? 'NULL'}: blue kept its logs long enough`,
      };
    return current === wanted
      ? { is: 'done', evidence: `binlog retention hours is ${wanted ?? 'NULL'}` }
      : { is: 'needed', changes: sql('green', setBinlogRetention(wanted)) };
  },
  async do(context) {
    const wanted = context.facts().blueRetentionBefore;
    if (wanted !== undefined) await tell(context, 'green', setBinlogRetention(wanted));
  },
};
