import { sql } from '../../engine/context';
import type { Step } from '../../engine/step';
import { resetExternalSource, stopReplication } from '../../mysql/statements';
import { dialectOf } from '../../mysql/version';
import { channelOf, removeChannel } from '../channel';
import { blueIsGone } from '../blue-is-gone';

/**
 * Postcondition: blue no longer follows green: the way back is given up.
 * Observed by the replica status of blue.
 * There is no undo: writes on green from here on are not on blue.
 */
export const endReverseChannel: Step = {
  id: 'end-reverse-channel',
  phase: 'finalize',
  title: 'End the reverse channel: give up the way back',
  async check(context) {
    if (await blueIsGone(context)) return { is: 'done', evidence: 'blue is stopped' };
    if (!(await channelOf(context, 'blue'))) return { is: 'done', evidence: 'blue has no channel' };
    const { version } = await context.mysql.connect('blue');
    return { is: 'needed', changes: sql('blue', stopReplication(), resetExternalSource(dialectOf(version))) };
  },
  async do(context) {
    await removeChannel(context, 'blue');
  },
};
