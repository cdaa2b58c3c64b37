/** CloudWatch over SDK v3. Of a call: at most 500 queries (API reference, GetMetricData); longer answers come in pages. */
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { MetricPoint, MetricQuery, MetricsReader } from '../ports/aws';
import { ask, clientSettings, lazy, type AwsSettings } from './aws-call';
import { timeoutError } from './aws-errors';
import { raceDeadline } from './race-deadline';

const QUERIES_PER_CALL = 500;
/** RDS publishes once a minute. */
const PERIOD_SECONDS = 60;
const ACTION = 'cloudwatch:GetMetricData';

export function metricsReader(settings: AwsSettings): MetricsReader {
  const { clock } = settings;
  const cloudwatch = lazy(async () => {
    const sdk = await import('@aws-sdk/client-cloudwatch');
    return { sdk, client: new sdk.CloudWatchClient(await clientSettings(settings)) };
  });
  const read = async (
    queries: readonly MetricQuery[],
    from: Date,
    to: Date,
    signal: AbortSignal,
  ): Promise<MetricPoint[][]> => {
    const { sdk, client } = await cloudwatch();
    const found: MetricPoint[][] = queries.map(() => []);
    for (let first = 0; first < queries.length; first += QUERIES_PER_CALL) {
      const asked = queries.slice(first, first + QUERIES_PER_CALL).map(queryOf);
      let NextToken: string | undefined;
      do {
        const input = { StartTime: from, EndTime: to, ScanBy: 'TimestampAscending' as const, NextToken };
        const command = new sdk.GetMetricDataCommand({ ...input, MetricDataQueries: asked });
        const answer = await ask({ clock, signal }, ACTION, (options) => client.send(command, options));
        for (const { Id, Timestamps = [], Values = [] } of answer.MetricDataResults ?? []) {
          const points = found[first + Number(Id?.slice(1))];
          Timestamps.forEach((at, index) => points?.push({ at, value: Values[index] ?? 0 }));
        }
        NextToken = answer.NextToken === '' ? undefined : answer.NextToken;
      } while (NextToken !== undefined);
    }
    return found;
  };
  return {
    async series(queries, { from, to }, { timeoutMs, signal }) {
      const abandoned = new AbortController();
      const asking = AbortSignal.any([abandoned.signal, ...(settings.signal ? [settings.signal] : [])]);
      try {
        const raced = await raceDeadline(clock, read(queries, from, to, asking), timeoutMs, signal);
        if (raced.is === 'done') return raced.value;
        signal?.throwIfAborted();
        throw timeoutError(ACTION, timeoutMs);
      } finally {
        // A request that is still open would keep the process.
        abandoned.abort();
      }
    },
  };
}

/** Ids begin with a small letter and are the places of the queries within their call. */
function queryOf({ name, clusterId, role, statistic }: MetricQuery, index: number): MetricDataQuery {
  return {
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/RDS',
        MetricName: name,
        Dimensions: [
          { Name: 'DBClusterIdentifier', Value: clusterId },
          { Name: 'Role', Value: role },
        ],
      },
      Period: PERIOD_SECONDS,
      Stat: statistic,
    },
  };
}
