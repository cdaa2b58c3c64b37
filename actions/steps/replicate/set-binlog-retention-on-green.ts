import type { Step } from '../../engine/step';
import { checkRetention, setRetention, wantedHours } from '../binlog-retention';

/**
 * Postcondition: green keeps its binary logs as long as blue: they are what the way back is made of.
 * Observed by `rds_show_configuration`.
 * Undo leaves it: green is about to be destroyed by Terraform when its replication is undone.
 */
export const setBinlogRetentionOnGreen: Step = {
  id: 'set-binlog-retention-on-green',
  phase: 'replicate',
  title: 'Keep the binary logs of green long enough',
  async check(context) {
    if (!context.facts().green) return { is: 'later', waitsFor: '`cdktf deploy`', changes: [] };
    return checkRetention(context, 'green');
  },
  async do(context) {
    await setRetention(context, 'green', wantedHours(context));
  },
};
