/** One plan against another, as people read it: a unified diff of the compared parts. Pure. */
import { createTwoFilesPatch } from 'diff';
import { planHash, hashedPart, type Plan } from '../engine/plan';
import { renderPlanText } from './plan-text';
import { boundSides } from './plan-measured';

/** Empty when both are the same plan. No line break at the end. */
export function diffPlans(before: Plan, after: Plan): string {
  if (planHash(before) === planHash(after)) return '';
  const [old, now] = [lines(before), lines(after)];
  const options = { context: 2, maxEditLength: MOST_EDITS };
  const patch = createTwoFilesPatch('reviewed', 'now', old, now, undefined, undefined, options) ?? replaced(old, now);
  return patch
    .split('\n')
    .filter((line) => !line.startsWith('====='))
    .join('\n')
    .trimEnd();
}

/** Beyond these the search takes seconds, and nobody reads the result line by line. */
const MOST_EDITS = 600;

function replaced(old: string, now: string): string {
  const signed = (text: string, sign: string): string => text.trimEnd().replace(/^/gm, sign);
  return ['--- reviewed', '+++ now', signed(old, '-'), signed(now, '+')].join('\n');
}

/** What text leaves out is compared as well: each parameter and account on a line of its own. */
function lines(plan: Plan): string {
  const settled: Plan = { ...hashedPart(plan), measured: { downtime: [] } };
  const facts = (['blue', 'green'] as const).flatMap((side) => {
    const bound = plan.binding.sides[side];
    return bound
      ? [
          ...Object.entries(bound.parameters).map(([name, value]) => `${side} parameter ${name} = ${value}`),
          ...bound.accounts.map((account) => `${side} account ${account}`),
        ]
      : [];
  });
  return `${[renderPlanText(settled), `phase ${plan.binding.phase}`, ...boundSides(plan), ...facts].join('\n')}\n`;
}
