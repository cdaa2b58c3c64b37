import { UpgradeError } from '../engine/errors';
import { planningContext, planSteps } from '../engine/planner';
import type { RunOutcome } from '../engine/runner';
import type { Phase } from '../state/format';
import { stepsOf } from '../steps/catalogue';
import { runApply } from '../steps/run-phases';
import { approve } from './approve';
import { runCommand, type Command } from './command';
import { dryRun } from './dry-run';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';
import { refuseDuringSwitch } from './refuse-during-switch';
import { refuseUnlessReviewed } from './reviewed-plan';
import { showSections } from './show-sections';

interface ApplyOptions extends CommonOptions {
  readonly allowReboot?: boolean;
  readonly plan?: string;
  readonly dryRun?: boolean;
}

/** Prepares blue; replicates to green once Terraform has made it. Run again as often as you like: it never cuts over. */
export function apply(options: ApplyOptions): Promise<number> {
  const allowed = options.allowReboot === true ? ['allow-reboot'] : [];
  const isDry = options.dryRun === true;
  return runCommand({ verb: 'apply', options, access: isDry ? 'read' : 'write', allowed }, (command) =>
    isDry
      ? dryRun('apply', command, (dry) => carryOut(dry, { ...options, autoApprove: true }))
      : carryOut(command, options),
  );
}

async function carryOut(command: Command, options: ApplyOptions): Promise<number> {
  const { session, context, printer } = command;
  refuseDuringSwitch(session.state);
  if (session.state.phase === 'switched' || session.state.phase === 'finalized') {
    throw new UpgradeError('green serves already: there is nothing to apply', {
      code: 'phase-refused',
      source: 'user',
      hint: 'Go back with `npm run rollback`, or end the upgrade with `npm run finalize`. Nothing was changed.',
    });
  }
  await confirm(command, options);
  const outcome = await runApply(context, session);
  printer.result(resultOf(session.state.phase, outcome));
  return EXIT.done;
}

/** Shows what would change and asks; with nothing to change it asks nothing. */
async function confirm(command: Command, options: ApplyOptions): Promise<void> {
  const looking = planningContext(command.context);
  const sections = [
    await planSteps('apply', 'Prepare blue', stepsOf('prepare'), looking),
    await planSteps('apply', 'Replicate to green and prove it', stepsOf('replicate'), looking),
  ];
  if (options.plan !== undefined) await refuseUnlessReviewed(command, 'apply', options.plan, sections);
  const first = sections.flatMap((section) => section.steps).find((step) => step.check.is !== 'done');
  // Nothing to approve: the run itself refuses at once, with the reason.
  if (first?.check.is === 'blocked') return;
  if (!sections.some((section) => section.steps.some((step) => step.check.is === 'needed'))) return;
  if (options.json !== true && options.autoApprove !== true)
    showSections(command, sections, looking.facts().parameters);
  await approve(options, 'Carry this out?', 'yes', command.interrupt);
}

function resultOf(phase: Phase, outcome: RunOutcome): { text: string; json: Readonly<Record<string, unknown>> } {
  const next = outcome.is === 'waiting' ? outcome.waitsFor : '`npm run cutover`';
  return {
    text:
      outcome.is === 'waiting'
        ? `Blue is prepared. Next: ${next}, then \`npm run apply\` again.`
        : 'Green follows blue and is proven. Next: `npm run plan -- --out plans/upgrade` for the review, then `npm run cutover`.',
    json: { type: 'apply', phase, waitsFor: outcome.is === 'waiting' ? outcome.waitsFor : null },
  };
}
