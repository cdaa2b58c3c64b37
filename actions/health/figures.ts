/** Values of health metrics as people say them. Pure. */
import type { MetricHealth, SideHealth } from './health';
import type { HealthUnit } from './metrics';
import type { Side } from '../ports/mysql-server';

export function formatFigure(value: number | null, unit: HealthUnit): string {
  if (value === null) return '-';
  switch (unit) {
    case 'percent':
      return `${rounded(value)} %`;
    case 'bytes':
      return formatBytes(value);
    case 'bytes/second':
      return `${formatBytes(value)}/s`;
    case 'seconds':
      return `${rounded(value)} s`;
    case 'undo records':
    case 'connections':
      return String(Math.round(value));
  }
}

export function formatLimit({ limitIs, unit }: Pick<MetricHealth, 'limitIs' | 'unit'>, limit: number | null): string {
  return limit === null ? 'none' : `${limitIs} ${formatFigure(limit, unit)}`;
}

/** Where the sides have different limits (of connections), both. */
export function formatLimits(metric: MetricHealth): string {
  const [blue, green] = (['blue', 'green'] as const).map((side) => formatLimit(metric, metric[side].limit));
  if (blue === green || green === 'none') return blue ?? '';
  return blue === 'none' ? (green ?? '') : `${blue} / ${formatFigure(metric.green.limit, metric.unit)}`;
}

/** A word for every meaning: colour may be off. */
export function formatSide(metric: MetricHealth, side: Side): string {
  const { latest, verdict } = metric[side];
  if (verdict === 'no data' || verdict === 'not known') return verdict;
  const figure = formatFigure(latest, metric.unit);
  return verdict === 'no limit' ? figure : `${figure} ${verdict === 'beyond' ? 'BEYOND' : 'ok'}`;
}

/** Of both sides and their limits, so that their pictures have one scale. */
export function greatestOf({ blue, green }: Pick<MetricHealth, Side>): number {
  return Math.max(
    0,
    ...[blue, green].flatMap(({ limit, points }) => [limit ?? 0, ...points.map(({ value }) => value)]),
  );
}

export function hasData(...sides: readonly SideHealth[]): boolean {
  return sides.some(({ points }) => points.length > 0);
}

function formatBytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let unit = 0;
  while (size >= 1_024 && unit < units.length - 1) {
    size /= 1_024;
    unit += 1;
  }
  return `${rounded(size)} ${units[unit] ?? ''}`;
}

function rounded(value: number): string {
  return value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1);
}
