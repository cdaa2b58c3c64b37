/** How a cutover or rollback ended, as one answer. */
import type { SwitchOutcome } from '../cutover/driver';
import type { Direction } from '../state/format';
import { formatDuration } from './duration';

export function renderSwitchOutcome(
  direction: Direction,
  outcome: SwitchOutcome,
  evidence: readonly string[],
  report?: string,
): { readonly text: string; readonly json: Readonly<Record<string, unknown>> } {
  const told = report === undefined ? [] : [`Report: ${report}`];
  return {
    text: [...lines(direction, outcome, evidence), ...told].join('\n'),
    json: { type: direction, outcome, evidence, report: report ?? null, next: nextOf(direction, outcome) },
  };
}

/** For scripts: the one command to go on with. */
function nextOf(direction: Direction, outcome: SwitchOutcome): { readonly command: string; readonly why: string } {
  const command = `npm run ${direction}`;
  if (outcome.is !== 'stalled') {
    return outcome.is === 'done'
      ? { command: 'npm run status', why: 'watches the way back' }
      : { command, why: 'begins anew once the reason is cured' };
  }
  return { command, why: outcome.resumeAt === 'opening' ? 'completes the switch' : 'goes on undoing' };
}

function lines(direction: Direction, outcome: SwitchOutcome, evidence: readonly string[]): readonly string[] {
  const [from, to] = direction === 'cutover' ? ['blue', 'green'] : ['green', 'blue'];
  const proof = evidence.map((line) => `  - ${line}`);
  if (outcome.is === 'stalled') {
    return [
      `A PERSON IS NEEDED: the ${direction} stands still: ${outcome.reason}`,
      ...proof,
      outcome.resumeAt === 'opening'
        ? `It is past the commit point: ${to} is the side that serves, nothing is undone. Next: npm run ${direction}`
        : `${from} may still refuse writes. Next: npm run ${direction} (it goes on undoing), or the manual commands printed before the fence.`,
    ];
  }
  if (outcome.is === 'aborted') {
    return [
      `The ${direction} was aborted and undone: ${from.toUpperCase()} IS SERVING. Reason: ${outcome.summary.reason ?? 'unknown'}`,
      ...proof,
      `Next: cure the reason, then npm run ${direction}`,
    ];
  }
  const blocked = outcome.summary.blockedMs;
  return [
    `${to.toUpperCase()} IS SERVING.${blocked === undefined ? '' : ` Writes were blocked for ${formatDuration(blocked)} as the tool saw it.`}`,
    ...proof,
    direction === 'cutover'
      ? 'Next: npm run status; back with npm run rollback; end with npm run finalize.'
      : 'Next: npm run status; again with npm run cutover.',
  ];
}
