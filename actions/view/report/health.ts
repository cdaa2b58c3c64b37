/** The health of both writers around a switch as rows, and what is said below them. Pure. */
import { isBeyond, type Health, type MetricHealth } from '../../health/health';
import type { Side } from '../../ports/mysql-server';
import { formatFigure, formatLimits, greatestOf } from '../../health/figures';
import { sparkline } from '../health-sparkline';

const SLOTS = 20;

export const HEALTH_HEADER = ['metric', 'limit', 'blue, worst', 'blue', 'green, worst', 'green'];

/** Without a header. */
export function healthTable(health: Health): readonly (readonly string[])[] {
  return health.metrics.map((metric) => [
    metric.title,
    formatLimits(metric),
    ...(['blue', 'green'] as const).flatMap((side) => [worstOf(metric, side), lineOf(health, metric, side)]),
  ]);
}

export function healthNote({ from, to, failure }: Health): string {
  if (failure !== undefined) return `CloudWatch could not be asked: ${failure}`;
  return (
    `CloudWatch, the worst of each minute of the writers, from ${from} to ${to}. It is a minute or two behind, ` +
    'so the newest minutes may be missing; nothing was decided by it.'
  );
}

function worstOf(metric: MetricHealth, side: Side): string {
  const { worst, limit } = metric[side];
  if (worst === null) return 'no data';
  const figure = formatFigure(worst, metric.unit);
  if (limit === null) return figure;
  return `${figure} ${isBeyond(metric, worst, limit) ? 'BEYOND' : 'ok'}`;
}

function lineOf(health: Health, metric: MetricHealth, side: Side): string {
  const worse = metric.limitIs === 'at most' ? Math.max : Math.min;
  return sparkline(metric[side].points, health, SLOTS, greatestOf(metric), worse);
}
