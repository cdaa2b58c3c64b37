import { UpgradeError } from '../engine/errors';
import { runUndo } from '../steps/run-phases';
import { approve } from './approve';
import { runCommand } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';
import { refuseDuringSwitch } from './refuse-during-switch';

/** Takes back what \`apply\` did, while blue serves. Green itself is Terraform's. */
export function undo(options: CommonOptions): Promise<number> {
  return runCommand({ verb: 'undo', options, access: 'write' }, async ({ session, context, printer, interrupt }) => {
    refuseDuringSwitch(session.state);
    const { phase } = session.state;
    if (phase === 'switched' || phase === 'finalized') {
      throw new UpgradeError('green serves: undo is for the time before the cutover', {
        code: 'phase-refused',
        source: 'user',
        hint:
          phase === 'switched'
            ? 'Go back with `npm run rollback` first. Nothing was changed.'
            : 'There is no way back after finalize. Nothing was changed.',
      });
    }
    if (phase === 'new' && Object.keys(session.state.steps).length === 0) {
      printer.result({ text: 'Nothing to undo: nothing has been done.', json: { type: 'undo', undone: 0 } });
      return EXIT.done;
    }
    const green = await context.aws.rds.cluster(context.config.green.cluster);
    if (green) {
      throw new UpgradeError('green is still there', {
        code: 'green-exists',
        source: 'user',
        hint: 'Terraform can only destroy what the state still describes, so green goes first: see "Giving green up" in README.md for the commands. Then run this command again. Green does not serve, so nobody notices. Nothing was changed.',
      });
    }
    await approve(options, 'Drop what the tool made on blue?', 'yes', interrupt);
    const undone = await runUndo(context, session);
    printer.result({
      text: 'Undone. The binary log of blue stays on: turning it off needs a reboot.',
      json: { type: 'undo', undone },
    });
    return EXIT.done;
  });
}
