import { UpgradeError } from '../engine/errors';
import { undoSteps } from '../engine/runner';
import { applyGreenChanges } from '../steps/replicate/apply-green-changes';
import { ALLOW_DATA_LOSS } from '../steps/undo-changes';
import { approve } from './approve';
import { runCommand } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';
import { refuseDuringSwitch } from './refuse-during-switch';

interface UndoChangesOptions extends CommonOptions {
  readonly allowDataLoss?: boolean;
}

/** `undo --changes`: takes back what `green.changes` has made on green, while blue serves and green follows it. */
export function undoChanges(options: UndoChangesOptions): Promise<number> {
  const allowed = options.allowDataLoss === true ? [ALLOW_DATA_LOSS] : [];
  return runCommand({ verb: 'undo', options, access: 'write', allowed }, async (command) => {
    const { session, context, printer, interrupt } = command;
    refuseDuringSwitch(session.state);
    const { phase, facts } = session.state;
    if (phase === 'switched' || phase === 'finalized') {
      throw new UpgradeError('green serves: its schema is what the application uses', {
        code: 'phase-refused',
        source: 'user',
        hint: 'A change of green is taken back before the cutover, or after `npm run rollback`. Nothing was changed.',
      });
    }
    const made = facts.greenChanges ?? [];
    if (made.length === 0) {
      printer.result({
        text: 'Nothing to undo: no change was made on green.',
        json: { type: 'undo', undone: 0, left: 0 },
      });
      return EXIT.done;
    }
    const statements = made.flatMap(({ undoSql }) => (undoSql === null ? [] : [undoSql]));
    await approve(options, `Carry out on green: ${statements.join('; ')}?`, 'yes', interrupt);
    await undoSteps([applyGreenChanges], context, session);
    const left = session.state.facts.greenChanges ?? [];
    printer.result({
      text: [
        `${made.length - left.length} of ${made.length} changes are taken back; green follows blue.`,
        ...left.map(({ id, undoNote }) => `${id} stays: ${undoNote}.`),
        'Take their files out of green.changes, or the next `npm run apply` makes them again.',
      ].join('\n'),
      json: { type: 'undo', undone: made.length - left.length, left: left.length },
    });
    return left.length === 0 ? EXIT.done : EXIT.failed;
  });
}
