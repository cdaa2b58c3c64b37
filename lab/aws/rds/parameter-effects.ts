import type { ClusterRecord, InstanceRecord } from '../document';
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
  const begun = new Map(running.map((member) => [member, beginApplying(member, statusMember)]));
  const writer = writerOf(world, cluster.id);
  const reachesServer = writer !== undefined && running.includes(writer);
  const settle = (hasFailed: boolean): void => {
    for (const [member, application] of begun) endApplying(member, statusMember, application, hasFailed);
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

/** Changes on their way to a server. */
interface Application {
  isRebootPending: boolean;
}

/** The newest application of each member: only its end decides the status, so that a quick second change shows too. */
const newest = new WeakMap<InstanceRecord, Partial<Record<StatusMember, Application>>>();

function beginApplying(member: InstanceRecord, status: StatusMember): Application {
  const earlier = member[status] === 'applying' ? newest.get(member)?.[status] : undefined;
  const application = { isRebootPending: member[status] === 'pending-reboot' || earlier?.isRebootPending === true };
  newest.set(member, { ...newest.get(member), [status]: application });
  member[status] = 'applying';
  return application;
}

function endApplying(member: InstanceRecord, status: StatusMember, application: Application, hasFailed: boolean): void {
  const last = newest.get(member)?.[status] ?? application;
  if (hasFailed) last.isRebootPending = true;
  if (last === application && member[status] === 'applying') {
    member[status] = application.isRebootPending ? 'pending-reboot' : 'in-sync';
  }
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
