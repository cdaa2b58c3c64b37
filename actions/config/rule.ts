import type { UpgradeConfig } from './schema';
import type { Path } from './schema-tree';

/** What must hold between settings. It sees only sections that are valid by themselves; the others are absent. */
export type Rule = (config: Partial<UpgradeConfig>) => readonly RuleProblem[];

export interface RuleProblem {
  readonly path: Path;
  readonly text: string;
}

export function problem(path: Path, text: string): RuleProblem {
  return { path, text };
}
