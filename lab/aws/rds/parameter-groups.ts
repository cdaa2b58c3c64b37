import type {
  CopyDBClusterParameterGroupMessage,
  CopyDBClusterParameterGroupResult,
  CreateDBClusterParameterGroupMessage,
  CreateDBClusterParameterGroupResult,
  CreateDBParameterGroupMessage,
  CreateDBParameterGroupResult,
  DBClusterParameterGroupsMessage,
  DBParameterGroupsMessage,
  DeleteDBClusterParameterGroupMessage,
  DeleteDBParameterGroupMessage,
  DescribeDBClusterParameterGroupsMessage,
  DescribeDBParameterGroupsMessage,
  Tag,
} from '@aws-sdk/client-rds';
import { AwsError, invalidParameterValue, required } from '../aws-error';
import type { ParameterGroupRecord } from '../document';
import { pageOf } from '../paging';
import { isFamily } from '../parameters/families';
import type { Level } from '../parameters/rules';
import { rdsArn, type Handlers, type World } from '../world';
import { groupByName, groupsOf, isDefaultGroup } from './parameter-group-store';
import { normalizedId } from './resources';
import { setTags } from './tags';

export function parameterGroupActions(world: World): Handlers {
  return {
    CreateDBClusterParameterGroup(input: CreateDBClusterParameterGroupMessage): CreateDBClusterParameterGroupResult {
      const group = addGroup(world, 'cluster', {
        name: input.DBClusterParameterGroupName,
        family: input.DBParameterGroupFamily,
        ...input,
      });
      return { DBClusterParameterGroup: clusterView(world, group) };
    },
    CreateDBParameterGroup(input: CreateDBParameterGroupMessage): CreateDBParameterGroupResult {
      const group = addGroup(world, 'instance', {
        name: input.DBParameterGroupName,
        family: input.DBParameterGroupFamily,
        ...input,
      });
      return { DBParameterGroup: instanceView(world, group) };
    },
    CopyDBClusterParameterGroup(input: CopyDBClusterParameterGroupMessage): CopyDBClusterParameterGroupResult {
      const source = groupByName(
        world,
        'cluster',
        normalizedId(input.SourceDBClusterParameterGroupIdentifier, 'SourceDBClusterParameterGroupIdentifier'),
      );
      const group = addGroup(world, 'cluster', {
        name: input.TargetDBClusterParameterGroupIdentifier,
        family: source.family,
        Description: input.TargetDBClusterParameterGroupDescription,
        Tags: input.Tags,
      });
      group.values = structuredClone(source.values);
      return { DBClusterParameterGroup: clusterView(world, group) };
    },
    DeleteDBClusterParameterGroup(input: DeleteDBClusterParameterGroupMessage) {
      return deleteGroup(world, 'cluster', input.DBClusterParameterGroupName);
    },
    DeleteDBParameterGroup(input: DeleteDBParameterGroupMessage) {
      return deleteGroup(world, 'instance', input.DBParameterGroupName);
    },
    DescribeDBClusterParameterGroups(input: DescribeDBClusterParameterGroupsMessage): DBClusterParameterGroupsMessage {
      const { items, marker } = pageOf(wantedGroups(world, 'cluster', input.DBClusterParameterGroupName), input);
      return { Marker: marker, DBClusterParameterGroups: items.map((group) => clusterView(world, group)) };
    },
    DescribeDBParameterGroups(input: DescribeDBParameterGroupsMessage): DBParameterGroupsMessage {
      const { items, marker } = pageOf(wantedGroups(world, 'instance', input.DBParameterGroupName), input);
      return { Marker: marker, DBParameterGroups: items.map((group) => instanceView(world, group)) };
    },
  };
}

interface NewGroup {
  readonly name: string | undefined;
  readonly family: string | undefined;
  readonly Description?: string | undefined;
  readonly Tags?: Tag[] | undefined;
}

function addGroup(world: World, level: Level, { name, family, Description, Tags }: NewGroup): ParameterGroupRecord {
  const id = required(name, 'DBParameterGroupName').toLowerCase();
  if (!/^[a-z](?!.*--)[a-z0-9-]{0,254}$/.test(id) || id.endsWith('-')) {
    throw invalidParameterValue(
      `The parameter DBParameterGroupName is not a valid identifier: ${id}. Names begin with a letter and contain only letters, digits and single hyphens.`,
    );
  }
  if (family === undefined || !isFamily(family))
    throw invalidParameterValue(`ParameterGroupFamily ${String(family)} is not a valid parameter group family`);
  const groups = groupsOf(world, level);
  if (groups[id] !== undefined)
    throw new AwsError('DBParameterGroupAlreadyExists', `Parameter group ${id} already exists`);
  const group: ParameterGroupRecord = {
    name: id,
    family,
    description: required(Description, 'Description'),
    values: {},
  };
  groups[id] = group;
  setTags(world, groupArn(world, level, id), Tags);
  return group;
}

function deleteGroup(world: World, level: Level, name: string | undefined): object {
  const group = groupByName(world, level, name);
  if (isDefaultGroup(group.name)) {
    throw new AwsError('InvalidDBParameterGroupState', `Default DBParameterGroup cannot be deleted: ${group.name}`);
  }
  const { clusters, instances } = world.store.document;
  const users = level === 'cluster' ? Object.values(clusters) : Object.values(instances);
  if (users.some(({ parameterGroup }) => parameterGroup === group.name)) {
    throw new AwsError(
      'InvalidDBParameterGroupState',
      `One or more database instances are still members of this parameter group ${group.name}, so the group cannot be deleted`,
    );
  }
  const groups = groupsOf(world, level);
  const kept = Object.fromEntries(Object.entries(groups).filter(([id]) => id !== group.name));
  if (level === 'cluster') world.store.document.clusterParameterGroups = kept;
  else world.store.document.instanceParameterGroups = kept;
  return {};
}

function wantedGroups(world: World, level: Level, name: string | undefined): ParameterGroupRecord[] {
  return name === undefined ? Object.values(groupsOf(world, level)) : [groupByName(world, level, name)];
}

function groupArn(world: World, level: Level, name: string): string {
  return rdsArn(world, level === 'cluster' ? 'cluster-pg' : 'pg', name);
}

function clusterView(world: World, group: ParameterGroupRecord) {
  return {
    DBClusterParameterGroupName: group.name,
    DBParameterGroupFamily: group.family,
    Description: group.description,
    DBClusterParameterGroupArn: groupArn(world, 'cluster', group.name),
  };
}

function instanceView(world: World, group: ParameterGroupRecord) {
  return {
    DBParameterGroupName: group.name,
    DBParameterGroupFamily: group.family,
    Description: group.description,
    DBParameterGroupArn: groupArn(world, 'instance', group.name),
  };
}
