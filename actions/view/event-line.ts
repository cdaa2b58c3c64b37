/** One event in one line's worth of words; the printers differ only in what they put around it. */
import type { UpgradeEvent } from '../engine/events';
import type { Tone } from './colour';
import { formatDuration, formatWait } from './duration';

export interface EventLine {
  /** One column wide. */
  readonly sign: string;
  /** What the sign and the colour say, for logs. */
  readonly word: string;
  readonly tone: Tone;
  readonly text: string;
  /** Further lines, without sign. */
  readonly detail: readonly string[];
}

type StepEnded = Extract<UpgradeEvent, { type: 'step-ended' }>;

const OUTCOMES: Record<StepEnded['outcome'], Pick<EventLine, 'sign' | 'word' | 'tone'>> = {
  done: { sign: '✓', word: 'done', tone: 'good' },
  'already-done': { sign: '=', word: 'already', tone: 'quiet' },
  failed: { sign: '✗', word: 'failed', tone: 'bad' },
  blocked: { sign: '✗', word: 'blocked', tone: 'bad' },
  undone: { sign: '↶', word: 'undone', tone: 'warning' },
};

export function describeEvent(event: UpgradeEvent): EventLine {
  switch (event.type) {
    case 'step-started':
      return { sign: '…', word: 'start', tone: 'plain', text: event.title, detail: [] };
    case 'step-ended':
      return { ...OUTCOMES[event.outcome], text: stepText(event), detail: [] };
    case 'waiting':
      return {
        sign: '…',
        word: 'wait',
        tone: 'plain',
        text: `${event.reason}, ${formatWait(event.elapsedMs, event.budgetMs)}`,
        detail: [],
      };
    case 'gate':
      return {
        ...(event.ok ? { sign: '✓', word: 'gate', tone: 'good' } : { sign: '✗', word: 'gate', tone: 'bad' }),
        text:
          `${event.name}: ${event.value} (limit ${event.limit})` +
          (event.ok ? '' : ' does not hold') +
          (event.ok || event.reason === undefined ? '' : `: ${event.reason}`),
        detail: [],
      };
    case 'cutover-state':
      return {
        sign: '→',
        word: event.direction,
        tone: event.state === 'undoing' || event.state === 'stalled' ? 'bad' : 'strong',
        text:
          `${event.state}, ${formatDuration(event.elapsedMs)} after the start` +
          (event.reason === undefined ? '' : `: ${event.reason}`),
        detail: [],
      };
    case 'manual-undo':
      return {
        sign: '!',
        word: 'keep',
        tone: 'warning',
        text: 'If this process and this machine are lost before the commit point, give writes back by hand:',
        detail: event.commands,
      };
    case 'note':
      return event.level === 'warning'
        ? { sign: '!', word: 'warning', tone: 'warning', text: `${event.text} [${event.code}]`, detail: [] }
        : { sign: 'i', word: 'note', tone: 'plain', text: event.text, detail: [] };
  }
}

function stepText(event: StepEnded): string {
  const said = event.outcome === 'failed' || event.outcome === 'blocked' ? event.reason : event.evidence;
  const took =
    event.outcome === 'already-done' || event.outcome === 'blocked' ? '' : ` (${formatDuration(event.durationMs)})`;
  return `${event.title}${took}${said === undefined ? '' : `: ${said}`}`;
}
