/** Write rates out of the counters of two servers. Pure. */
import type { Side } from '../../ports/mysql-server';
import { newSide, oldSide, type DirectionReport, type TrafficPoint } from './model';

/** One look at both servers. */
export interface CountedRows {
  readonly atMs: number;
  readonly rows: Readonly<Record<Side, number>>;
  readonly lagSeconds?: number;
}

/** A point for each neighbouring pair, at the later one; a server that was restarted in between counts nothing. */
export function trafficOf(samples: readonly CountedRows[]): readonly TrafficPoint[] {
  return samples.slice(1).flatMap((sample, index) => {
    const before = samples[index];
    if (!before || sample.atMs <= before.atMs) return [];
    const rate = (side: Side): number =>
      Math.round((Math.max(0, sample.rows[side] - before.rows[side]) * 1_000) / (sample.atMs - before.atMs));
    return [
      {
        atMs: sample.atMs,
        rowsPerSecond: { blue: rate('blue'), green: rate('green') },
        ...(sample.lagSeconds === undefined ? {} : { lagSeconds: sample.lagSeconds }),
      },
    ];
  });
}

export interface TrafficPart {
  readonly name: 'before' | 'while switching' | 'after';
  readonly rowsPerSecond: Readonly<Record<Side, number>> | undefined;
  /** The greatest of the part. */
  readonly lagSeconds: number | undefined;
}

/** The first point after the start holds all that happened while nobody asked. */
export function trafficParts({ traffic = [] }: DirectionReport): readonly TrafficPart[] {
  const after = traffic.filter(({ atMs }) => atMs > 0);
  const parts = {
    before: traffic.filter(({ atMs }) => atMs <= 0),
    'while switching': after.slice(0, 1),
    after: after.slice(1),
  };
  return (['before', 'while switching', 'after'] as const).map((name) => {
    const points = parts[name];
    const lags = points.flatMap(({ lagSeconds }) => (lagSeconds === undefined ? [] : [lagSeconds]));
    return {
      name,
      rowsPerSecond:
        points.length === 0 ? undefined : { blue: average(points, 'blue'), green: average(points, 'green') },
      lagSeconds: lags.length === 0 ? undefined : Math.max(...lags),
    };
  });
}

/** A header and a row each for both sides and for the lag; a dash where nothing was sampled. */
export function trafficTable(direction: DirectionReport): readonly (readonly string[])[] {
  const parts = trafficParts(direction);
  const rates = (side: Side): readonly string[] => parts.map((part) => String(part.rowsPerSecond?.[side] ?? '-'));
  return [
    ['', ...parts.map(({ name }) => name)],
    ...[oldSide(direction), newSide(direction)].map((side) => [`rows changed a second on ${side}`, ...rates(side)]),
    ['lag of the side that follows, s', ...parts.map(({ lagSeconds }) => String(lagSeconds ?? '-'))],
  ];
}

/** What the figures are, and what they are not. */
export const TRAFFIC_NOTE =
  'As the servers count: rows inserted, updated and deleted by clients and by the replication applier, so the side that follows repeats the other. Nothing is asked while writes are blocked.';

function average(points: readonly TrafficPoint[], side: Side): number {
  return Math.round(points.reduce((sum, point) => sum + point.rowsPerSecond[side], 0) / points.length);
}
