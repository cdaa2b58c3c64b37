/** Two latencies of each kind of read as two dots on one logarithmic line: before and after, or blue and green. Pure. */
import { logScale } from './prewarm-chart';
import { latency } from './prewarm-text';
import { coordinate, escapeHtml } from './report/markup';

export interface LatencyPair {
  readonly id: string;
  readonly fingerprint: string;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Drawn so that it is seen. */
  readonly isBad: boolean;
}

export interface PairStyle {
  readonly label: string;
  /** Class of its dots: `blue`, `green`, `bar`. */
  readonly from: { readonly name: string; readonly style: string };
  readonly to: { readonly name: string; readonly style: string };
}

const WIDTH = 900;
const LABELS = 400;
const RIGHT = 850;
const ROW = 22;
const TOP = 40;

/** An SVG element for an HTML page; empty without a row. */
export function renderLatencyPairs(pairs: readonly LatencyPair[], { label, from, to }: PairStyle): string {
  const shown = pairs.filter(({ fromMs, toMs }) => fromMs !== null || toMs !== null);
  if (shown.length === 0) return '';
  const bottom = TOP + shown.length * ROW;
  const values = shown.flatMap(({ fromMs, toMs }) => [fromMs ?? [], toMs ?? []].flat());
  // The scale runs upwards: here its bottom is the left.
  const scale = logScale(values, { top: RIGHT, bottom: LABELS });
  const dot = (style: string, ms: number | null, y: number): string =>
    ms === null
      ? ''
      : `<circle class="${style}" cx="${coordinate(scale.place(ms))}" cy="${y}" r="5"><title>${escapeHtml(latency(ms))}</title></circle>`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${bottom + 28}" role="img" aria-label="${escapeHtml(label)}">`,
    ...scale.decades.flatMap((value) => {
      const x = coordinate(scale.place(value));
      return [
        `<line class="grid" x1="${x}" x2="${x}" y1="${TOP - 8}" y2="${bottom}"/>`,
        `<text class="tick" x="${x}" y="${bottom + 18}" text-anchor="middle">${escapeHtml(latency(value))}</text>`,
      ];
    }),
    ...shown.flatMap(({ id, fingerprint, fromMs, toMs, isBad }, index) => {
      const y = TOP + index * ROW + ROW / 2;
      return [
        `<text class="row" x="${LABELS - 14}" y="${y + 4}" text-anchor="end"><title>${escapeHtml(fingerprint)}</title>${escapeHtml(shorten(fingerprint))} <tspan class="tick">${id.slice(0, 6)}</tspan></text>`,
        fromMs === null || toMs === null
          ? ''
          : `<line class="${isBad ? 'link-bad' : 'link'}" x1="${coordinate(scale.place(fromMs))}" x2="${coordinate(scale.place(toMs))}" y1="${y}" y2="${y}"/>`,
        dot(from.style, fromMs, y),
        dot(to.style, toMs, y),
      ];
    }),
    `<circle class="${from.style}" cx="${RIGHT - 190}" cy="10" r="5"/><text class="tick" x="${RIGHT - 180}" y="14">${escapeHtml(from.name)}</text>`,
    `<circle class="${to.style}" cx="${RIGHT - 90}" cy="10" r="5"/><text class="tick" x="${RIGHT - 80}" y="14">${escapeHtml(to.name)}</text>`,
    '</svg>',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= 52 ? text : `${characters.slice(0, 51).join('')}…`;
}
