/** One plan against another, as people read it: a unified diff of the compared parts. Pure. */
import { createTwoFilesPatch } from 'diff';
import { planHash, hashedPart, type Plan } from '../engine/plan';
import { renderPlanText } from './plan-text';
import { boundSides } from './plan-measured';

/** Empty when both are the same plan. No line break at the end. */
export function diffPlans(before: Plan, after: Plan): string {
  if (planHash(before) === planHash(after)) return '';
  const patch = createTwoFilesPatch('reviewed', 'now', lines(before), lines(after), undefined, undefined, {
    context: 2,
  });
  return patch
    .split('\n')
    .filter((line) => !line.startsWith('====='))
    .join('\n')
    .trimEnd();
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
