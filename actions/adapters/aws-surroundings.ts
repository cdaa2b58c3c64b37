import type { SurroundingsReader } from '../ports/aws';
import { allPages, ask, clientSettings, lazy, type AwsSettings } from './aws-call';
import { isNamed } from './aws-errors';
import { topologyReader } from './aws-topology';

const METRIC_MINUTES = 15;

/** The calls of the prechecks that nothing else needs, over SDK v3. */
export function surroundingsReader(settings: AwsSettings): SurroundingsReader {
  const { clock } = settings;
  const rds = lazy(async () => {
    const sdk = await import('@aws-sdk/client-rds');
    return { sdk, client: new sdk.RDSClient(await clientSettings(settings)) };
  });
  const cloudwatch = lazy(async () => {
    const sdk = await import('@aws-sdk/client-cloudwatch');
    return { sdk, client: new sdk.CloudWatchClient(await clientSettings(settings)) };
  });

  return {
    ...topologyReader(settings),

    async proxiesOf(clusterId) {
      const { sdk, client } = await rds();
      const proxies = await ask(settings, 'rds:DescribeDBProxies', (options) =>
        allPages(async (Marker) => {
          const page = await client.send(new sdk.DescribeDBProxiesCommand({ Marker }), options);
          return { items: page.DBProxies, marker: page.Marker };
        }),
      );
      const found: string[] = [];
      for (const { DBProxyName = '' } of proxies) {
        const targets = await ask(
          settings,
          'rds:DescribeDBProxyTargets',
          (options) =>
            allPages(async (Marker) => {
              const page = await client.send(new sdk.DescribeDBProxyTargetsCommand({ DBProxyName, Marker }), options);
              return { items: page.Targets, marker: page.Marker };
            }),
          // Deleted between the two questions.
          (error) => (isNamed(error, 'DBProxyNotFoundFault') ? [] : undefined),
        );
        const isTarget = targets.some(
          ({ TrackedClusterId, RdsResourceId, Type }) =>
            TrackedClusterId === clusterId || (Type === 'TRACKED_CLUSTER' && RdsResourceId === clusterId),
        );
        if (isTarget) found.push(DBProxyName);
      }
      return found;
    },

    async zeroEtlIntegrationsOf(clusterArn) {
      const { sdk, client } = await rds();
      const found = await ask(settings, 'rds:DescribeIntegrations', (options) =>
        allPages(async (Marker) => {
          const page = await client.send(new sdk.DescribeIntegrationsCommand({ Marker }), options);
          return { items: page.Integrations, marker: page.Marker };
        }),
      );
      return found.flatMap(({ SourceArn, IntegrationArn }) =>
        SourceArn === clusterArn && IntegrationArn !== undefined ? [IntegrationArn] : [],
      );
    },

    async orderableClasses(engineVersion) {
      const { sdk, client } = await rds();
      const found = await ask(settings, 'rds:DescribeOrderableDBInstanceOptions', (options) =>
        allPages(async (Marker) => {
          const input = { Engine: 'aurora-mysql', EngineVersion: engineVersion, Marker };
          const page = await client.send(new sdk.DescribeOrderableDBInstanceOptionsCommand(input), options);
          return { items: page.OrderableDBInstanceOptions, marker: page.Marker };
        }),
      );
      return new Set(found.map(({ DBInstanceClass }) => DBInstanceClass ?? ''));
    },

    async recentMaximum(metric, instanceId) {
      const { sdk, client } = await cloudwatch();
      const end = clock.now().getTime();
      const command = new sdk.GetMetricDataCommand({
        StartTime: new Date(end - METRIC_MINUTES * 60_000),
        EndTime: new Date(end),
        MetricDataQueries: [
          {
            Id: 'm',
            MetricStat: {
              Metric: {
                Namespace: 'AWS/RDS',
                MetricName: metric,
                Dimensions: [{ Name: 'DBInstanceIdentifier', Value: instanceId }],
              },
              Period: 60,
              Stat: 'Maximum',
            },
          },
        ],
      });
      const answer = await ask(settings, 'cloudwatch:GetMetricData', (options) => client.send(command, options));
      const values = answer.MetricDataResults?.[0]?.Values ?? [];
      return values.length === 0 ? undefined : Math.max(...values);
    },
  };
}
