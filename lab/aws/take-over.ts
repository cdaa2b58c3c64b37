import { finishCreation } from './rds/cluster-restore';
import { deleteCluster, startCluster, stopCluster } from './rds/cluster-lifecycle';
import { openEndpoints } from './rds/endpoints';
import { bringUp, type BringUpOptions } from './rds/instance-create';
import { deleteInstance } from './rds/instance-lifecycle';
import { openProxy } from './rds/proxies';
import { membersOf } from './rds/resources';
import type { ClusterRecord, InstanceRecord } from './document';
import type { World } from './world';

/**
 * Goes on where an earlier endpoint on the same store stopped: opens the endpoints of standing instances again, and
 * begins interrupted work anew. The servers themselves are the engine host's to bring back.
 */
export async function takeOver(world: World): Promise<void> {
  const { document } = world.store;
  for (const cluster of Object.values(document.clusters)) {
    for (const instance of membersOf(world, cluster.id)) {
      if (cluster.backend !== undefined && instance.status !== 'creating')
        await openEndpoints(world, cluster, instance);
    }
    resume(world, cluster);
  }
  for (const proxy of Object.values(document.proxies)) {
    if (proxy.target !== undefined) proxy.target.state = 'AVAILABLE';
    await openProxy(world, proxy);
  }
  for (const zone of Object.values(document.hostedZones)) zone.published = zone.records;
  for (const change of Object.values(document.zoneChanges)) change.status = 'INSYNC';
  for (const snapshot of Object.values(document.clusterSnapshots)) {
    if (snapshot.status === 'creating') snapshot.status = 'failed';
  }
  world.store.save();
}

function resume(world: World, cluster: ClusterRecord): void {
  const members = membersOf(world, cluster.id);
  for (const instance of members) resumeInstance(world, cluster, instance, {});
  switch (cluster.status) {
    case 'creating':
      finishCreation(world, cluster);
      break;
    case 'modifying':
    case 'upgrading':
      cluster.status = 'available';
      break;
    case 'stopping':
      stopCluster(world, cluster);
      break;
    case 'starting':
      startCluster(world, cluster);
      break;
    case 'deleting':
      deleteCluster(world, cluster, undefined);
      break;
    default:
  }
}

function resumeInstance(world: World, cluster: ClusterRecord, instance: InstanceRecord, options: BringUpOptions): void {
  if (instance.parameterStatus === 'applying') instance.parameterStatus = 'pending-reboot';
  if (instance.clusterParameterStatus === 'applying') instance.clusterParameterStatus = 'pending-reboot';
  switch (instance.status) {
    case 'creating':
      bringUp(world, cluster, instance, options);
      break;
    case 'modifying':
    case 'rebooting':
    case 'upgrading':
      instance.status = 'available';
      break;
    case 'deleting':
      deleteInstance(world, cluster, instance);
      break;
    default:
  }
}
