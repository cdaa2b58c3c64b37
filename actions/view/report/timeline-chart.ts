/** The steps of one direction over time, a row each, with the stretch of blocked writes and the commit point. Pure. */
import { formatDuration } from '../duration';
import { coordinate, escapeHtml } from './markup';
import { titleOf, type DirectionReport } from './model';
import { timeAxis } from './time-axis';

const WIDTH = 900;
const LABELS = 330;
const RIGHT = 812;
const ROW = 24;
const TOP = 46;

/** In milliseconds since the start of the direction; the axis calls `zeroMs` 0. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly zeroMs: number;
}

/** Everything that was done. */
export function wholeRange({ summary }: DirectionReport): TimeRange {
  return { zeroMs: 0, fromMs: 0, toMs: Math.max(1, ...summary.steps.map((step) => step.startMs + step.durationMs)) };
}

/** While the application could not write, with a little air; undefined when that is not known. */
export function blockedRange({ summary, fenceMs }: DirectionReport): TimeRange | undefined {
  if (fenceMs === undefined || summary.blockedMs === undefined) return undefined;
  const air = summary.blockedMs * 0.08;
  return { zeroMs: fenceMs, fromMs: fenceMs - air, toMs: fenceMs + summary.blockedMs + air };
}

/** An SVG element for an HTML page; its classes are in `style.ts`. Steps outside of the range are left out. */
export function renderTimeline(direction: DirectionReport, range: TimeRange): string {
  const { fromMs, toMs, zeroMs } = range;
  const steps = direction.summary.steps.filter(
    (step) => step.startMs <= toMs && step.startMs + step.durationMs >= fromMs,
  );
  const bottom = TOP + steps.length * ROW;
  const axis = timeAxis(fromMs - zeroMs, toMs - zeroMs, LABELS, RIGHT, 6);
  const within = (ms: number): number => axis.x(Math.min(Math.max(ms, fromMs), toMs) - zeroMs);
  const lines = [
    `<svg viewBox="0 0 ${WIDTH} ${bottom + 26}" role="img" aria-label="${escapeHtml(`Timeline of the ${direction.summary.direction}`)}">`,
  ];
  for (const { ms, label } of axis.ticks) {
    const at = coordinate(axis.x(ms));
    lines.push(`<line class="grid" x1="${at}" x2="${at}" y1="${TOP - 6}" y2="${bottom}"/>`);
    lines.push(`<text class="tick" x="${at}" y="${bottom + 18}" text-anchor="middle">${label}</text>`);
  }
  const { fenceMs, commitMs } = direction;
  const { blockedMs } = direction.summary;
  if (fenceMs !== undefined && blockedMs !== undefined) {
    const from = within(fenceMs);
    const width = Math.max(2, within(fenceMs + blockedMs) - from);
    lines.push(
      `<rect class="gap" x="${coordinate(from)}" width="${coordinate(width)}" y="${TOP - 6}" height="${bottom - TOP + 6}"/>`,
    );
    lines.push(
      `<text class="gap-label" x="${coordinate(Math.min(within(fenceMs), WIDTH - 190))}" y="14">writes blocked ${formatDuration(blockedMs)}</text>`,
    );
  }
  if (commitMs !== undefined && commitMs >= fromMs && commitMs <= toMs) {
    const at = coordinate(within(commitMs));
    lines.push(`<line class="commit" x1="${at}" x2="${at}" y1="${TOP - 6}" y2="${bottom}"/>`);
    lines.push(
      `<text class="commit-label" x="${coordinate(Math.min(within(commitMs), WIDTH - 90))}" y="${TOP - 12}">commit point</text>`,
    );
  }
  steps.forEach((step, index) => {
    const y = TOP + index * ROW;
    const from = within(step.startMs);
    const width = Math.max(3, within(step.startMs + step.durationMs) - from);
    const state = step.outcome === 'failed' ? 'bar-bad' : 'bar';
    const said = step.outcome === 'done' ? '' : ` ${step.outcome}`;
    lines.push(
      `<text class="row" x="${LABELS - 10}" y="${y + 15}" text-anchor="end">${escapeHtml(shorten(titleOf(direction, step.id)))}</text>`,
    );
    lines.push(
      `<rect class="${state}" x="${coordinate(from)}" width="${coordinate(width)}" y="${y + 4}" height="${ROW - 8}" rx="2"/>`,
    );
    lines.push(
      `<text class="tick over" x="${coordinate(from + width + 6)}" y="${y + 15}">${escapeHtml(`${formatDuration(step.durationMs)}${said}`)}</text>`,
    );
  });
  lines.push('</svg>');
  return lines.join('\n');
}

function shorten(title: string): string {
  const characters = [...title];
  return characters.length <= 48 ? title : `${characters.slice(0, 47).join('')}…`;
}
