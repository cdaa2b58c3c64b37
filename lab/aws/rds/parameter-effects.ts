import type { ClusterRecord, InstanceRecord, ParameterStatus } from '../document';
import type { Level } from '../parameters/rules';
import type { World } from '../world';
import { inBackground } from './background';
import { userValues } from './parameter-group-store';
import { membersOf, writerOf } from './resources';

/** One changed parameter of a group. `value` undefined: back to an engine default that only a restart brings back. */
export interface ParameterChange {
  readonly name: string;
  readonly value: string | undefined;
  readonly isDynamic: boolean;
  readonly method: 'immediate' | 'pending-reboot';
}

type StatusMember = 'clusterParameterStatus' | 'parameterStatus';

/**
 * Carries changes of a group to the clusters that use it: dynamic immediate ones reach the running server after
 * `parameterApplyMs`, provided the group was already attached at its last start; all others wait for a reboot.
 */
export function applyChanges(world: World, level: Level, groupName: string, changes: readonly ParameterChange[]): void {
  for (const cluster of Object.values(world.store.document.clusters)) {
    const members = membersOf(world, cluster.id).filter(
      (member) => attachedGroup(level, cluster, member) === groupName,
    );
    if (members.length > 0) applyToCluster(world, level, groupName, cluster, members, changes);
  }
}

function attachedGroup(level: Level, cluster: ClusterRecord, member: InstanceRecord): string {
  return level === 'cluster' ? cluster.parameterGroup : member.parameterGroup;
}

function applyToCluster(
  world: World,
  level: Level,
  groupName: string,
  cluster: ClusterRecord,
  members: readonly InstanceRecord[],
  changes: readonly ParameterChange[],
): void {
  const statusMember: StatusMember = level === 'cluster' ? 'clusterParameterStatus' : 'parameterStatus';
  const isNow = (change: ParameterChange): boolean =>
    change.isDynamic && change.method === 'immediate' && change.value !== undefined;
  const immediate = changes.filter(isNow);
  const isRebootNeeded = immediate.length < changes.length;
  for (const member of members) {
    const runningGroup = level === 'cluster' ? member.runningClusterParameterGroup : member.runningParameterGroup;
    if (isRebootNeeded || runningGroup !== groupName) member[statusMember] = 'pending-reboot';
  }
  const running = members.filter(
    (member) =>
      groupName === (level === 'cluster' ? member.runningClusterParameterGroup : member.runningParameterGroup),
  );
  if (immediate.length === 0 || running.length === 0 || cluster.server !== 'running') return;
  const settled = new Map<string, ParameterStatus>(
    running.map((member) => [member.id, member[statusMember] === 'pending-reboot' ? 'pending-reboot' : 'in-sync']),
  );
  for (const member of running) member[statusMember] = 'applying';
  const writer = writerOf(world, cluster.id);
  const reachesServer = writer !== undefined && running.includes(writer);
  const settle = (failed: boolean): void => {
    for (const member of running) {
      if (member[statusMember] === 'applying')
        member[statusMember] = failed ? 'pending-reboot' : (settled.get(member.id) ?? 'in-sync');
    }
  };
  inBackground(
    world,
    cluster.id,
    `Applying ${immediate.map(({ name }) => name).join(', ')}`,
    async (wait) => {
      await wait(world.timing.parameterApplyMs);
      const values = reachesServer ? effectiveValues(world, level, writer, immediate) : {};
      if (Object.keys(values).length > 0 && cluster.server === 'running')
        await world.engine.applyDynamic(cluster.id, values);
      settle(false);
    },
    () => {
      settle(true);
    },
  );
}

/** An instance-level value wins over the cluster's, even over a newer one. */
function effectiveValues(
  world: World,
  level: Level,
  writer: InstanceRecord,
  changes: readonly ParameterChange[],
): Record<string, string> {
  const overriding = level === 'cluster' ? userValues(world, 'instance', writer.runningParameterGroup) : {};
  const entries = changes.flatMap(({ name, value }) =>
    value === undefined || name in overriding ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
