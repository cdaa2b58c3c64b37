/** A plan as two files for a pull request. */
import { outputFile } from 'fs-extra';
import type { Plan } from '../engine/events';
import { renderPlanJson } from './plan-json';
import { renderPlanMarkdown } from './plan-markdown';

/** Answers the paths written: `<prefix>.plan.json` and `<prefix>.plan.md`; folders are made. */
export async function savePlan(plan: Plan, prefix: string): Promise<readonly string[]> {
  const base = prefix.replace(/(\.plan)?\.(json|md)$/, '');
  const files = { [`${base}.plan.json`]: renderPlanJson(plan), [`${base}.plan.md`]: renderPlanMarkdown(plan) };
  for (const [file, content] of Object.entries(files)) await outputFile(file, content);
  return Object.keys(files);
}
