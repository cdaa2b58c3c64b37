/** A series as one line of text: a sign for each slot of time, its height from zero to the greatest value. Pure. */
import type { HealthPoint } from '../health/health';

const HEIGHTS = '▁▂▃▄▅▆▇█';
/** A slot in which nothing was published. */
const GAP = '·';

/** The worst of each slot, by `worse`; slots are of equal length. Heights of equal lines are comparable by `greatest`. */
export function sparkline(
  points: readonly HealthPoint[],
  span: { readonly from: string; readonly to: string },
  slots: number,
  greatest: number,
  worse: (a: number, b: number) => number = Math.max,
): string {
  const from = Date.parse(span.from);
  const length = Math.max(1, Date.parse(span.to) - from);
  const values: (number | undefined)[] = Array.from({ length: slots }, () => undefined);
  for (const { at, value } of points) {
    if (value < 0) continue;
    const slot = Math.min(slots - 1, Math.max(0, Math.floor(((Date.parse(at) - from) / length) * slots)));
    const before = values[slot];
    values[slot] = before === undefined ? value : worse(before, value);
  }
  return values.map((value) => (value === undefined ? GAP : height(value, greatest))).join('');
}

function height(value: number, greatest: number): string {
  const share = greatest <= 0 ? 0 : Math.min(1, value / greatest);
  return HEIGHTS.charAt(Math.round(share * (HEIGHTS.length - 1)));
}
