import type { ModifyDBClusterMessage } from '@aws-sdk/client-rds';
import { invalidParameterCombination } from '../aws-error';
import type { ClusterRecord } from '../document';
import { familyOf } from '../parameters/families';
import type { World } from '../world';
import { inBackground } from './background';
import { checkUpgrade } from './cluster-settings';
import { recordEvent } from './events';
import { recordFailedPrecheck } from './failed-precheck';
import { groupForFamily, isDefaultGroup } from './parameter-group-store';
import { membersOf, writerOf } from './resources';
import { markStarted, writerRequest } from './server';

/** An accepted change of engine version and the groups that come with it. */
export interface UpgradePlan {
  readonly engineVersion: string;
  readonly isMajor: boolean;
  readonly clusterGroup: string;
  readonly instanceGroup: string | undefined;
  readonly failsPrecheck: boolean;
}

/** What ModifyDBCluster asks for beyond the running version, or undefined. Refuses as AWS does. */
export function planUpgrade(
  world: World,
  cluster: ClusterRecord,
  input: ModifyDBClusterMessage,
): UpgradePlan | undefined {
  const { EngineVersion: engineVersion, DBInstanceParameterGroupName: instanceGroup } = input;
  if (engineVersion === undefined || engineVersion === cluster.engineVersion) {
    if (instanceGroup !== undefined)
      throw invalidParameterCombination(
        'DBInstanceParameterGroupName is only valid together with a major version upgrade.',
      );
    return undefined;
  }
  const { isMajor } = checkUpgrade(cluster.engineVersion, engineVersion);
  if (!isMajor)
    return {
      engineVersion,
      isMajor,
      clusterGroup: cluster.parameterGroup,
      instanceGroup: undefined,
      failsPrecheck: false,
    };
  if (input.AllowMajorVersionUpgrade !== true) {
    throw invalidParameterCombination(
      'The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.',
    );
  }
  const family = familyOf(engineVersion);
  const currentGroups = { cluster: cluster.parameterGroup, instance: membersOf(world, cluster.id)[0]?.parameterGroup };
  const chosenGroup = (level: 'cluster' | 'instance', chosen: string | undefined): string => {
    const current = currentGroups[level];
    if (chosen === undefined && current !== undefined && !isDefaultGroup(current)) {
      throw invalidParameterCombination(
        `The current DB ${level} parameter group ${current} is custom. You must explicitly specify a new DB ${level} parameter group, either default or custom, for the engine version upgrade.`,
      );
    }
    return groupForFamily(world, level, chosen ?? `default.${family ?? ''}`, family).name;
  };
  return {
    engineVersion,
    isMajor,
    clusterGroup: chosenGroup('cluster', input.DBClusterParameterGroupName),
    instanceGroup: chosenGroup('instance', instanceGroup),
    failsPrecheck: world.faults.take('rds', 'ModifyDBCluster', ['failed-precheck']) !== undefined,
  };
}

/**
 * An in-place upgrade: the lab copies the data into a server of the new version under the same endpoints. As on AWS the
 * status stays `available` for a moment before it says `upgrading`, and custom groups count only after a reboot.
 */
export function upgradeInPlace(world: World, cluster: ClusterRecord, plan: UpgradePlan): void {
  const copyId = `lab-upgrade-of-${cluster.id}`;
  const setStatus = (status: 'upgrading' | 'available'): void => {
    cluster.status = status;
    for (const member of membersOf(world, cluster.id)) member.status = status;
    world.store.save();
  };
  inBackground(
    world,
    cluster.id,
    'Upgrade',
    async (wait) => {
      await wait(world.timing.modifyMs);
      setStatus('upgrading');
      recordEvent(world, 'db-cluster', cluster.id, 'Upgrade in progress: Performing online pre-upgrade checks.', [
        'maintenance',
      ]);
      const writer = writerOf(world, cluster.id);
      if (plan.failsPrecheck && writer !== undefined) {
        recordFailedPrecheck(world, cluster, writer, plan.engineVersion);
        setStatus('available');
        return;
      }
      if (writer !== undefined) await world.engine.takeSnapshot(cluster.id, copyId);
      if (writer === undefined && cluster.upgradeFrom === undefined) cluster.upgradeFrom = cluster.engineVersion;
      cluster.engineVersion = plan.engineVersion;
      cluster.parameterGroup = plan.clusterGroup;
      for (const member of membersOf(world, cluster.id))
        member.parameterGroup = plan.instanceGroup ?? member.parameterGroup;
      if (writer !== undefined) {
        await world.engine.destroy(cluster.id);
        const request = writerRequest(world, cluster, writer, { kind: 'snapshot', snapshotId: copyId });
        const { backend } = await world.engine.startWriter(plan.isMajor ? { ...request, parameters: {} } : request);
        cluster.backend = backend;
        await world.engine.deleteSnapshot(copyId);
      }
      markUpgraded(world, cluster, plan);
      const kind = plan.isMajor ? 'major' : 'minor';
      recordEvent(world, 'db-cluster', cluster.id, `Database cluster ${kind} version has been upgraded`, [
        'maintenance',
      ]);
      setStatus('available');
    },
    () => {
      setStatus('available');
    },
  );
}

function markUpgraded(world: World, cluster: ClusterRecord, plan: UpgradePlan): void {
  markStarted(world, cluster);
  if (!plan.isMajor) return;
  const defaultGroup = `default.${familyOf(plan.engineVersion) ?? ''}`;
  for (const member of membersOf(world, cluster.id)) {
    member.runningClusterParameterGroup = defaultGroup;
    member.runningParameterGroup = defaultGroup;
    if (!isDefaultGroup(cluster.parameterGroup)) member.clusterParameterStatus = 'pending-reboot';
    if (!isDefaultGroup(member.parameterGroup)) member.parameterStatus = 'pending-reboot';
  }
}
