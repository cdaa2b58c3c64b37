/** Write rate of both sides and the lag below it, with the stretch in which nobody asked. Pure. */
import type { Side } from '../../ports/mysql-server';
import { coordinate, escapeHtml } from './markup';
import type { TrafficPoint } from './model';
import { niceStep, timeAxis } from './time-axis';

const WIDTH = 900;
const HEIGHT = 320;
const PLOT = { left: 52, right: 892 };
const RATE = { top: 40, bottom: 196 };
const LAG = { top: 226, bottom: 282 };

interface Panel {
  readonly top: number;
  readonly bottom: number;
}

/** An SVG element for an HTML page; its classes are in `style.ts`. Empty for fewer than two points. */
export function renderTrafficChart(points: readonly TrafficPoint[]): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) return '';
  const axis = timeAxis(first.atMs, last.atMs, PLOT.left, PLOT.right, 9);
  const x = (ms: number): number => axis.x(ms);
  const highest = Math.max(1, ...points.flatMap(({ rowsPerSecond: { blue, green } }) => [blue, green]));
  const longest = Math.max(1, ...points.map(({ lagSeconds }) => lagSeconds ?? 0));
  const resumed = points.find(({ atMs }) => atMs > 0);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Write rate and lag around the switch">`,
    ...(resumed ? blind(x(Math.max(0, first.atMs)), x(resumed.atMs)) : []),
    ...scale(RATE, highest, 3),
    ...scale(LAG, longest, 1),
    ...axis.ticks.map(
      ({ ms, label }) =>
        `<text class="tick" x="${coordinate(x(ms))}" y="${LAG.bottom + 20}" text-anchor="middle">${escapeHtml(ms === 0 ? 'fence' : label)}</text>`,
    ),
    ...(['blue', 'green'] as const).map((side) => rateLine(points, side, x, highest)),
    ...points.flatMap(({ atMs, lagSeconds }) =>
      lagSeconds === undefined
        ? []
        : [
            `<rect class="bar" x="${coordinate(x(atMs) - 2)}" width="4" y="${coordinate(place(LAG, longest, lagSeconds) - 2)}" ` +
              `height="${coordinate(LAG.bottom - place(LAG, longest, lagSeconds) + 2)}"><title>${lagSeconds} s behind</title></rect>`,
          ],
    ),
    `<text class="tick" x="${PLOT.left}" y="14">rows changed a second</text>`,
    `<text class="tick" x="${PLOT.left}" y="${LAG.top - 8}">lag of the side that follows, seconds</text>`,
    `<rect class="blue" x="${PLOT.right - 172}" y="4" width="11" height="11"/><text class="tick" x="${PLOT.right - 156}" y="14">on blue</text>`,
    `<rect class="green" x="${PLOT.right - 78}" y="4" width="11" height="11"/><text class="tick" x="${PLOT.right - 62}" y="14">on green</text>`,
    '</svg>',
  ].join('\n');
}

function place({ top, bottom }: Panel, highest: number, value: number): number {
  return bottom - (value / roundUp(highest)) * (bottom - top);
}

function roundUp(highest: number): number {
  const step = niceStep(highest / 3);
  return Math.ceil(highest / step) * step;
}

function scale(panel: Panel, highest: number, parts: number): readonly string[] {
  const top = roundUp(highest);
  return Array.from({ length: parts + 1 }, (_, index) => {
    const value = Math.round((top * index) / parts);
    const at = coordinate(place(panel, highest, value));
    return (
      `<line class="${index === 0 ? 'axis' : 'grid'}" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}"/>` +
      `<text class="tick" x="${PLOT.left - 6}" y="${coordinate(place(panel, highest, value) + 4)}" text-anchor="end">${value}</text>`
    );
  });
}

/** Straight from point to point: each is the mean since the one before it. */
function rateLine(points: readonly TrafficPoint[], side: Side, x: (ms: number) => number, highest: number): string {
  const path = points.map(
    ({ atMs, rowsPerSecond }) => `${coordinate(x(atMs))},${coordinate(place(RATE, highest, rowsPerSecond[side]))}`,
  );
  return `<polyline class="rate-${side}" points="${path.join(' ')}"/>`;
}

function blind(from: number, to: number): readonly string[] {
  const width = Math.max(2, to - from);
  return [
    `<rect class="blind" x="${coordinate(from)}" width="${coordinate(width)}" y="${RATE.top - 12}" height="${LAG.bottom - RATE.top + 12}"/>`,
    `<text class="tick" x="${coordinate(Math.min(from + 4, PLOT.right - 180))}" y="${RATE.top + 2}">switch: nobody asked</text>`,
  ];
}
