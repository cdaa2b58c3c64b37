/** The way back in `status`, and what `status --watch` says the moment it changes. Pure. */
import type { WayBack } from '../mysql/way-back-health';
import type { Paint } from './colour';

const WORDS: Readonly<Record<WayBack['goingBack'], string>> = {
  now: 'going back is safe now',
  later: 'going back must wait',
  'loses-writes': 'GOING BACK WOULD LOSE WRITES',
  unknown: 'whether going back is safe is not known',
};

export function renderWayBack(wayBack: WayBack, paint: Paint): string {
  const tone = wayBack.goingBack === 'now' ? (wayBack.state === 'endangered' ? 'warning' : 'good') : 'bad';
  return `${paint(tone, WORDS[wayBack.goingBack])} (${wayBack.state}): ${wayBack.what}; ${wayBack.consequence}`;
}

export interface WayBackChange {
  readonly level: 'info' | 'warning';
  readonly code: string;
  readonly text: string;
}

/** Undefined when nothing has changed that a person must know of. */
export function wayBackChange(before: WayBack | undefined, after: WayBack | undefined): WayBackChange | undefined {
  if (!after) return undefined;
  if (before?.state === after.state && before.goingBack === after.goingBack) return undefined;
  const isSafe = after.goingBack === 'now' && after.state !== 'endangered';
  if (isSafe && before === undefined) return undefined;
  return {
    level: isSafe ? 'info' : 'warning',
    code: `way-back-${after.state.replace(' ', '-')}`,
    text: isSafe
      ? `Going back is safe again: ${after.what}.`
      : `Going back ${after.goingBack === 'now' ? 'will stop being safe' : 'is not safe any more'}: ${after.what}; ${after.consequence}. Next: ${after.next}`,
  };
}
