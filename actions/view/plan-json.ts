/** A plan as data: what is saved for `--plan` and what `--json` prints. Pure: equal plans give equal bytes. */
import { canonicalJson } from '../engine/canonical-json';
import type { Plan } from '../engine/events';
import type { Change, Check } from '../engine/step';

/** The file's text: keys sorted, indented for reviewers, secrets replaced by `***`, a line break at the end. */
export function renderPlanJson(plan: Plan): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(withoutSecrets(plan))), undefined, 2)}\n`;
}

/** The same plan with `***` for every secret value; nothing else may leave the process. */
export function withoutSecrets(plan: Plan): Plan {
  return {
    ...plan,
    sections: plan.sections.map((section) => ({
      ...section,
      steps: section.steps.map((step) => ({ ...step, check: hideInCheck(step.check) })),
    })),
  };
}

function hideInCheck(check: Check): Check {
  return check.is === 'needed' || check.is === 'later' ? { ...check, changes: check.changes.map(hideInChange) } : check;
}

function hideInChange(change: Change): Change {
  if (change.kind !== 'sql') return change;
  const { statement } = change;
  const values = statement.values.map((value, index) => (statement.secrets.includes(index) ? '***' : value));
  return { ...change, statement: { ...statement, values } };
}
