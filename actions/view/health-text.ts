/** What CloudWatch says of both writers, side by side, for `status`. Pure. */
import type { Health, MetricHealth } from '../health/health';
import type { Side } from '../ports/mysql-server';
import type { Paint } from './colour';
import { formatDuration } from './duration';
import { formatLimits, formatSide, greatestOf } from '../health/figures';
import { sparkline } from './health-sparkline';
import { renderTable } from './table';

const SLOTS = 15;

export function renderHealth(health: Health, paint: Paint): string {
  if (health.failure !== undefined) {
    return paint('warning', `health: CloudWatch could not be asked: ${health.failure.replace(/\s*\n\s*/g, ' ')}`);
  }
  const minutes = formatDuration(Date.parse(health.to) - Date.parse(health.from)).replace(' 00 s', '');
  const rows = health.metrics.map((metric) => [
    metric.title,
    formatLimits(metric),
    formatSide(metric, 'blue'),
    line(health, metric, 'blue'),
    formatSide(metric, 'green'),
    line(health, metric, 'green'),
  ]);
  const [header = '', ...lines] = renderTable([
    ['health', 'limit', 'blue', `last ${minutes}`, 'green', `last ${minutes}`],
    ...rows,
  ]).split('\n');
  return [header, ...lines.map((text) => (text.includes(' BEYOND') ? paint('bad', text) : text))].join('\n');
}

/** Both sides of a metric have one scale, the limit included. */
function line(health: Health, metric: MetricHealth, side: Side): string {
  const worse = metric.limitIs === 'at most' ? Math.max : Math.min;
  return sparkline(metric[side].points, health, SLOTS, greatestOf(metric), worse);
}
