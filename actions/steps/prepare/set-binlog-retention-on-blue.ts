import { ask } from '../../engine/context';
import type { Step } from '../../engine/step';
import { binlogRetention } from '../../mysql/queries';
import { checkRetention, setRetention, wantedHours } from '../binlog-retention';

/**
 * Postcondition: blue keeps its binary logs at least as long as configured, and the state knows what was set before.
 * Observed by `rds_show_configuration`.
 * Undo restores the value that was set before.
 */
export const setBinlogRetentionOnBlue: Step = {
  id: 'set-binlog-retention-on-blue',
  phase: 'prepare',
  title: 'Keep the binary logs of blue long enough',
  async check(context) {
    if (!context.facts().blue) return { is: 'later', waitsFor: 'the facts of blue', changes: [] };
    return checkRetention(context, 'blue');
  },
  async do(context) {
    // Remembered before the change: after a crash in between, the value on the server is still the old one.
    if (context.facts().blueRetentionBefore === undefined) {
      await context.remember({ blueRetentionBefore: await ask(context, 'blue', binlogRetention()) });
    }
    await setRetention(context, 'blue', wantedHours(context));
  },
  async undo(context) {
    const before = context.facts().blueRetentionBefore;
    if (before !== undefined) await setRetention(context, 'blue', before);
  },
};
