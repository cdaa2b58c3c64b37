import type { Tag } from '@aws-sdk/client-rds';
import type { ClusterTags } from '../ports/cluster-tags';
import { ask, lazy, type AwsSettings } from './aws-call';
import { isNamed } from './aws-errors';

export function clusterTags(settings: AwsSettings): ClusterTags {
  const rds = lazy(async () => {
    const sdk = await import('@aws-sdk/client-rds');
    return { sdk, client: new sdk.RDSClient({ region: settings.region }) };
  });
  return {
    async tagsOf(DBClusterIdentifier) {
      const { sdk, client } = await rds();
      const clusters = await ask(
        settings,
        'rds:DescribeDBClusters',
        async (options) =>
          (await client.send(new sdk.DescribeDBClustersCommand({ DBClusterIdentifier }), options)).DBClusters ?? [],
        (error) => (isNamed(error, 'DBClusterNotFoundFault') ? [] : undefined),
      );
      const [cluster] = clusters;
      if (cluster === undefined) return undefined;
      return mapOf(cluster.TagList);
    },
    async tagsOfParameterGroup(DBClusterParameterGroupName) {
      const { sdk, client } = await rds();
      const groups = await ask(
        settings,
        'rds:DescribeDBClusterParameterGroups',
        async (options) => {
          const command = new sdk.DescribeDBClusterParameterGroupsCommand({ DBClusterParameterGroupName });
          return (await client.send(command, options)).DBClusterParameterGroups ?? [];
        },
        (error) =>
          isNamed(error, 'DBParameterGroupNotFoundFault', 'DBClusterParameterGroupNotFoundFault') ? [] : undefined,
      );
      const [group] = groups;
      if (group === undefined) return undefined;
      const command = new sdk.ListTagsForResourceCommand({ ResourceName: group.DBClusterParameterGroupArn });
      const answer = await ask(settings, 'rds:ListTagsForResource', (options) => client.send(command, options));
      return mapOf(answer.TagList);
    },
  };
}

function mapOf(tags: readonly Tag[] | undefined): ReadonlyMap<string, string> {
  return new Map((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}
