import {
  CreateDBClusterParameterGroupCommand,
  CreateDBParameterGroupCommand,
  DeleteDBClusterParameterGroupCommand,
  DeleteDBParameterGroupCommand,
  DescribeDBClusterParameterGroupsCommand,
  DescribeDBParameterGroupsCommand,
  ModifyDBClusterParameterGroupCommand,
  ModifyDBParameterGroupCommand,
  paginateDescribeDBClusterParameters,
  paginateDescribeDBParameters,
  ResetDBClusterParameterGroupCommand,
  ResetDBParameterGroupCommand,
  type Parameter,
  type Tag,
} from '@aws-sdk/client-rds';
import { isTrue, overlay, requiredText } from '../state';
import type { Attributes } from '../wire/values';
import { attempt, unlessGone } from './aws-failure';
import { parameterChanges, readParameters } from './parameters';
import type { Resource, Session } from './resource';
import { rdsTags, readTags, tagList, updateRdsTags } from './tags';
import { retryWhile } from './wait';

interface Group {
  readonly arn: string;
  readonly name: string;
  readonly family: string;
  readonly description: string;
}

/** The calls by which the two kinds of group differ. */
interface Calls {
  /** As errors name it. */
  readonly title: string;
  create(group: Omit<Group, 'arn'>, tags: Tag[], session: Session): Promise<unknown>;
  find(name: string, session: Session): Promise<Group | undefined>;
  parameters(name: string, session: Session): Promise<Parameter[]>;
  set(name: string, parameters: Parameter[], session: Session): Promise<unknown>;
  reset(name: string, parameters: Parameter[], session: Session): Promise<unknown>;
  remove(name: string, session: Session): Promise<unknown>;
}

const CLUSTER: Calls = {
  title: 'DB Cluster Parameter Group',
  create: ({ name, family, description }, Tags, { rds }) =>
    rds.send(
      new CreateDBClusterParameterGroupCommand({
        DBClusterParameterGroupName: name,
        DBParameterGroupFamily: family,
        Description: description,
        Tags,
      }),
    ),
  async find(name, { rds }) {
    const command = new DescribeDBClusterParameterGroupsCommand({ DBClusterParameterGroupName: name });
    const group = (await rds.send(command)).DBClusterParameterGroups?.[0];
    return (
      group && {
        arn: group.DBClusterParameterGroupArn ?? '',
        name: group.DBClusterParameterGroupName ?? '',
        family: group.DBParameterGroupFamily ?? '',
        description: group.Description ?? '',
      }
    );
  },
  async parameters(name, { rds: client }) {
    return collect(paginateDescribeDBClusterParameters({ client }, { DBClusterParameterGroupName: name }));
  },
  set: (name, Parameters, { rds }) =>
    rds.send(new ModifyDBClusterParameterGroupCommand({ DBClusterParameterGroupName: name, Parameters })),
  reset: (name, Parameters, { rds }) =>
    rds.send(
      new ResetDBClusterParameterGroupCommand({
        DBClusterParameterGroupName: name,
        Parameters,
        ResetAllParameters: false,
      }),
    ),
  remove: (name, { rds }) => rds.send(new DeleteDBClusterParameterGroupCommand({ DBClusterParameterGroupName: name })),
};

const INSTANCE: Calls = {
  title: 'DB Parameter Group',
  create: ({ name, family, description }, Tags, { rds }) =>
    rds.send(
      new CreateDBParameterGroupCommand({
        DBParameterGroupName: name,
        DBParameterGroupFamily: family,
        Description: description,
        Tags,
      }),
    ),
  async find(name, { rds }) {
    const group = (await rds.send(new DescribeDBParameterGroupsCommand({ DBParameterGroupName: name })))
      .DBParameterGroups?.[0];
    return (
      group && {
        arn: group.DBParameterGroupArn ?? '',
        name: group.DBParameterGroupName ?? '',
        family: group.DBParameterGroupFamily ?? '',
        description: group.Description ?? '',
      }
    );
  },
  async parameters(name, { rds: client }) {
    return collect(paginateDescribeDBParameters({ client }, { DBParameterGroupName: name }));
  },
  set: (name, Parameters, { rds }) =>
    rds.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName: name, Parameters })),
  reset: (name, Parameters, { rds }) =>
    rds.send(new ResetDBParameterGroupCommand({ DBParameterGroupName: name, Parameters, ResetAllParameters: false })),
  remove: (name, { rds }) => rds.send(new DeleteDBParameterGroupCommand({ DBParameterGroupName: name })),
};

const GONE = ['DBParameterGroupNotFound'];
const BUSY = ['InvalidDBParameterGroupState'];

/** `aws_rds_cluster_parameter_group`. */
export const clusterParameterGroup = parameterGroup(CLUSTER);
/** `aws_db_parameter_group`. */
export const instanceParameterGroup = parameterGroup(INSTANCE);

function parameterGroup(calls: Calls): Resource {
  return {
    async create(planned, session) {
      const name = requiredText(planned, 'name');
      const group = {
        name,
        family: requiredText(planned, 'family'),
        description: requiredText(planned, 'description'),
      };
      await attempt(`creating ${calls.title} (${name})`, () => calls.create(group, tagList(planned), session));
      return name;
    },

    async settle(planned, session) {
      await change(calls, null, planned, session);
    },

    async read(state, session) {
      const name = requiredText(state, 'id');
      return attempt(`reading ${calls.title} (${name})`, async () => {
        const found = await unlessGone(GONE, () => calls.find(name, session));
        if (!found) return undefined;
        const parameters = await calls.parameters(name, session);
        return overlay(state, {
          arn: found.arn,
          name: found.name,
          name_prefix: '',
          family: found.family,
          description: found.description,
          parameter: readParameters(state, parameters),
          ...readTags(state, await rdsTags(found.arn, session)),
        });
      });
    },

    async update(prior, planned, session) {
      await change(calls, prior, planned, session);
      await updateRdsTags(requiredText(prior, 'arn'), prior, planned, session);
    },

    async delete(state, session) {
      if (isTrue(state, 'skip_destroy')) return;
      const name = requiredText(state, 'id');
      await attempt(`deleting ${calls.title} (${name})`, () =>
        unlessGone(GONE, () => retryWhile(BUSY, () => calls.remove(name, session), session)),
      );
    },
  };
}

async function change(calls: Calls, prior: Attributes | null, planned: Attributes, session: Session): Promise<void> {
  const name = requiredText(planned, 'name');
  const { set, reset } = parameterChanges(prior, planned);
  await attempt(`modifying ${calls.title} (${name})`, async () => {
    for (const parameters of set) await calls.set(name, [...parameters], session);
  });
  await attempt(`resetting ${calls.title} (${name})`, async () => {
    for (const parameters of reset) {
      await retryWhile(BUSY, () => calls.reset(name, [...parameters], session), session);
    }
  });
}

async function collect(pages: AsyncIterable<{ readonly Parameters?: Parameter[] | undefined }>): Promise<Parameter[]> {
  const all: Parameter[] = [];
  for await (const { Parameters } of pages) all.push(...(Parameters ?? []));
  return all;
}
