/** Whether a plan that people reviewed still fits the world. */
import { readJson } from 'fs-extra';
import { messageOf, UpgradeError } from './errors';
import type { Plan } from './events';

type Bound = Pick<Plan, 'lineage' | 'stateSerial' | 'configHash'>;

const NAMES: Readonly<Record<keyof Bound, string>> = {
  lineage: 'lineage of the state',
  stateSerial: 'serial of the state',
  configHash: 'upgrade.yaml',
};

/** Throws `plan-stale`, naming each difference, or `plan-unreadable`. */
export async function compareSavedPlan(file: string, now: Bound): Promise<void> {
  const saved = await readPlan(file);
  const differences = (Object.keys(NAMES) as (keyof Bound)[])
    .filter((key) => saved[key] !== now[key])
    .map((key) => `changed since review: ${NAMES[key]} was ${String(saved[key])}, is ${String(now[key])}`);
  if (differences.length === 0) return;
  throw new UpgradeError('saved plan is stale', {
    code: 'plan-stale',
    source: 'user',
    hint: `${differences.join('; ')}. Make a new plan with \`npm run plan -- --out\` and have it reviewed. Nothing was changed.`,
  });
}

async function readPlan(file: string): Promise<Partial<Plan>> {
  try {
    return (await readJson(file)) as Partial<Plan>;
  } catch (cause) {
    throw new UpgradeError(`the plan ${file} cannot be read: ${messageOf(cause)}`, {
      code: 'plan-unreadable',
      source: 'user',
      cause,
      hint: 'Name the `.plan.json` that `npm run plan -- --out` wrote. Nothing was changed.',
    });
  }
}
