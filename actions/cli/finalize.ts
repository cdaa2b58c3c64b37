import { UpgradeError } from '../engine/errors';
import { planningContext, planSteps } from '../engine/planner';
import { stepsOf } from '../steps/catalogue';
import { deleteBlue } from '../steps/finalize/delete-blue';
import { runFinalize } from '../steps/run-phases';
import { approve } from './approve';
import { runCommand, type Command } from './command';
import { dryRun } from './dry-run';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';
import { refuseDuringSwitch } from './refuse-during-switch';
import { refuseUnlessReviewed } from './reviewed-plan';
import { showSections } from './show-sections';

interface FinalizeOptions extends CommonOptions {
  readonly delete?: boolean;
  readonly plan?: string;
  readonly dryRun?: boolean;
}

export function finalize(options: FinalizeOptions): Promise<number> {
  const isDry = options.dryRun === true;
  return runCommand({ verb: 'finalize', options, access: isDry ? 'read' : 'write' }, (command) =>
    isDry
      ? dryRun('finalize', command, (dry) => carryOut(dry, { ...options, autoApprove: true }))
      : carryOut(command, options),
  );
}

async function carryOut(command: Command, options: FinalizeOptions): Promise<number> {
  const { session, context, printer, config, interrupt } = command;
  refuseDuringSwitch(session.state);
  const { phase } = session.state;
  if (phase !== 'switched' && phase !== 'finalized') {
    throw new UpgradeError(`finalize does not fit the phase ${phase}`, {
      code: 'phase-refused',
      source: 'user',
      hint: 'It gives up the way back from green, so green must serve: run `npm run cutover` first. To give up the upgrade instead, run `npm run undo`. Nothing was changed.',
    });
  }
  const looking = planningContext(context);
  const sections = [
    await planSteps('finalize', 'Give up the way back', stepsOf('finalize'), looking),
    ...(options.delete === true ? [await planSteps('finalize --delete', 'Delete blue', [deleteBlue], looking)] : []),
  ];
  if (options.plan !== undefined) await refuseUnlessReviewed(command, 'finalize', options.plan, sections);
  if (options.json !== true && options.autoApprove !== true) showSections(command, sections);
  const question =
    options.delete === true
      ? 'Give up the way back and DELETE blue (a final snapshot is kept)?'
      : 'Give up the way back and stop blue?';
  await approve(options, question, config.blue.cluster, interrupt);
  await runFinalize(context, session, options.delete === true);
  printer.result({
    text:
      options.delete === true
        ? 'Finalized: green serves, blue is deleted, its final snapshot is kept.'
        : 'Finalized: green serves, blue is stopped. RDS starts a stopped cluster again by itself after 7 days; `npm run finalize -- --delete` deletes it with a final snapshot.',
    json: { type: 'finalize', phase: 'finalized', deleted: options.delete === true },
  });
  return EXIT.done;
}
