import { AwsError, required } from '../aws-error';
import type { ParameterGroupRecord } from '../document';
import type { Level } from '../parameters/rules';
import type { World } from '../world';

export function groupsOf(world: World, level: Level): Record<string, ParameterGroupRecord> {
  return level === 'cluster'
    ? world.store.document.clusterParameterGroups
    : world.store.document.instanceParameterGroups;
}

export function groupByName(world: World, level: Level, name: string | undefined): ParameterGroupRecord {
  const id = required(name, level === 'cluster' ? 'DBClusterParameterGroupName' : 'DBParameterGroupName').toLowerCase();
  const group = groupsOf(world, level)[id];
  if (group === undefined) {
    const kind = level === 'cluster' ? 'DBClusterParameterGroup' : 'DBParameterGroup';
    throw new AwsError('DBParameterGroupNotFound', `${kind} not found: ${id}`, 404);
  }
  return group;
}

export function isDefaultGroup(name: string): boolean {
  return name.startsWith('default.');
}

/** The group's user-set values by name; nothing for a group that is gone. */
export function userValues(world: World, level: Level, name: string): Record<string, string> {
  const group = groupsOf(world, level)[name];
  return Object.fromEntries(Object.entries(group?.values ?? {}).map(([parameter, { value }]) => [parameter, value]));
}

/** A group that may be attached to a resource of this family, or AWS's refusal. */
export function groupForFamily(
  world: World,
  level: Level,
  name: string,
  family: string | undefined,
): ParameterGroupRecord {
  const group = groupByName(world, level, name);
  if (group.family !== family) {
    throw new AwsError(
      'InvalidParameterCombination',
      `The Parameter Group ${group.name} with DBParameterGroupFamily ${group.family} can't be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${family ?? 'unknown'}`,
    );
  }
  return group;
}
