/** Samples as CloudWatch gives them out: one value a period, which begins at a whole multiple of its length. Pure. */
import type { MetricSample } from '../world';

export interface Period {
  readonly atMs: number;
  readonly values: readonly number[];
}

/** Oldest first. Periods that begin at `fromMs` or later and before `toMs`; one without a sample is left out. */
export function periodsOf(
  samples: readonly MetricSample[],
  periodMs: number,
  fromMs: number,
  toMs: number,
): readonly Period[] {
  const periods = new Map<number, number[]>();
  for (const { atMs, value } of samples) {
    const begin = atMs - (atMs % periodMs);
    // CloudWatch rounds the start of the time down to a whole period (API reference, GetMetricData).
    if (begin < fromMs - (fromMs % periodMs) || begin >= toMs) continue;
    periods.set(begin, [...(periods.get(begin) ?? []), value]);
  }
  return [...periods].sort(([a], [b]) => a - b).map(([atMs, values]) => ({ atMs, values }));
}

/** `Average`, `Maximum`, `Minimum`, `Sum` or `SampleCount`; undefined for any other. Of at least one value. */
export function statisticOf(values: readonly number[], statistic: string): number | undefined {
  const sum = values.reduce((total, value) => total + value, 0);
  const statistics: Readonly<Record<string, number>> = {
    Average: sum / values.length,
    Maximum: Math.max(...values),
    Minimum: Math.min(...values),
    Sum: sum,
    SampleCount: values.length,
  };
  return statistics[statistic];
}
