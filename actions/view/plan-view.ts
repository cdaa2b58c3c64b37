/** What the plan's renderers share: how a step stands, where writes are blocked, how an effect reads. Pure. */
import { canonicalJson } from '../engine/canonical-json';
import type { Plan, PlanSection, PlannedStep } from '../engine/plan';
import type { Change, Check } from '../engine/step';
import { renderStatement } from '../mysql/render';

export interface Standing {
  readonly sign: string;
  readonly word: string;
}

const STANDINGS: Record<Check['is'], Standing> = {
  needed: { sign: '~', word: 'needed' },
  done: { sign: '=', word: 'done' },
  later: { sign: '…', word: 'later' },
  blocked: { sign: '✗', word: 'blocked' },
};

export function standingOf(check: Check): Standing {
  return STANDINGS[check.is];
}

/** `5 needed, 2 done, 3 later, 0 blocked`. */
export function countSteps(plan: Plan): string {
  const checks = plan.sections.flatMap((section) => section.steps.map((step) => step.check.is));
  return Object.entries(STANDINGS)
    .map(([is, { word }]) => `${checks.filter((check) => check === is).length} ${word}`)
    .join(', ');
}

export interface PlacedStep {
  readonly step: PlannedStep;
  /** Where the step stands in the section's stretch of blocked writes. */
  readonly writes: 'flow' | 'blocked';
  readonly opensBlock: boolean;
  readonly closesBlock: boolean;
}

/** Writes are blocked from the first step that says so to the last, steps between included. */
export function placeSteps(section: PlanSection): readonly PlacedStep[] {
  const blocking = section.steps.map((step) => step.blocksWrites);
  const first = blocking.indexOf(true);
  const last = blocking.lastIndexOf(true);
  return section.steps.map((step, index) => ({
    step,
    writes: first >= 0 && index >= first && index <= last ? 'blocked' : 'flow',
    opensBlock: first >= 0 && index === first,
    closesBlock: first >= 0 && index === last,
  }));
}

export function changesOf(check: Check): readonly Change[] {
  return check.is === 'needed' || check.is === 'later' ? check.changes : [];
}

/** `blue> CALL ...;`, `rds:RebootDBInstance {...}`. Values are shown by `value-diff.ts`. */
export function renderEffect(change: Exclude<Change, { kind: 'value' }>): string {
  return change.kind === 'sql'
    ? `${change.side}> ${renderStatement(change.statement)};`
    : `${change.call.service}:${change.call.action} ${canonicalJson(change.call.input)}`;
}
