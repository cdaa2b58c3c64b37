/** Milliseconds to places on a horizontal axis, with ticks that people can read. Pure. */
export interface TimeAxis {
  x(ms: number): number;
  readonly ticks: readonly { readonly ms: number; readonly label: string }[];
}

export function timeAxis(fromMs: number, toMs: number, left: number, right: number, wantedTicks: number): TimeAxis {
  const span = Math.max(1, toMs - fromMs);
  const step = niceStep(span / wantedTicks);
  const ticks = [];
  for (let ms = Math.ceil(fromMs / step) * step; ms <= toMs; ms += step) ticks.push({ ms, label: tickLabel(ms, step) });
  return { x: (ms) => left + ((ms - fromMs) / span) * (right - left), ticks };
}

/** 1, 2 or 5 times a power of ten, at least `wanted` and at least 1. */
export function niceStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, wanted)));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= wanted) ?? 10);
}

function tickLabel(ms: number, step: number): string {
  if (ms === 0) return '0';
  const sign = ms < 0 ? '−' : '';
  const size = Math.abs(ms);
  if (step < 1000 && size < 1000) return `${sign}${size} ms`;
  return `${sign}${(size / 1000).toFixed(step < 1000 ? (step < 100 ? 2 : 1) : 0)} s`;
}
