/** Kinds of reads by the order of magnitude of their latency, both sides beside each other. Pure. */
import type { Replay, ReplayedRead } from '../replay/result';
import { latency } from './prewarm-text';
import { coordinate, escapeHtml } from './report/markup';

const WIDTH = 900;
const TOP = 40;
const BOTTOM = 170;
const LEFT = 40;
const RIGHT = 890;

/** Lower bounds of the buckets, as powers of ten of a millisecond: below 0.1 ms, then each decade up to 10 s and beyond. */
const FIRST = -1;
const LAST = 4;

/** An SVG element for an HTML page; empty without a latency. */
export function renderBuckets(
  reads: readonly ReplayedRead[],
  { serving, following }: Pick<Replay, 'serving' | 'following'>,
): string {
  const from = bucketsOf(reads.map(({ fromMs }) => fromMs));
  const to = bucketsOf(reads.map(({ toMs }) => toMs));
  const highest = Math.max(...from, ...to);
  if (highest === 0) return '';
  const width = (RIGHT - LEFT) / from.length;
  const bar = (style: string, count: number, x: number): string => {
    const height = (count / highest) * (BOTTOM - TOP);
    return count === 0
      ? ''
      : `<rect class="${style}" x="${coordinate(x)}" width="${coordinate(width * 0.36)}" y="${coordinate(BOTTOM - height)}" height="${coordinate(height)}"/>` +
          `<text class="tick" x="${coordinate(x + width * 0.18)}" y="${coordinate(BOTTOM - height - 4)}" text-anchor="middle">${count}</text>`;
  };
  return [
    `<svg viewBox="0 0 ${WIDTH} ${BOTTOM + 28}" role="img" aria-label="Kinds of reads by order of magnitude of their latency">`,
    `<line class="axis" x1="${LEFT}" x2="${RIGHT}" y1="${BOTTOM}" y2="${BOTTOM}"/>`,
    ...from.flatMap((count, index) => {
      const x = LEFT + index * width;
      return [
        bar(serving, count, x + width * 0.12),
        bar(following, to[index] ?? 0, x + width * 0.52),
        `<text class="tick" x="${coordinate(x + width / 2)}" y="${BOTTOM + 18}" text-anchor="middle">${escapeHtml(labelOf(index))}</text>`,
      ];
    }),
    `<rect class="${serving}" x="${RIGHT - 172}" y="4" width="11" height="11"/><text class="tick" x="${RIGHT - 156}" y="14">${serving}</text>`,
    `<rect class="${following}" x="${RIGHT - 78}" y="4" width="11" height="11"/><text class="tick" x="${RIGHT - 62}" y="14">${following}</text>`,
    '</svg>',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** The first bucket is for what is below the first bound. */
function bucketsOf(latencies: readonly (number | null)[]): readonly number[] {
  const counts = Array.from({ length: LAST - FIRST + 2 }, () => 0);
  for (const ms of latencies) {
    if (ms === null) continue;
    const power = ms <= 0 ? FIRST - 1 : Math.floor(Math.log10(ms));
    const index = Math.min(LAST, Math.max(FIRST - 1, power)) - FIRST + 1;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

function labelOf(index: number): string {
  if (index === 0) return `below ${latency(10 ** FIRST)}`;
  const from = FIRST + index - 1;
  return from === LAST ? `${latency(10 ** LAST)} and more` : `${latency(10 ** from)} to ${latency(10 ** (from + 1))}`;
}
