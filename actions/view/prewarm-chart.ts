/** Hit ratio of the buffer pool and, below it, latency over the time of a prewarming. Pure. */
import type { PrewarmPoint, PrewarmStage } from '../prewarm/result';
import { latency } from './prewarm-text';
import { coordinate, escapeHtml } from './report/markup';
import { timeAxis } from './report/time-axis';

const WIDTH = 900;
const HEIGHT = 400;
const PLOT = { left: 72, right: 892 };
const RATIO = { top: 44, bottom: 186 };
const LATENCY = { top: 226, bottom: 360 };

interface Panel {
  readonly top: number;
  readonly bottom: number;
}

type Place = (value: number) => number;

/** An SVG element for an HTML page. Empty for fewer than two points. */
export function renderPrewarmChart(points: readonly PrewarmPoint[]): string {
  const last = points.at(-1);
  if (!last || points.length < 2) return '';
  const axis = timeAxis(0, last.atMs, PLOT.left, PLOT.right, 9);
  const x: Place = (ms) => axis.x(ms);
  const lowest = Math.min(1, ...points.flatMap(({ hitRatio }) => hitRatio ?? []));
  const floor = [0.99, 0.95, 0.9, 0.8, 0.5].find((one) => one < lowest) ?? 0;
  const ratio: Place = (value) => RATIO.bottom - ((value - floor) / (1 - floor)) * (RATIO.bottom - RATIO.top);
  const ms = logScale(
    points.flatMap(({ medianMs, p95Ms }) => [medianMs ?? [], p95Ms ?? []].flat()),
    LATENCY,
  );
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Hit ratio and latency over time">`,
    ...bands(points, x),
    ...[0, 0.5, 1].map((part) =>
      level(ratio(floor + part * (1 - floor)), percentOf(floor + part * (1 - floor)), part === 0),
    ),
    ...ms.decades.map((value, index) => level(ms.place(value), latency(value), index === 0)),
    ...axis.ticks.map(
      ({ ms: at, label }) =>
        `<text class="tick" x="${coordinate(x(at))}" y="${LATENCY.bottom + 20}" text-anchor="middle">${escapeHtml(label)}</text>`,
    ),
    line('rate-green', points, x, ratio, ({ hitRatio }) => hitRatio),
    line('line-thin', points, x, ms.place, ({ p95Ms }) => p95Ms),
    line('rate-green', points, x, ms.place, ({ medianMs }) => medianMs),
    `<text class="tick" x="${PLOT.left}" y="14">hit ratio of the buffer pool</text>`,
    `<text class="tick" x="${PLOT.left}" y="${LATENCY.top - 10}">latency of a statement: median, and 95 % dashed (logarithmic)</text>`,
    '</svg>',
  ].join('\n');
}

export interface LogScale {
  readonly place: Place;
  /** Powers of ten from the lowest to the highest shown. */
  readonly decades: readonly number[];
}

/** Whole decades around the values, at least one; `bottom` is where the lowest lies. */
export function logScale(values: readonly number[], { top, bottom }: Panel): LogScale {
  const positive = values.filter((value) => value > 0);
  const from = Math.floor(Math.log10(Math.min(1, ...positive)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(0.1, ...positive))));
  const place: Place = (value) =>
    bottom - ((Math.log10(Math.max(value, 10 ** from)) - from) / (to - from)) * (bottom - top);
  return { place, decades: Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index)) };
}

function level(y: number, label: string, isAxis: boolean): string {
  const at = coordinate(y);
  return (
    `<line class="${isAxis ? 'axis' : 'grid'}" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}"/>` +
    `<text class="tick" x="${PLOT.left - 6}" y="${coordinate(y + 4)}" text-anchor="end">${escapeHtml(label)}</text>`
  );
}

/** Points without a value are passed over; a single one is a dot. */
function line(
  style: string,
  points: readonly PrewarmPoint[],
  x: Place,
  y: Place,
  value: (point: PrewarmPoint) => number | null,
): string {
  const places = points.flatMap((point) => {
    const found = value(point);
    return found === null ? [] : [`${coordinate(x(point.atMs))},${coordinate(y(found))}`];
  });
  return `<polyline class="${style}" points="${places.join(' ')}"/>`;
}

/** Every other stage is shaded; each has its name above. */
function bands(points: readonly PrewarmPoint[], x: Place): readonly string[] {
  const stages: { stage: PrewarmStage; fromMs: number; toMs: number }[] = [];
  let fromMs = 0;
  for (const { stage, atMs } of points) {
    const last = stages.at(-1);
    if (last?.stage === stage) last.toMs = atMs;
    else stages.push({ stage, fromMs, toMs: atMs });
    fromMs = atMs;
  }
  return stages.flatMap(({ stage, fromMs: begin, toMs }, index) => {
    const width = x(toMs) - x(begin);
    const isNamed = width > stage.length * 6;
    return [
      ...(index % 2 === 0
        ? [
            `<rect class="band" x="${coordinate(x(begin))}" width="${coordinate(width)}" y="${RATIO.top - 16}" height="${LATENCY.bottom - RATIO.top + 16}"/>`,
          ]
        : []),
      ...(isNamed ? [`<text class="tick" x="${coordinate(x(begin) + 4)}" y="${RATIO.top - 4}">${stage}</text>`] : []),
    ];
  });
}

function percentOf(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
