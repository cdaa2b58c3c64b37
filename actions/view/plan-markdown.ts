/** A plan for a pull request. Pure: equal plans give equal bytes. Ends with a line break, as files do. */
import { planHash, type ParameterTable, type Plan, type PlanSection, type PlannedStep } from '../engine/plan';
import type { Change } from '../engine/step';
import { diffPlans } from './plan-diff';
import { boundLine, boundSides, downtimeLines, gateRows } from './plan-measured';
import { parameterDiff, parameterRows } from './plan-parameters';
import { changesOf, countSteps, placeSteps, renderEffect, standingOf, type PlacedStep } from './plan-view';
import { diffValues, type ValueChange } from './value-diff';

/** With `previous`, what has changed since it is shown first. */
export function renderPlanMarkdown(plan: Plan, previous?: Plan): string {
  const parts = [
    `# Upgrade plan: ${plan.name}`,
    `**${countSteps(plan)}**`,
    `Plan \`${planHash(plan).slice(0, 12)}\`, ${boundLine(plan)}. A command that is given this plan refuses when any of it has moved.`,
    boundSides(plan)
      .map((line) => `- ${prose(line)}`)
      .join('\n'),
    ...renderDifference(plan, previous),
    ...plan.sections.flatMap(renderSection),
  ];
  if (plan.parameters) parts.push(...renderParameters(plan.parameters));
  else if (plan.notCarried.length > 0) parts.push(...renderNotCarried(plan));
  parts.push(...renderMeasured(plan));
  return `${parts.join('\n\n')}\n`;
}

function renderDifference(plan: Plan, previous: Plan | undefined): readonly string[] {
  const difference = previous ? diffPlans(previous, plan) : '';
  if (difference === '') return [];
  return [
    '<details open><summary>Changed since the plan that was saved before</summary>',
    fenced('diff', [difference]),
    '</details>',
  ];
}

function renderMeasured(plan: Plan): readonly string[] {
  const rows = gateRows(plan).map((row) => `| ${row.map(cell).join(' | ')} |`);
  return [
    '## Seen when the plan was made',
    'No part of what is compared later.',
    ...(rows.length > 0 ? [['| gate | value | limit |', '|---|---|---|', ...rows].join('\n')] : []),
    downtimeLines(plan)
      .map((line) => `- ${line}`)
      .join('\n'),
  ];
}

function renderSection(section: PlanSection): readonly string[] {
  const rows = placeSteps(section).flatMap(renderRow);
  const problems = section.steps.flatMap(renderProblems);
  const details = section.steps.flatMap(renderDetails);
  const parts = [`## \`${section.command}\`: ${section.title}`];
  parts.push(
    rows.length > 0
      ? ['| | step | writes | effects | undo |', '|---|---|---|---|---|', ...rows].join('\n')
      : 'Nothing to do.',
  );
  parts.push(...problems);
  if (details.length > 0)
    parts.push('<details><summary>Every statement, call and value</summary>', ...details, '</details>');
  return parts;
}

function renderRow({ step, writes }: PlacedStep): readonly string[] {
  const { check } = step;
  const { sign, word } = standingOf(check);
  const effects = check.is === 'done' ? check.evidence : check.is === 'blocked' ? 'see below' : countEffects(step);
  const after = check.is === 'later' ? ` (after ${check.waitsFor})` : '';
  const undo = check.is === 'done' ? '' : step.undo;
  const cells = [
    `${sign} ${word}`,
    `${step.title}${after}`,
    writes === 'blocked' ? '**blocked**' : 'flow',
    effects,
    undo,
  ];
  const rows = [`| ${cells.map(cell).join(' | ')} |`];
  if (step.commitPoint) rows.push('| | **──── commit point ────** | | before it: undone; after it: completed | |');
  return rows;
}

function countEffects(step: PlannedStep): string {
  const changes = changesOf(step.check);
  const count = (kind: Change['kind']): number => changes.filter((change) => change.kind === kind).length;
  const words = [
    many(count('sql'), 'statement', 'statements'),
    many(count('aws'), 'AWS call', 'AWS calls'),
    many(count('value'), 'value', 'values'),
  ].filter((text) => text !== '');
  return words.length > 0 ? words.join(', ') : 'observes only';
}

function many(count: number, one: string, several: string): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : several}`;
}

function renderProblems(step: PlannedStep): readonly string[] {
  const { check } = step;
  if (check.is === 'needed' && check.warning !== undefined)
    return [`> **Warning**, ${prose(step.title)}: ${prose(check.warning)}`];
  if (check.is !== 'blocked') return [];
  return check.problems.map(
    ({ code, summary, detail }) =>
      `> **Blocked**, ${prose(step.title)}: ${prose(summary)} (\`${code}\`)\n>\n> ${prose(detail).replace(/\n/g, '\n> ')}`,
  );
}

function renderDetails(step: PlannedStep): readonly string[] {
  const changes = changesOf(step.check);
  if (changes.length === 0) return [];
  const parts = [`**${prose(step.title)}** (\`${step.id}\`)`];
  const effects = changes.filter((change) => change.kind !== 'value');
  const values = changes.filter((change): change is ValueChange => change.kind === 'value');
  if (effects.length > 0) parts.push(fenced('sql', effects.map(renderEffect)));
  if (values.length > 0) parts.push(fenced('diff', diffValues(values)));
  return parts;
}

/** A fence longer than any run of backticks inside it. */
function fenced(language: string, lines: readonly string[]): string {
  const text = lines.join('\n');
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function renderParameters(table: ParameterTable): readonly string[] {
  const rows = parameterRows(table).map((row) => `| ${row.map(cell).join(' | ')} |`);
  const diff = parameterDiff(table);
  return [
    "## Parameters: from blue's groups to green's",
    ...(diff.length > 0
      ? [fenced('diff', diff)]
      : [`All ${table.rows.length} are declared for green as they are for blue.`]),
    ...(rows.length > 0 ? [['| verdict | blue | green | why |', '|---|---|---|---|', ...rows].join('\n')] : []),
  ];
}

function renderNotCarried(plan: Plan): readonly string[] {
  const rows = plan.notCarried.map(({ name, value, reason }) => `| \`${name}\` | ${cell(value)} | ${cell(reason)} |`);
  return [
    '## Parameters of blue that green cannot carry',
    ['| parameter | value on blue | why |', '|---|---|---|', ...rows].join('\n'),
  ];
}

function cell(text: string): string {
  return prose(text)
    .replace(/\|/g, '\\|')
    .replace(/\s*\n\s*/g, '<br>');
}

/** Text from servers must not become markup. */
function prose(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
