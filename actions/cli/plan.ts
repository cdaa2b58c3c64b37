import { configHash } from '../config/load';
import { planSwitch } from '../cutover/plan-switch';
import type { Plan } from '../engine/events';
import { planningContext, planSteps } from '../engine/planner';
import { stepsOf } from '../steps/catalogue';
import { renderPlanText } from '../view/plan-text';
import { savePlan } from '../view/save-plan';
import { runCommand, type Command } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';

interface PlanOptions extends CommonOptions {
  readonly out?: string;
  readonly detailedExitcode?: boolean;
}

export function plan(options: PlanOptions): Promise<number> {
  return runCommand({ verb: 'plan', options, access: 'read' }, async (command) => {
    const made = await makePlan(command);
    const files = options.out === undefined ? [] : await savePlan(made, options.out);
    const note = files.length > 0 ? `\n\nWrote ${files.join(' and ')}.` : '';
    command.printer.result({ text: `${renderPlanText(made)}${note}`, json: { type: 'plan', plan: made, files } });
    const isBlocked = made.sections.some((section) => section.steps.some((step) => step.check.is === 'blocked'));
    if (isBlocked) return EXIT.refused;
    const hasChanges = made.sections.some((section) => section.steps.some((step) => step.check.is === 'needed'));
    return options.detailedExitcode === true && hasChanges ? EXIT.changes : EXIT.done;
  });
}

/** The way that remains, computed by the steps' own checks. */
export async function makePlan({
  config,
  session,
  context,
}: Pick<Command, 'config' | 'session' | 'context'>): Promise<Plan> {
  const { state } = session;
  const looking = planningContext(context);
  const isBeforeSwitch = state.phase !== 'switched' && state.phase !== 'finalized';
  const sections = isBeforeSwitch
    ? [
        await planSteps('apply', 'Prepare blue', stepsOf('prepare'), looking),
        await planSteps(
          'apply',
          'Replicate to green and prove it, after `npx cdktf deploy`',
          stepsOf('replicate'),
          looking,
        ),
      ]
    : [];
  if (state.phase !== 'finalized') {
    if (isBeforeSwitch) sections.push(await planSwitch('cutover', looking));
    sections.push(await planSwitch('rollback', looking));
  }
  return {
    format: 1,
    name: config.name,
    lineage: state.serial === 0 ? undefined : state.lineage,
    stateSerial: state.serial,
    configHash: configHash(config),
    sections,
    notCarried: looking.facts().parameters?.notCarried ?? [],
  };
}
