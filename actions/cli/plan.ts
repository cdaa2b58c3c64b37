import { UpgradeError } from '../engine/errors';
import type { Plan } from '../engine/plan';
import { readSavedPlan, type SavedPlan } from '../engine/saved-plan';
import { diffPlans } from '../view/plan-diff';
import { savedPlanOf } from '../view/plan-json';
import { renderPlanMarkdown } from '../view/plan-markdown';
import { renderPlanText } from '../view/plan-text';
import { filesOf, savePlan } from '../view/save-plan';
import { runCommand, type Command } from './command';
import { EXIT } from './exit-codes';
import { makePlan } from './make-plan';
import type { CommonOptions } from './options';

interface PlanOptions extends CommonOptions {
  readonly out?: string;
  readonly detailedExitcode?: boolean;
  readonly terraform?: boolean;
  readonly check?: string;
  readonly format?: string;
}

export function plan(options: PlanOptions): Promise<number> {
  return runCommand({ verb: 'plan', options, access: 'read' }, (command) => {
    if (options.format !== undefined && options.format !== 'text' && options.format !== 'markdown') {
      throw new UpgradeError(`there is no format ${options.format}`, {
        code: 'usage',
        source: 'user',
        hint: 'Use --format text or --format markdown; --json prints the plan as data.',
      });
    }
    return options.check === undefined ? show(command, options) : check(command, options.check, options);
  });
}

async function show(command: Command, options: PlanOptions): Promise<number> {
  const made = await makePlan(command, { terraform: options.terraform === true, configFile: options.config });
  const saved = options.out === undefined ? undefined : await save(made, options.out);
  const text = options.format === 'markdown' ? renderPlanMarkdown(made).trimEnd() : renderPlanText(made);
  command.printer.result({
    text: `${text}${saved ? `\n\n${saved.note}` : ''}`,
    json: { type: 'plan', plan: savedPlanOf(made), files: saved?.files ?? [] },
  });
  if (standsAs(made, 'blocked')) return EXIT.refused;
  return options.detailedExitcode === true && standsAs(made, 'needed') ? EXIT.changes : EXIT.done;
}

async function save(made: Plan, prefix: string): Promise<{ files: readonly string[]; note: string }> {
  const { json, markdown } = filesOf(prefix);
  const isNew = await savePlan(made, prefix, await previousPlan(json));
  const files = [json, markdown];
  return { files, note: `${isNew ? 'Wrote' : 'The same plan as before stays in'} ${files.join(' and ')}.` };
}

/** A file that is not a plan of this version is overwritten: it was meant to be. */
async function previousPlan(file: string): Promise<SavedPlan | undefined> {
  try {
    return await readSavedPlan(file);
  } catch (error) {
    if (error instanceof UpgradeError) return undefined;
    throw error;
  }
}

/** Exit 0: the plan would be the same now; 2: it would not, and the difference is printed; 1: that is not known. */
async function check(command: Command, file: string, options: PlanOptions): Promise<number> {
  try {
    const saved = await readSavedPlan(file);
    const made = await makePlan(command, {
      terraform: saved.terraform.is === 'planned',
      configFile: options.config,
    });
    const difference = diffPlans(saved, made);
    const isSame = difference === '';
    command.printer.result({
      text: isSame ? `The plan ${file} would be the same now (${saved.hash.slice(0, 12)}).` : difference,
      json: { type: 'plan-check', file, same: isSame, reviewed: saved.hash, now: savedPlanOf(made).hash, difference },
    });
    return isSame ? EXIT.done : EXIT.changes;
  } catch (error) {
    if (command.interrupt.aborted) throw error;
    command.printer.error(error, { debug: options.debug === true });
    return EXIT.failed;
  }
}

function standsAs({ sections }: Plan, is: 'blocked' | 'needed'): boolean {
  return sections.some((section) => section.steps.some((step) => step.check.is === is));
}
