import type { DBCluster, DBInstance, DBProxyTarget, Parameter as SdkParameter } from '@aws-sdk/client-rds';

import { UpgradeError } from '../engine/errors';
import type { Cluster, Instance, Parameter, ProxyTarget, RdsReader } from '../ports/aws';
import { allPages, ask, clientSettings, lazy, type AwsSettings } from './aws-call';
import { isNamed } from './aws-errors';
import { toClusterSettings, toInstanceSettings } from './aws-rds-settings';

const ENGINE = 'aurora-mysql';
/** RDS keeps events for 14 days; without a duration it answers with those of one hour (API reference, DescribeEvents). */
const EVENTS_MINUTES = 20_160;

export function rdsReader(settings: AwsSettings): RdsReader {
  const rds = lazy(async () => {
    const sdk = await import('@aws-sdk/client-rds');
    return { sdk, client: new sdk.RDSClient(await clientSettings(settings)) };
  });

  return {
    async cluster(id) {
      const { sdk, client } = await rds();
      const command = new sdk.DescribeDBClustersCommand({ DBClusterIdentifier: id });
      const clusters = await ask(
        settings,
        'rds:DescribeDBClusters',
        async (options) => (await client.send(command, options)).DBClusters ?? [],
        noneIfAbsent,
      );
      return clusters[0] === undefined ? undefined : toCluster(clusters[0]);
    },

    async instances(clusterId) {
      const { sdk, client } = await rds();
      const found = await ask(settings, 'rds:DescribeDBInstances', (options) =>
        allPages(async (Marker) => {
          const Filters = [{ Name: 'db-cluster-id', Values: [clusterId] }];
          const page = await client.send(new sdk.DescribeDBInstancesCommand({ Filters, Marker }), options);
          return { items: page.DBInstances, marker: page.Marker };
        }),
      );
      return found.map(toInstance).sort((a, b) => (a.id < b.id ? -1 : 1));
    },

    async engineVersion(version) {
      const { sdk, client } = await rds();
      // IncludeAll: versions that can no longer be created are those that people want to leave.
      const command = new sdk.DescribeDBEngineVersionsCommand({
        Engine: ENGINE,
        EngineVersion: version,
        IncludeAll: true,
      });
      const answer = await ask(settings, 'rds:DescribeDBEngineVersions', (options) => client.send(command, options));
      const found = answer.DBEngineVersions?.find(({ EngineVersion }) => EngineVersion === version);
      if (found === undefined) return undefined;
      return {
        version,
        family: found.DBParameterGroupFamily ?? '',
        upgradeTargets: (found.ValidUpgradeTarget ?? []).map((target) => ({
          version: target.EngineVersion ?? '',
          isMajor: target.IsMajorVersionUpgrade ?? false,
        })),
      };
    },

    async parameterGroupFamily(level, group) {
      const { sdk, client } = await rds();
      const groups =
        level === 'cluster'
          ? await ask(
              settings,
              'rds:DescribeDBClusterParameterGroups',
              async (options) => {
                const input = { DBClusterParameterGroupName: group };
                const answer = await client.send(new sdk.DescribeDBClusterParameterGroupsCommand(input), options);
                return answer.DBClusterParameterGroups ?? [];
              },
              noneIfAbsent,
            )
          : await ask(
              settings,
              'rds:DescribeDBParameterGroups',
              async (options) => {
                const input = { DBParameterGroupName: group };
                const answer = await client.send(new sdk.DescribeDBParameterGroupsCommand(input), options);
                return answer.DBParameterGroups ?? [];
              },
              noneIfAbsent,
            );
      return groups[0]?.DBParameterGroupFamily;
    },

    async parameters(level, group, source) {
      const { sdk, client } = await rds();
      const filter = source === 'user' ? { Source: 'user' } : {};
      const found = await (level === 'cluster'
        ? ask(settings, 'rds:DescribeDBClusterParameters', (options) =>
            allPages(async (Marker) => {
              const input = { DBClusterParameterGroupName: group, Marker, ...filter };
              const page = await client.send(new sdk.DescribeDBClusterParametersCommand(input), options);
              return { items: page.Parameters, marker: page.Marker };
            }),
          )
        : ask(settings, 'rds:DescribeDBParameters', (options) =>
            allPages(async (Marker) => {
              const input = { DBParameterGroupName: group, Marker, ...filter };
              const page = await client.send(new sdk.DescribeDBParametersCommand(input), options);
              return { items: page.Parameters, marker: page.Marker };
            }),
          ));
      return found.map(toParameter);
    },

    async familyDefaults(level, family) {
      const { sdk, client } = await rds();
      const found = await (level === 'cluster'
        ? ask(settings, 'rds:DescribeEngineDefaultClusterParameters', (options) =>
            allPages(async (Marker) => {
              const input = { DBParameterGroupFamily: family, Marker };
              const page = await client.send(new sdk.DescribeEngineDefaultClusterParametersCommand(input), options);
              return { items: page.EngineDefaults?.Parameters, marker: page.EngineDefaults?.Marker };
            }),
          )
        : ask(settings, 'rds:DescribeEngineDefaultParameters', (options) =>
            allPages(async (Marker) => {
              const input = { DBParameterGroupFamily: family, Marker };
              const page = await client.send(new sdk.DescribeEngineDefaultParametersCommand(input), options);
              return { items: page.EngineDefaults?.Parameters, marker: page.EngineDefaults?.Marker };
            }),
          ));
      return found.map(toParameter);
    },

    async proxyTargets(proxy, targetGroup) {
      const { sdk, client } = await rds();
      const targets = await ask(settings, 'rds:DescribeDBProxyTargets', (options) =>
        allPages(async (Marker) => {
          const input = { DBProxyName: proxy, TargetGroupName: targetGroup, Marker };
          const page = await client.send(new sdk.DescribeDBProxyTargetsCommand(input), options);
          return { items: page.Targets, marker: page.Marker };
        }),
      );
      return targets.map(toProxyTarget);
    },

    async instanceEvents(instanceId) {
      const { sdk, client } = await rds();
      const events = await ask(settings, 'rds:DescribeEvents', (options) =>
        allPages(async (Marker) => {
          const page = await client.send(
            new sdk.DescribeEventsCommand({
              SourceType: 'db-instance',
              SourceIdentifier: instanceId,
              Duration: EVENTS_MINUTES,
              Marker,
            }),
            options,
          );
          return { items: page.Events, marker: page.Marker };
        }),
      );
      return events
        .map(({ Date: at, Message }) => ({ at: at ?? new Date(0), message: Message ?? '' }))
        .sort((a, b) => a.at.getTime() - b.at.getTime());
    },
  };
}

/** For calls that name one thing: that it is not there is an answer. */
function noneIfAbsent(error: unknown): [] | undefined {
  const names = ['DBClusterNotFoundFault', 'DBParameterGroupNotFoundFault', 'DBClusterParameterGroupNotFoundFault'];
  return isNamed(error, ...names) ? [] : undefined;
}

function toCluster(cluster: DBCluster): Cluster {
  return {
    id: told(cluster.DBClusterIdentifier, 'DBClusterIdentifier'),
    resourceId: told(cluster.DbClusterResourceId, 'DbClusterResourceId'),
    arn: told(cluster.DBClusterArn, 'DBClusterArn'),
    status: cluster.Status ?? 'unknown',
    engine: told(cluster.Engine, 'Engine'),
    engineVersion: told(cluster.EngineVersion, 'EngineVersion'),
    endpoint: told(cluster.Endpoint, 'Endpoint'),
    readerEndpoint: cluster.ReaderEndpoint,
    port: cluster.Port ?? 3306,
    masterUsername: cluster.MasterUsername ?? '',
    parameterGroup: told(cluster.DBClusterParameterGroup, 'DBClusterParameterGroup'),
    subnetGroup: cluster.DBSubnetGroup,
    securityGroupIds: (cluster.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId: id }) =>
      id === undefined ? [] : [id],
    ),
    kmsKeyId: cluster.KmsKeyId,
    storageEncrypted: cluster.StorageEncrypted ?? false,
    backupRetentionDays: cluster.BackupRetentionPeriod ?? 1,
    deletionProtection: cluster.DeletionProtection ?? false,
    managedMasterPassword: cluster.MasterUserSecret !== undefined,
    members: (cluster.DBClusterMembers ?? []).map((member) => ({
      instanceId: member.DBInstanceIdentifier ?? '',
      isWriter: member.IsClusterWriter ?? false,
      clusterParameterStatus: member.DBClusterParameterGroupStatus ?? 'unknown',
    })),
    settings: toClusterSettings(cluster),
  };
}

function toInstance(instance: DBInstance): Instance {
  const [group] = instance.DBParameterGroups ?? [];
  const { Address: host, Port: port } = instance.Endpoint ?? {};
  return {
    id: told(instance.DBInstanceIdentifier, 'DBInstanceIdentifier'),
    clusterId: instance.DBClusterIdentifier ?? '',
    status: instance.DBInstanceStatus ?? 'unknown',
    instanceClass: instance.DBInstanceClass ?? '',
    engineVersion: told(instance.EngineVersion, 'EngineVersion'),
    parameterGroup: group?.DBParameterGroupName ?? '',
    parameterStatus: group?.ParameterApplyStatus ?? 'unknown',
    promotionTier: instance.PromotionTier ?? 1,
    createdAt: instance.InstanceCreateTime,
    ...(host === undefined ? {} : { endpoint: { host, port: port ?? 3306 } }),
    settings: toInstanceSettings(instance),
  };
}

function toParameter(parameter: SdkParameter): Parameter {
  return {
    name: parameter.ParameterName ?? '',
    value: parameter.ParameterValue,
    source: parameter.Source ?? 'engine-default',
    applyType: parameter.ApplyType === 'static' ? 'static' : 'dynamic',
    isModifiable: parameter.IsModifiable ?? false,
    allowedValues: parameter.AllowedValues,
  };
}

/** A registered cluster is told as itself and as each of its instances. A single instance tracks no cluster. */
function toProxyTarget(target: DBProxyTarget): ProxyTarget {
  const id = target.RdsResourceId ?? '';
  return {
    clusterId: target.TrackedClusterId ?? id,
    targetId: id,
    role: target.Role,
    state: target.TargetHealth?.State,
    reason: target.TargetHealth?.Reason,
  };
}

/** Members that RDS always sends; the SDK's types only cannot say so. */
function told(value: string | undefined, member: string): string {
  if (value !== undefined) return value;
  throw new UpgradeError('AWS left out what it always tells', {
    code: 'aws-incomplete-answer',
    source: 'aws',
    retryable: true,
    hint: `The answer has no ${member}. A cluster that is being created may have none yet: wait until it is available, then run the same command again.`,
  });
}
