/** A plan as data: what is saved for `--plan` and what `--json` prints. Pure: equal plans give equal bytes. */
import { canonicalJson } from '../engine/canonical-json';
import { planHash, type Plan } from '../engine/plan';
import { checksumOf, type SavedPlan } from '../engine/saved-plan';
import type { Change, Check } from '../engine/step';

/** The file's text: keys sorted, indented for reviewers, secrets replaced by `***`, a line break at the end. */
export function renderPlanJson(plan: Plan): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(savedPlanOf(plan))), undefined, 2)}\n`;
}

/** The plan with its name, its hash, and the checksum by which a change by hand shows. */
export function savedPlanOf(plan: Plan): SavedPlan {
  const clean = withoutSecrets(plan);
  const saved = { ...clean, hash: planHash(clean) };
  return { ...saved, checksum: checksumOf(saved) };
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
