/** Acknowledged writes on blue and on green around the switch, with the gap between them shaded and named. Pure. */
import { formatDuration } from '../duration';
import { coordinate, escapeHtml } from './markup';
import { gapMs, type ClientView } from './model';
import { niceStep, timeAxis, type TimeAxis } from './time-axis';

const WIDTH = 900;
const HEIGHT = 250;
const PLOT = { left: 44, right: 892, top: 52, bottom: 218 };

/** An SVG element for an HTML page; its classes are in `style.ts`. `zero` names what 0 on the axis is. */
export function renderGapChart(clients: ClientView, zero: string): string {
  const first = clients.buckets[0];
  const last = clients.buckets.at(-1);
  if (!first || !last) return '';
  const axis = timeAxis(first.startMs, last.startMs + clients.bucketMs, PLOT.left, PLOT.right, 9);
  const highest = Math.max(1, ...clients.buckets.map((bucket) => bucket.blue + bucket.green));
  const step = niceStep(highest / 3);
  const top = Math.ceil(highest / step) * step;
  const y = (count: number): number => PLOT.bottom - (count / top) * (PLOT.bottom - PLOT.top);
  const label = `${formatDuration(gapMs(clients))} without an acknowledged write`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(`Writes on blue and on green: ${label}`)}">`,
    ...renderGrid(axis, y, top, step, zero),
    ...clients.buckets.flatMap((bucket) => renderBucket(bucket, clients.bucketMs, axis, y)),
    ...renderGap(clients, axis, label),
    ...renderLegend(clients.bucketMs),
    '</svg>',
  ].join('\n');
}

function renderGrid(
  axis: TimeAxis,
  y: (count: number) => number,
  top: number,
  step: number,
  zero: string,
): readonly string[] {
  const lines: string[] = [];
  for (let count = 0; count <= top; count += step) {
    const at = coordinate(y(count));
    lines.push(
      `<line class="${count === 0 ? 'axis' : 'grid'}" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}"/>`,
    );
    lines.push(
      `<text class="tick" x="${PLOT.left - 6}" y="${coordinate(y(count) + 4)}" text-anchor="end">${count}</text>`,
    );
  }
  for (const { ms, label } of axis.ticks) {
    const at = coordinate(axis.x(ms));
    const text = ms === 0 ? escapeHtml(zero) : label;
    lines.push(`<line class="axis" x1="${at}" x2="${at}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 5}"/>`);
    lines.push(`<text class="tick" x="${at}" y="${PLOT.bottom + 20}" text-anchor="middle">${text}</text>`);
  }
  return lines;
}

/** Both sides in one bucket stand on each other: the switch lies inside it. */
function renderBucket(
  bucket: ClientView['buckets'][number],
  bucketMs: number,
  axis: TimeAxis,
  y: (count: number) => number,
): readonly string[] {
  const x = axis.x(bucket.startMs) + 0.5;
  const width = Math.max(0.5, axis.x(bucket.startMs + bucketMs) - axis.x(bucket.startMs) - 1);
  const bar = (side: 'blue' | 'green', from: number, count: number): string =>
    `<rect class="${side}" x="${coordinate(x)}" width="${coordinate(width)}" y="${coordinate(y(from + count))}" ` +
    `height="${coordinate(y(from) - y(from + count))}"><title>${count} writes on ${side}</title></rect>`;
  return [
    ...(bucket.blue > 0 ? [bar('blue', 0, bucket.blue)] : []),
    ...(bucket.green > 0 ? [bar('green', bucket.blue, bucket.green)] : []),
  ];
}

/** At least two points wide, so that a gap of a few milliseconds is seen too. */
function renderGap(clients: ClientView, axis: TimeAxis, label: string): readonly string[] {
  const from = axis.x(clients.lastBeforeMs);
  const width = Math.max(2, axis.x(clients.firstAfterMs) - from);
  const middle = from + width / 2;
  const half = label.length * 3.8;
  const textX = Math.min(Math.max(middle, PLOT.left + half), PLOT.right - half);
  return [
    `<rect class="gap" x="${coordinate(from)}" width="${coordinate(width)}" y="${PLOT.top - 8}" height="${PLOT.bottom - PLOT.top + 8}"/>`,
    `<text class="gap-label" x="${coordinate(textX)}" y="${PLOT.top - 14}" text-anchor="middle">${escapeHtml(label)}</text>`,
  ];
}

function renderLegend(bucketMs: number): readonly string[] {
  return [
    `<text class="tick" x="${PLOT.left}" y="14">acknowledged writes per ${bucketMs} ms</text>`,
    `<rect class="blue" x="${PLOT.right - 172}" y="4" width="11" height="11"/><text class="tick" x="${PLOT.right - 156}" y="14">on blue</text>`,
    `<rect class="green" x="${PLOT.right - 78}" y="4" width="11" height="11"/><text class="tick" x="${PLOT.right - 62}" y="14">on green</text>`,
  ];
}
