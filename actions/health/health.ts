/** What CloudWatch says of both writers, judged by the limits of `upgrade.yaml`. Plain data: it is printed as it is. */
import type { Side } from '../ports/mysql-server';
import type { HealthMetric, HealthUnit } from './metrics';

export interface Health {
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly metrics: readonly MetricHealth[];
  /** Why CloudWatch could not be asked; then there are no metrics. */
  readonly failure?: string;
}

export interface MetricHealth {
  readonly name: string;
  readonly title: string;
  readonly unit: HealthUnit;
  readonly limitIs: 'at most' | 'at least';
  readonly blue: SideHealth;
  readonly green: SideHealth;
}

/** `not known`: the server reports that it does not know, which is how Aurora writes a lag of -1. */
export type HealthVerdict = 'ok' | 'beyond' | 'no limit' | 'no data' | 'not known';

export interface SideHealth {
  readonly verdict: HealthVerdict;
  /** Of the newest minute with a value; null when that is more than 10 minutes ago. */
  readonly latest: number | null;
  /** The worst of the whole time; null without data. */
  readonly worst: number | null;
  readonly limit: number | null;
  /** One a minute at most, oldest first. */
  readonly points: readonly HealthPoint[];
}

export interface HealthPoint {
  /** Start of the minute, ISO 8601. */
  readonly at: string;
  readonly value: number;
}

/** CloudWatch is a minute or two behind; older than this is not the present. */
const PRESENT_MS = 600_000;

/** Pure. Points at `to` or before; `limit` in the unit of the metric. */
export function judgeSide(
  metric: Pick<HealthMetric, 'limitIs'>,
  points: readonly HealthPoint[],
  limit: number | undefined,
  to: Date,
): SideHealth {
  const newest = points.at(-1);
  const latest = newest && to.getTime() - Date.parse(newest.at) <= PRESENT_MS ? newest.value : null;
  const known = points.map(({ value }) => value).filter((value) => value >= 0);
  const worst = metric.limitIs === 'at least' ? Math.min(...known) : Math.max(...known);
  return {
    verdict: verdictOf(metric, latest, limit),
    latest,
    worst: known.length === 0 ? null : worst,
    limit: limit ?? null,
    points,
  };
}

function verdictOf(
  metric: Pick<HealthMetric, 'limitIs'>,
  latest: number | null,
  limit: number | undefined,
): HealthVerdict {
  if (latest === null) return 'no data';
  if (latest < 0) return 'not known';
  if (limit === undefined) return 'no limit';
  return isBeyond(metric, latest, limit) ? 'beyond' : 'ok';
}

export function isBeyond({ limitIs }: Pick<HealthMetric, 'limitIs'>, value: number, limit: number): boolean {
  return limitIs === 'at most' ? value > limit : value < limit;
}

/** What is beyond its limit now. */
export function beyond(health: Health, side: Side): readonly MetricHealth[] {
  return health.metrics.filter((metric) => metric[side].verdict === 'beyond');
}
