import type {
  CreateGlobalClusterMessage,
  CreateGlobalClusterResult,
  DeleteGlobalClusterMessage,
  DeleteGlobalClusterResult,
  DescribeGlobalClustersMessage,
  GlobalCluster,
  GlobalClustersMessage,
  RemoveFromGlobalClusterMessage,
  RemoveFromGlobalClusterResult,
} from '@aws-sdk/client-rds';
import { AwsError, invalidParameterCombination, required } from '../aws-error';
import { ACCOUNT_ID } from '../new-document';
import { pageOf } from '../paging';
import { newId, rdsArn, type Handlers, type World } from '../world';
import type { GlobalClusterRecord } from './global-cluster-record';
import { checkNewIdentifier, clusterById, normalizedId } from './resources';

/** Global databases of one primary cluster, which is all that one region can hold. */
export function globalClusterActions(world: World): Handlers {
  return {
    CreateGlobalCluster(input: CreateGlobalClusterMessage): CreateGlobalClusterResult {
      const id = normalizedId(input.GlobalClusterIdentifier, 'GlobalClusterIdentifier');
      checkNewIdentifier(id, 'GlobalClusterIdentifier');
      if (recordsOf(world)[id] !== undefined) {
        throw new AwsError('GlobalClusterAlreadyExistsFault', `Global cluster already exists: ${id}`);
      }
      if (input.SourceDBClusterIdentifier === undefined) {
        throw invalidParameterCombination("The lab's RDS makes a global cluster of SourceDBClusterIdentifier only.");
      }
      const source = clusterById(world, input.SourceDBClusterIdentifier);
      if (globalClusterOf(world, source.id) !== undefined) {
        throw new AwsError(
          'InvalidDBClusterStateFault',
          `DB cluster ${source.id} is already a member of a global cluster.`,
        );
      }
      const global: GlobalClusterRecord = {
        id,
        resourceId: newId(world, 'cluster-'),
        engineVersion: source.engineVersion,
        writerClusterId: source.id,
      };
      recordsOf(world)[id] = global;
      return { GlobalCluster: toGlobalCluster(world, global) };
    },
    DescribeGlobalClusters(input: DescribeGlobalClustersMessage): GlobalClustersMessage {
      const all =
        input.GlobalClusterIdentifier === undefined
          ? Object.values(recordsOf(world))
          : [globalById(world, input.GlobalClusterIdentifier)];
      const { items, marker } = pageOf(all, input);
      return { Marker: marker, GlobalClusters: items.map((global) => toGlobalCluster(world, global)) };
    },
    RemoveFromGlobalCluster(input: RemoveFromGlobalClusterMessage): RemoveFromGlobalClusterResult {
      const global = globalById(world, input.GlobalClusterIdentifier);
      const cluster = clusterById(world, required(input.DbClusterIdentifier, 'DbClusterIdentifier'));
      if (global.writerClusterId !== cluster.id) {
        throw new AwsError('DBClusterNotFoundFault', `${cluster.id} is not a member of ${global.id}.`, 404);
      }
      global.writerClusterId = undefined;
      return { GlobalCluster: toGlobalCluster(world, global) };
    },
    DeleteGlobalCluster(input: DeleteGlobalClusterMessage): DeleteGlobalClusterResult {
      const global = globalById(world, input.GlobalClusterIdentifier);
      if (global.writerClusterId !== undefined) {
        throw new AwsError('InvalidGlobalClusterStateFault', `Global cluster ${global.id} is not empty`);
      }
      const { [global.id]: _deleted, ...kept } = recordsOf(world);
      world.store.document.globalClusters = kept;
      return { GlobalCluster: { ...toGlobalCluster(world, global), Status: 'deleting' } };
    },
  };
}

export function globalClusterOf(world: World, clusterId: string): GlobalClusterRecord | undefined {
  return Object.values(recordsOf(world)).find(({ writerClusterId }) => writerClusterId === clusterId);
}

function recordsOf(world: World): Record<string, GlobalClusterRecord> {
  return (world.store.document.globalClusters ??= {});
}

function globalById(world: World, identifier: string | undefined): GlobalClusterRecord {
  const id = normalizedId(identifier, 'GlobalClusterIdentifier');
  const global = recordsOf(world)[id];
  if (global === undefined) throw new AwsError('GlobalClusterNotFoundFault', `Global cluster ${id} not found`, 404);
  return global;
}

function toGlobalCluster(world: World, global: GlobalClusterRecord): GlobalCluster {
  const { writerClusterId } = global;
  return {
    GlobalClusterIdentifier: global.id,
    GlobalClusterResourceId: global.resourceId,
    GlobalClusterArn: `arn:aws:rds::${ACCOUNT_ID}:global-cluster:${global.id}`,
    Status: 'available',
    Engine: 'aurora-mysql',
    EngineVersion: global.engineVersion,
    StorageEncrypted: world.store.document.clusters[writerClusterId ?? '']?.settings.storageEncrypted ?? false,
    DeletionProtection: false,
    GlobalClusterMembers:
      writerClusterId === undefined
        ? []
        : [
            {
              DBClusterArn: rdsArn(world, 'cluster', writerClusterId),
              Readers: [],
              IsWriter: true,
              GlobalWriteForwardingStatus: 'disabled',
            },
          ],
  };
}
