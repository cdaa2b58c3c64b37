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
      return new Map((cluster.TagList ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
    },
  };
}
