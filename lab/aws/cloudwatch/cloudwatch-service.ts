import * as client from '@aws-sdk/client-cloudwatch';
import type {
  Dimension,
  GetMetricDataInput,
  GetMetricDataOutput,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { Service } from '../service';
import { jsonProtocol } from '../wire/json';
import type { World } from '../world';

/** Answers each metric with its present value as the newest data point; metrics without a value have no points. */
export function cloudwatchService(world: World): Service {
  return {
    scope: 'monitoring',
    client,
    protocol: jsonProtocol('1.0', true),
    handlers: {
      async GetMetricData(input: GetMetricDataInput): Promise<GetMetricDataOutput> {
        const results: MetricDataResult[] = [];
        for (const { Id, Label, MetricStat } of input.MetricDataQueries ?? []) {
          const { Namespace = '', MetricName = '', Dimensions } = MetricStat?.Metric ?? {};
          const value = await world.metricValue({
            namespace: Namespace,
            name: MetricName,
            dimensions: dimensionsOf(Dimensions),
          });
          results.push({
            Id,
            Label: Label ?? MetricName,
            StatusCode: 'Complete',
            Timestamps: value === undefined ? [] : [newestMinute(input.EndTime)],
            Values: value === undefined ? [] : [value],
          });
        }
        return { MetricDataResults: results, Messages: [] };
      },
      async GetMetricStatistics(input: GetMetricStatisticsInput): Promise<GetMetricStatisticsOutput> {
        const { Namespace = '', MetricName = '', Dimensions } = input;
        const value = await world.metricValue({
          namespace: Namespace,
          name: MetricName,
          dimensions: dimensionsOf(Dimensions),
        });
        const point = {
          Timestamp: newestMinute(input.EndTime),
          Average: value,
          Maximum: value,
          Minimum: value,
          Sum: value,
          SampleCount: 1,
        };
        return { Label: MetricName, Datapoints: value === undefined ? [] : [point] };
      },
    },
  };
}

function dimensionsOf(dimensions: readonly Dimension[] | undefined): Record<string, string> {
  return Object.fromEntries((dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]));
}

/** RDS publishes once a minute. */
function newestMinute(end: Date | undefined): Date {
  const newest = Math.min((end ?? new Date()).getTime(), Date.now());
  return new Date(newest - (newest % 60_000));
}
