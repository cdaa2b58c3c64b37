/** What is said of the gaps of a contestant. */
export interface Figures {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** Of at least one gap; the 95th percentile is the nearest rank. */
export function figuresOf(gaps: readonly number[]): Figures {
  const sorted = [...gaps].sort((one, two) => one - two);
  const at = (index: number): number => sorted[index] ?? NaN;
  const half = sorted.length / 2;
  const median = (at(Math.ceil(half) - 1) + at(Math.floor(half))) / 2;
  return {
    medianMs: rounded(median),
    p95Ms: rounded(at(Math.ceil(sorted.length * 0.95) - 1)),
    maxMs: rounded(at(sorted.length - 1)),
  };
}

/** One row a contestant; the ratio is that of the medians. */
export function tableOf(rows: ReadonlyMap<string, readonly number[]>, floorName: string): string {
  const floor = figuresOf(rows.get(floorName) ?? []).medianMs;
  const lines = [...rows].map(([name, gaps]) => {
    const { medianMs, p95Ms, maxMs } = figuresOf(gaps);
    return [name, medianMs, p95Ms, maxMs, (medianMs / floor).toFixed(2), gaps.length];
  });
  return [['write gap, ms', 'median', 'p95', 'max', 'of the floor', 'switches'], ...lines]
    .map(
      ([name, ...values]) => `${String(name).padEnd(22)}${values.map((value) => String(value).padStart(14)).join('')}`,
    )
    .join('\n');
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
