import type {
  CreateDBClusterEndpointMessage,
  DBClusterEndpoint,
  DBClusterEndpointMessage,
  DeleteDBClusterEndpointMessage,
  DescribeDBClusterEndpointsMessage,
  ModifyDBClusterEndpointMessage,
} from '@aws-sdk/client-rds';
import { AwsError, invalidParameterCombination, invalidParameterValue } from '../aws-error';
import type { ClusterRecord } from '../document';
import { pageOf } from '../paging';
import { newId, rdsArn, type Handlers, type World } from '../world';
import type { ClusterEndpointRecord } from './cluster-endpoint-record';
import { clusterEndpoint, endpointHost, readerEndpoint } from './endpoints';
import { filterValues } from './filters';
import { checkNewIdentifier, clusterById, instanceById, normalizedId } from './resources';

/** Endpoints beside a cluster's own two. They are described as on AWS; no name server of the lab answers for them. */
export function customEndpointActions(world: World): Handlers {
  return {
    CreateDBClusterEndpoint(input: CreateDBClusterEndpointMessage): DBClusterEndpoint {
      const cluster = clusterById(world, input.DBClusterIdentifier);
      const id = normalizedId(input.DBClusterEndpointIdentifier, 'DBClusterEndpointIdentifier');
      checkNewIdentifier(id, 'DBClusterEndpointIdentifier');
      if (recordsOf(world)[id] !== undefined) {
        throw new AwsError('DBClusterEndpointAlreadyExistsFault', `DB cluster endpoint already exists: ${id}`);
      }
      const endpoint: ClusterEndpointRecord = {
        id,
        resourceId: newId(world, 'cluster-endpoint-').toUpperCase(),
        clusterId: cluster.id,
        type: typeOf(input.EndpointType),
        ...membersOf(world, input),
      };
      recordsOf(world)[id] = endpoint;
      return toCustomEndpoint(world, endpoint);
    },
    ModifyDBClusterEndpoint(input: ModifyDBClusterEndpointMessage): DBClusterEndpoint {
      const endpoint = endpointById(world, input.DBClusterEndpointIdentifier);
      if (input.EndpointType !== undefined) endpoint.type = typeOf(input.EndpointType);
      if (input.StaticMembers !== undefined || input.ExcludedMembers !== undefined) {
        Object.assign(endpoint, membersOf(world, input));
      }
      return toCustomEndpoint(world, endpoint);
    },
    DeleteDBClusterEndpoint(input: DeleteDBClusterEndpointMessage): DBClusterEndpoint {
      const endpoint = endpointById(world, input.DBClusterEndpointIdentifier);
      const { [endpoint.id]: _deleted, ...kept } = recordsOf(world);
      world.store.document.clusterEndpoints = kept;
      return { ...toCustomEndpoint(world, endpoint), Status: 'deleting' };
    },
    DescribeDBClusterEndpoints(input: DescribeDBClusterEndpointsMessage): DBClusterEndpointMessage {
      const { clusters } = world.store.document;
      const of =
        input.DBClusterIdentifier === undefined
          ? Object.values(clusters)
          : [clusterById(world, input.DBClusterIdentifier)];
      const id = input.DBClusterEndpointIdentifier?.toLowerCase();
      const custom = filterValues(input.Filters, 'db-cluster-endpoint-type');
      const found = of
        .flatMap((cluster) => endpointsOf(world, cluster))
        .filter(
          (endpoint) =>
            (id === undefined || endpoint.DBClusterEndpointIdentifier === id) &&
            (custom?.includes(endpoint.EndpointType?.toLowerCase() ?? '') ?? true),
        );
      const { items, marker } = pageOf(found, input);
      return { Marker: marker, DBClusterEndpoints: [...items] };
    },
  };
}

export function customEndpointsOf(world: World, clusterId: string): readonly ClusterEndpointRecord[] {
  return Object.values(recordsOf(world)).filter((endpoint) => endpoint.clusterId === clusterId);
}

export function customEndpointHost(world: World, id: string): string {
  return endpointHost(world, `${id}.cluster-custom-`);
}

function recordsOf(world: World): Record<string, ClusterEndpointRecord> {
  return (world.store.document.clusterEndpoints ??= {});
}

function endpointById(world: World, identifier: string | undefined): ClusterEndpointRecord {
  const id = normalizedId(identifier, 'DBClusterEndpointIdentifier');
  const endpoint = recordsOf(world)[id];
  if (endpoint === undefined)
    throw new AwsError('DBClusterEndpointNotFoundFault', `DB cluster endpoint not found: ${id}`);
  return endpoint;
}

function typeOf(type: string | undefined): ClusterEndpointRecord['type'] {
  if (type === 'READER' || type === 'ANY') return type;
  throw invalidParameterValue(`Invalid value for EndpointType: ${String(type)}. Valid values are READER and ANY.`);
}

function membersOf(
  world: World,
  input: { readonly StaticMembers?: string[] | undefined; readonly ExcludedMembers?: string[] | undefined },
): Pick<ClusterEndpointRecord, 'staticMembers' | 'excludedMembers'> {
  const { StaticMembers: staticMembers = [], ExcludedMembers: excludedMembers = [] } = input;
  if (staticMembers.length > 0 && excludedMembers.length > 0) {
    throw invalidParameterCombination('StaticMembers and ExcludedMembers cannot be specified together.');
  }
  return {
    staticMembers: staticMembers.map((id) => instanceById(world, id).id),
    excludedMembers: excludedMembers.map((id) => instanceById(world, id).id),
  };
}

/** The two that every cluster has, told without an identifier, then those of people. */
function endpointsOf(world: World, cluster: ClusterRecord): DBClusterEndpoint[] {
  const own = { DBClusterIdentifier: cluster.id, Status: 'available' };
  return [
    { ...own, Endpoint: clusterEndpoint(world, cluster.id), EndpointType: 'WRITER' },
    { ...own, Endpoint: readerEndpoint(world, cluster.id), EndpointType: 'READER' },
    ...customEndpointsOf(world, cluster.id).map((endpoint) => toCustomEndpoint(world, endpoint)),
  ];
}

function toCustomEndpoint(world: World, endpoint: ClusterEndpointRecord): DBClusterEndpoint {
  return {
    DBClusterEndpointIdentifier: endpoint.id,
    DBClusterIdentifier: endpoint.clusterId,
    DBClusterEndpointResourceIdentifier: endpoint.resourceId,
    Endpoint: customEndpointHost(world, endpoint.id),
    Status: 'available',
    EndpointType: 'CUSTOM',
    CustomEndpointType: endpoint.type,
    StaticMembers: [...endpoint.staticMembers],
    ExcludedMembers: [...endpoint.excludedMembers],
    DBClusterEndpointArn: rdsArn(world, 'cluster-endpoint', endpoint.id),
  };
}
