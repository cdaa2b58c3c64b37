import type { InstanceRequest } from '../../contract';
import type { ClusterRecord, InstanceRecord } from '../document';
import type { World } from '../world';
import { userValues } from './parameter-group-store';
import { membersOf, writerOf } from './resources';

/** All user-set parameters as they hold after a restart: the cluster group's, overridden by the writer's own group. */
export function parametersOf(world: World, cluster: ClusterRecord): Record<string, string> {
  const writer = writerOf(world, cluster.id);
  return {
    ...userValues(world, 'cluster', cluster.parameterGroup),
    ...(writer === undefined ? {} : userValues(world, 'instance', writer.parameterGroup)),
  };
}

/** After a (re)start the attached groups are the running ones, and nothing is pending any more. */
export function markStarted(
  world: World,
  cluster: ClusterRecord,
  instances: readonly InstanceRecord[] = membersOf(world, cluster.id),
): void {
  for (const instance of instances) {
    instance.runningParameterGroup = instance.parameterGroup;
    instance.runningClusterParameterGroup = cluster.parameterGroup;
    instance.parameterStatus = 'in-sync';
    instance.clusterParameterStatus = 'in-sync';
  }
}

/** What the engine host is asked for when a cluster's first server is started. */
export function writerRequest(
  world: World,
  cluster: ClusterRecord,
  instance: InstanceRecord,
  origin: InstanceRequest['origin'],
): InstanceRequest {
  return {
    instanceId: instance.id,
    clusterId: cluster.id,
    engineVersion: cluster.engineVersion,
    masterUsername: cluster.masterUsername,
    parameters: parametersOf(world, cluster),
    origin,
  };
}
