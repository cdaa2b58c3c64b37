import type { ClusterRecord, InstanceRecord } from '../document';
import type { World } from '../world';
import { membersOf } from './resources';

export const DATABASE_PORT = 3306;

export function clusterEndpoint(world: World, clusterId: string): string {
  return endpointHost(world, `${clusterId}.cluster-`);
}

export function readerEndpoint(world: World, clusterId: string): string {
  return endpointHost(world, `${clusterId}.cluster-ro-`);
}

export function instanceEndpoint(world: World, instanceId: string): string {
  return endpointHost(world, `${instanceId}.`);
}

/** Domain of all the endpoints of the lab; DNS answers them without a hosted zone of the user's. */
export function endpointDomain(region: string): string {
  return `${region}.rds.lab.internal`;
}

export function endpointHost(world: World, prefix: string): string {
  const { endpointSuffix, region } = world.store.document;
  return `${prefix}${endpointSuffix}.${endpointDomain(region)}`;
}

/** Opens an instance's endpoint and, with the first, the cluster's two. Opening again re-targets. */
export async function openEndpoints(world: World, cluster: ClusterRecord, instance: InstanceRecord): Promise<void> {
  const names = [
    instanceEndpoint(world, instance.id),
    clusterEndpoint(world, cluster.id),
    readerEndpoint(world, cluster.id),
  ];
  for (const name of names) {
    const { address } = await world.network.openEndpoint({
      name,
      backend: () => (cluster.server === 'running' ? cluster.backend : undefined),
      securityGroupIds: () => cluster.securityGroupIds,
    });
    world.store.document.endpoints[name] = { address, clusterId: cluster.id };
  }
}

/** Closes an instance's endpoint and, with the last, the cluster's two. */
export async function closeEndpoints(world: World, cluster: ClusterRecord, instance: InstanceRecord): Promise<void> {
  const isLast = membersOf(world, cluster.id).every((member) => member.id === instance.id);
  const names = [instanceEndpoint(world, instance.id)];
  if (isLast) names.push(clusterEndpoint(world, cluster.id), readerEndpoint(world, cluster.id));
  for (const name of names) {
    if (world.store.document.endpoints[name] === undefined) continue;
    await world.network.closeEndpoint(name);
    const { [name]: _closed, ...open } = world.store.document.endpoints;
    world.store.document.endpoints = open;
  }
}
