import type {
  AddRoleToDBClusterMessage,
  DisableHttpEndpointRequest,
  DisableHttpEndpointResponse,
  EnableHttpEndpointRequest,
  EnableHttpEndpointResponse,
  RemoveRoleFromDBClusterMessage,
  StartActivityStreamRequest,
  StartActivityStreamResponse,
  StopActivityStreamRequest,
  StopActivityStreamResponse,
} from '@aws-sdk/client-rds';
import { AwsError, required } from '../aws-error';
import type { ClusterRecord } from '../document';
import type { Handlers, World } from '../world';
import { clusterById, requireClusterStatus } from './resources';

/** What is switched on by calls of its own: roles, the Data API, activity streams. The lab tells of it and does nothing by it. */
export function clusterFeatures(world: World): Handlers {
  return {
    AddRoleToDBCluster(input: AddRoleToDBClusterMessage): object {
      const cluster = availableCluster(world, input.DBClusterIdentifier);
      const role = required(input.RoleArn, 'RoleArn');
      const roles = cluster.settings.roles ?? [];
      if (roles.includes(role)) {
        throw new AwsError(
          'DBClusterRoleAlreadyExists',
          `Role ARN ${role} is already associated with DB Cluster: ${cluster.id}. Verify your role ARN and try again.`,
        );
      }
      cluster.settings.roles = [...roles, role];
      return {};
    },
    RemoveRoleFromDBCluster(input: RemoveRoleFromDBClusterMessage): object {
      const cluster = availableCluster(world, input.DBClusterIdentifier);
      const role = required(input.RoleArn, 'RoleArn');
      const roles = cluster.settings.roles ?? [];
      if (!roles.includes(role)) {
        throw new AwsError(
          'DBClusterRoleNotFound',
          `Role ARN ${role} cannot be found for DB Cluster: ${cluster.id}. Verify your role ARN and try again.`,
          404,
        );
      }
      cluster.settings.roles = roles.filter((one) => one !== role);
      return {};
    },
    EnableHttpEndpoint(input: EnableHttpEndpointRequest): EnableHttpEndpointResponse {
      const cluster = availableCluster(world, input.ResourceArn);
      cluster.settings.httpEndpoint = true;
      return { ResourceArn: input.ResourceArn, HttpEndpointEnabled: true };
    },
    DisableHttpEndpoint(input: DisableHttpEndpointRequest): DisableHttpEndpointResponse {
      const cluster = availableCluster(world, input.ResourceArn);
      cluster.settings.httpEndpoint = false;
      return { ResourceArn: input.ResourceArn, HttpEndpointEnabled: false };
    },
    StartActivityStream(input: StartActivityStreamRequest): StartActivityStreamResponse {
      const cluster = availableCluster(world, input.ResourceArn);
      const kmsKeyId = required(input.KmsKeyId, 'KmsKeyId');
      const mode = input.Mode === 'sync' ? 'sync' : 'async';
      cluster.settings.activityStream = { mode, kmsKeyId };
      return { KmsKeyId: kmsKeyId, Status: 'starting', Mode: mode, ApplyImmediately: input.ApplyImmediately ?? false };
    },
    StopActivityStream(input: StopActivityStreamRequest): StopActivityStreamResponse {
      const cluster = availableCluster(world, input.ResourceArn);
      const kmsKeyId = cluster.settings.activityStream?.kmsKeyId;
      delete cluster.settings.activityStream;
      return { KmsKeyId: kmsKeyId, Status: 'stopping' };
    },
  };
}

function availableCluster(world: World, identifier: string | undefined): ClusterRecord {
  const cluster = clusterById(world, identifier);
  requireClusterStatus(cluster, 'available');
  return cluster;
}
