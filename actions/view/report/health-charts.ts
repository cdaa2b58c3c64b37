/** A small picture for each metric: both writers over the time around the switch, the limit as a line. Pure. */
import type { Health, MetricHealth } from '../../health/health';
import type { Side } from '../../ports/mysql-server';
import { formatFigure, formatLimits, greatestOf, hasData } from '../../health/figures';
import { coordinate, escapeHtml } from './markup';

const WIDTH = 900;
const COLUMNS = 2;
const CELL = { width: 450, height: 132 };
const PLOT = { left: 70, right: 430, top: 30, bottom: 104 };
/** A longer silence than this is no line. */
const GAP_MS = 180_000;

interface Cell {
  readonly x: (at: string) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** An SVG element for an HTML page; its classes are in `style.ts`. Empty when no metric has data. `switchedAt`: ISO 8601. */
export function renderHealthCharts(health: Health, switchedAt: string): string {
  const drawn = health.metrics.filter(({ blue, green }) => hasData(blue, green));
  if (drawn.length === 0) return '';
  const rows = Math.ceil(drawn.length / COLUMNS);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${rows * CELL.height}" role="img" aria-label="CloudWatch metrics of both writers around the switch">`,
    ...drawn.flatMap((metric, index) => chart(health, metric, index, switchedAt)),
    '</svg>',
  ].join('\n');
}

function chart(health: Health, metric: MetricHealth, index: number, switchedAt: string): readonly string[] {
  const greatest = Math.max(greatestOf(metric), Number.MIN_VALUE);
  const cell = cellOf(health, index, greatest);
  const { left, right, top, bottom } = cell;
  const at = coordinate(cell.x(switchedAt));
  return [
    `<text class="row" x="${left - 64}" y="${top - 14}">${escapeHtml(metric.title)}<title>${escapeHtml(metric.name)}</title></text>`,
    `<text class="tick" x="${right}" y="${top - 14}" text-anchor="end">limit ${escapeHtml(formatLimits(metric))}</text>`,
    `<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`,
    `<text class="tick" x="${left - 6}" y="${bottom + 4}" text-anchor="end">0</text>`,
    `<text class="tick" x="${left - 6}" y="${top + 4}" text-anchor="end">${escapeHtml(formatFigure(greatest, metric.unit))}</text>`,
    `<line class="commit" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/>`,
    `<text class="tick" x="${at}" y="${bottom + 16}" text-anchor="middle">switch</text>`,
    ...limitLines(metric, cell),
    ...(['blue', 'green'] as const).flatMap((side) => sideLines(metric, side, cell)),
  ];
}

function cellOf({ from, to }: Health, index: number, greatest: number): Cell {
  const dx = (index % COLUMNS) * CELL.width;
  const dy = Math.floor(index / COLUMNS) * CELL.height;
  const [left, right, top, bottom] = [PLOT.left + dx, PLOT.right + dx, PLOT.top + dy, PLOT.bottom + dy];
  const begin = Date.parse(from);
  const span = Math.max(1, Date.parse(to) - begin);
  return {
    left,
    right,
    top,
    bottom,
    // The minute in which the time begins has begun before it.
    x: (at) => left + Math.min(1, Math.max(0, (Date.parse(at) - begin) / span)) * (right - left),
    y: (value) => bottom - (Math.max(0, value) / greatest) * (bottom - top),
  };
}

function limitLines({ blue, green }: MetricHealth, { left, right, y }: Cell): readonly string[] {
  const limits = new Set([blue.limit, green.limit].filter((limit) => limit !== null));
  return [...limits].map((limit) => {
    const at = coordinate(y(limit));
    return `<line class="limit" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/>`;
  });
}

function sideLines(metric: MetricHealth, side: Side, { x, y }: Cell): readonly string[] {
  const points = metric[side].points.filter(({ value }) => value >= 0);
  const strokes: (readonly { readonly at: string; readonly value: number }[])[] = [];
  for (const point of points) {
    const stroke = strokes.at(-1);
    const last = stroke?.at(-1);
    if (stroke && last && Date.parse(point.at) - Date.parse(last.at) <= GAP_MS) {
      strokes[strokes.length - 1] = [...stroke, point];
    } else strokes.push([point]);
  }
  return strokes.map((stroke) => {
    const [only] = stroke;
    const title = `<title>${side}</title>`;
    if (only && stroke.length === 1) {
      return `<circle class="${side}" cx="${coordinate(x(only.at))}" cy="${coordinate(y(only.value))}" r="3">${title}</circle>`;
    }
    const path = stroke.map(({ at, value }) => `${coordinate(x(at))},${coordinate(y(value))}`).join(' ');
    return `<polyline class="rate-${side}" points="${path}">${title}</polyline>`;
  });
}
