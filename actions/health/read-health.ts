/** Asks CloudWatch about both writers, once for all of it. */
import { limits } from '../engine/context';
import { explain } from '../engine/errors';
import type { StepContext } from '../engine/step';
import { greenNames } from '../config/names';
import { globalVariables } from '../mysql/queries';
import type { MetricQuery } from '../ports/aws';
import type { CallLimits, Side } from '../ports/mysql-server';
import { judgeSide, type Health, type SideHealth } from './health';
import { HEALTH_METRICS, type HealthMetric } from './metrics';

/** What is drawn where nobody says otherwise. */
export const USUAL_SPAN_MS = 30 * 60_000;
/** Nobody waits longer for a picture. */
const CLOUDWATCH_MS = 5_000;

export type HealthContext = Pick<StepContext, 'aws' | 'mysql' | 'config' | 'clock' | 'signal'>;

/**
 * Observes only, within seconds. What CloudWatch refuses or does not answer becomes `failure`: rejects for an interruption
 * only. Metrics are those of whoever was the writer at the time, so that a failover does not hide what was before it.
 */
export async function readHealth(context: HealthContext, from?: Date): Promise<Health> {
  const to = context.clock.now();
  const start = from ?? new Date(to.getTime() - USUAL_SPAN_MS);
  const within = { ...limits(context), timeoutMs: CLOUDWATCH_MS };
  const span = { from: start.toISOString(), to: to.toISOString() };
  try {
    const series = await context.aws.metrics.series(queriesOf(context), { from: start, to }, within);
    const connectionsAt = 2 * HEALTH_METRICS.findIndex(({ name }) => name === 'DatabaseConnections');
    // Where there is nothing to be limited, the server need not be asked, and may not even be there.
    const [blue, green] = await Promise.all(
      (['blue', 'green'] as const).map((side, index) =>
        series[connectionsAt + index]?.length ? maxConnections(context, side, within) : undefined,
      ),
    );
    const judge = (metric: HealthMetric, index: number, connections: number | undefined): SideHealth =>
      judgeSide(
        metric,
        (series[index] ?? []).map(({ at, value }) => ({ at: at.toISOString(), value })),
        metric.limit(context.config.health, connections),
        to,
      );
    return {
      ...span,
      metrics: HEALTH_METRICS.map((metric, index) => ({
        name: metric.name,
        title: metric.title,
        unit: metric.unit,
        limitIs: metric.limitIs,
        blue: judge(metric, 2 * index, blue),
        green: judge(metric, 2 * index + 1, green),
      })),
    };
  } catch (error) {
    if (context.signal.aborted) throw error;
    return { ...span, metrics: [], failure: explain(error) };
  }
}

/** Blue's, then green's, of each metric. A cluster that is not there has no data. */
function queriesOf({ config }: HealthContext): readonly MetricQuery[] {
  const clusters = [config.blue.cluster, greenNames(config).cluster];
  return HEALTH_METRICS.flatMap(({ name, statistic }) =>
    clusters.map((clusterId) => ({ name, clusterId, role: 'WRITER' as const, statistic })),
  );
}

/** Undefined when the server cannot be asked: then its connections are shown without a limit. */
async function maxConnections(context: HealthContext, side: Side, within: CallLimits): Promise<number | undefined> {
  try {
    const server = await context.mysql.connect(side);
    const found = (await server.read(globalVariables(['max_connections']), within)).get('max_connections');
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}
