/** A plan for the terminal. Pure: equal plans give equal bytes. No line break at the end. */
import { planHash, type Plan, type PlanSection, type PlannedStep } from '../engine/plan';
import type { Change, Check } from '../engine/step';
import { paintWith, type Paint, type Tone } from './colour';
import { boundLine, downtimeLines, gateRows } from './plan-measured';
import { parameterLines } from './plan-parameters';
import { changesOf, countSteps, placeSteps, renderEffect, standingOf, type PlacedStep } from './plan-view';
import { diffValues, type ValueChange } from './value-diff';

const TONES: Record<Check['is'], Tone> = { needed: 'strong', done: 'quiet', later: 'plain', blocked: 'bad' };

export function renderPlanText(plan: Plan, { colour = false }: { readonly colour?: boolean } = {}): string {
  const paint = paintWith(colour);
  const parts = [
    [paint('strong', `Plan for ${plan.name}: ${countSteps(plan)}`), boundLine(plan)].join('\n'),
    ...plan.sections.map((section) => renderSection(section, paint)),
  ];
  if (plan.parameters) parts.push(parameterLines(plan.parameters).join('\n'));
  else if (plan.notCarried.length > 0) parts.push(renderNotCarried(plan));
  const measured = renderMeasured(plan);
  if (measured.length > 0) parts.push(measured);
  parts.push('~ needed   = done   … later   ✗ blocked');
  return parts.join('\n\n');
}

function renderSection(section: PlanSection, paint: Paint): string {
  const header = `${paint('strong', `== ${section.command}`)}: ${section.title}`;
  const lines = placeSteps(section).flatMap((placed) => renderPlaced(placed, paint));
  return [header, ...(lines.length > 0 ? lines : ['   nothing to do'])].join('\n');
}

function renderMeasured(plan: Plan): string {
  const gates = gateRows(plan);
  if (gates.length === 0 && plan.measured.downtime.length === 0) return '';
  const rows = gates.map(([gate, value, limit]) => `  ${gate}: ${value} (limit: ${limit})`);
  return [
    `== seen now, and no part of what is reviewed (plan ${planHash(plan).slice(0, 12)}, state at serial ${plan.binding.stateSerial})`,
    ...rows,
    ...downtimeLines(plan).map((line) => `  ${line}`),
  ].join('\n');
}

/** The bar at the left runs as long as the application cannot write. */
function renderPlaced(placed: PlacedStep, paint: Paint): readonly string[] {
  const { step, writes, opensBlock, closesBlock } = placed;
  const bar = writes === 'blocked' ? paint('warning', '│') : ' ';
  const lines = renderStep(step, paint).map((line) => `${bar} ${line}`.trimEnd());
  if (opensBlock) lines.unshift(paint('warning', '┌ writes blocked'));
  if (step.commitPoint)
    lines.push(`${bar} ${paint('strong', '──── commit point ────')} before it: undone; after it: completed`);
  if (closesBlock) lines.push(paint('warning', '└ writes flow again'));
  return lines;
}

function renderStep(step: PlannedStep, paint: Paint): readonly string[] {
  const { check } = step;
  const { sign } = standingOf(check);
  const lines = [`${paint(TONES[check.is], `${sign} ${step.title}`)}${paint('quiet', `  (${step.id})`)}`];
  const say = (text: string): void => {
    lines.push(...text.split('\n').map((line) => `    ${line}`));
  };
  if (check.is === 'done' && check.evidence !== '') say(`seen: ${check.evidence}`);
  if (check.is === 'later') say(`after: ${check.waitsFor}`);
  if (check.is === 'needed' && check.warning !== undefined) say(paint('warning', `warning: ${check.warning}`));
  if (check.is === 'blocked') {
    for (const problem of check.problems)
      say(`${problem.summary} [${problem.code}]\n  ${problem.detail.replace(/\n/g, '\n  ')}`);
  }
  renderChanges(changesOf(check), paint).forEach(say);
  if (check.is === 'needed' || check.is === 'later') say(paint('quiet', `undo: ${step.undo}`));
  return lines;
}

/** In the order in which they happen; neighbouring values share one diff. */
function renderChanges(changes: readonly Change[], paint: Paint): readonly string[] {
  const lines: string[] = [];
  let values: ValueChange[] = [];
  const flush = (): void => {
    const [only, ...more] = values;
    if (only && more.length === 0 && !`${only.before}${only.after}`.includes('\n')) {
      lines.push(`${only.what}: ${only.before} -> ${only.after}`);
    } else {
      for (const line of diffValues(values)) lines.push(paint(toneOfDiff(line), line));
    }
    values = [];
  };
  for (const change of changes) {
    if (change.kind === 'value') {
      values.push(change);
      continue;
    }
    flush();
    lines.push(renderEffect(change));
  }
  flush();
  return lines;
}

function toneOfDiff(line: string): Tone {
  if (line.startsWith('+')) return 'good';
  return line.startsWith('-') ? 'bad' : 'quiet';
}

function renderNotCarried(plan: Plan): string {
  const rows = plan.notCarried.map(({ name, value, reason }) => `  ${name} = ${value}: ${reason}`);
  return ['== parameters of blue that green cannot carry', ...rows].join('\n');
}
