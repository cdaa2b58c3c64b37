/** A plan as two files for a pull request. */
import { outputFile } from 'fs-extra';
import type { Plan } from '../engine/plan';
import type { SavedPlan } from '../engine/saved-plan';
import { renderPlanJson, savedPlanOf } from './plan-json';
import { renderPlanMarkdown } from './plan-markdown';

export interface SavedFiles {
  readonly json: string;
  readonly markdown: string;
}

export function filesOf(prefix: string): SavedFiles {
  const base = prefix.replace(/(\.plan)?\.(json|md)$/, '');
  return { json: `${base}.plan.json`, markdown: `${base}.plan.md` };
}

/**
 * Writes `<prefix>.plan.json` and `<prefix>.plan.md`; folders are made. Files that hold the same plan already stay as they
 * are, so that a second run changes no byte of them. Answers whether anything was written.
 */
export async function savePlan(plan: Plan, prefix: string, previous?: SavedPlan): Promise<boolean> {
  const { json, markdown } = filesOf(prefix);
  if (previous?.hash === savedPlanOf(plan).hash) return false;
  await outputFile(json, renderPlanJson(plan));
  await outputFile(markdown, renderPlanMarkdown(plan, previous));
  return true;
}
