import * as client from '@aws-sdk/client-cloudwatch';
import type {
  Dimension,
  GetMetricDataInput,
  GetMetricDataOutput,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  MetricDataQuery,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../aws-error';
import type { Service } from '../service';
import { jsonProtocol } from '../wire/json';
import type { World } from '../world';
import { periodsOf, statisticOf } from './statistics';

/** Of one call (API reference, GetMetricData). */
const MOST_QUERIES = 500;
/** Values of one page of an answer. AWS's own is 100,800; a smaller one lets a test see a second page. */
const VALUES_PER_PAGE = 1_000;

/** Answers with what the world has sampled, one value a period. The period under way counts already. */
export function cloudwatchService(world: World): Service {
  return {
    scope: 'monitoring',
    client,
    protocol: jsonProtocol('1.0', true),
    handlers: {
      async GetMetricData(input: GetMetricDataInput): Promise<GetMetricDataOutput> {
        const queries = input.MetricDataQueries ?? [];
        if (queries.length > MOST_QUERIES) {
          throw new AwsError(
            'ValidationError',
            `The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`,
          );
        }
        const results = await Promise.all(queries.map((query) => resultOf(world, input, query)));
        return pageOf(results, Number(input.NextToken ?? 0));
      },
      async GetMetricStatistics(input: GetMetricStatisticsInput): Promise<GetMetricStatisticsOutput> {
        const { Namespace = '', MetricName = '', Dimensions, Period = 60 } = input;
        const metric = { namespace: Namespace, name: MetricName, dimensions: dimensionsOf(Dimensions) };
        const periods = periodsOf(await world.metricSamples(metric), Period * 1_000, ...spanOf(input));
        return {
          Label: MetricName,
          Datapoints: periods.map(({ atMs, values }) => ({
            Timestamp: new Date(atMs),
            Average: statisticOf(values, 'Average'),
            Maximum: statisticOf(values, 'Maximum'),
            Minimum: statisticOf(values, 'Minimum'),
            Sum: statisticOf(values, 'Sum'),
            SampleCount: values.length,
          })),
        };
      },
    },
  };
}

async function resultOf(
  world: World,
  input: GetMetricDataInput,
  { Id, Label, MetricStat }: MetricDataQuery,
): Promise<MetricDataResult> {
  const { Namespace = '', MetricName = '', Dimensions } = MetricStat?.Metric ?? {};
  const metric = { namespace: Namespace, name: MetricName, dimensions: dimensionsOf(Dimensions) };
  const samples = await world.metricSamples(metric);
  const periods = periodsOf(samples, (MetricStat?.Period ?? 60) * 1_000, ...spanOf(input));
  const ordered = input.ScanBy === 'TimestampAscending' ? periods : [...periods].reverse();
  return {
    Id,
    Label: Label ?? MetricName,
    StatusCode: 'Complete',
    Timestamps: ordered.map(({ atMs }) => new Date(atMs)),
    Values: ordered.map(({ values }) => statisticOf(values, MetricStat?.Stat ?? 'Average') ?? 0),
  };
}

/** Each page has a stretch of every metric. */
function pageOf(results: readonly MetricDataResult[], page: number): GetMetricDataOutput {
  const length = Math.max(1, Math.floor(VALUES_PER_PAGE / Math.max(1, results.length)));
  const [from, to] = [page * length, (page + 1) * length];
  const isMore = results.some(({ Values = [] }) => Values.length > to);
  return {
    MetricDataResults: results.map((result) => ({
      ...result,
      StatusCode: (result.Values?.length ?? 0) > to ? 'PartialData' : 'Complete',
      Timestamps: result.Timestamps?.slice(from, to),
      Values: result.Values?.slice(from, to),
    })),
    Messages: [],
    ...(isMore ? { NextToken: String(page + 1) } : {}),
  };
}

function spanOf({
  StartTime,
  EndTime,
}: Pick<GetMetricDataInput, 'StartTime' | 'EndTime'>): [fromMs: number, toMs: number] {
  return [StartTime?.getTime() ?? 0, EndTime?.getTime() ?? Date.now()];
}

function dimensionsOf(dimensions: readonly Dimension[] | undefined): Record<string, string> {
  return Object.fromEntries((dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]));
}
