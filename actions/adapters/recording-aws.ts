/** `Aws` that asks the real account, records every change, and never makes one. */
import type { Aws, AwsCall, Cluster, Instance, Parameter } from '../ports/aws';
import type { Side } from '../ports/mysql-server';
import { applyParameter, bare, clusterIn, recordOf, type RecordedWorld } from './recording-world';

export interface RecordingAwsSettings {
  readonly clusters: Readonly<Record<Side, string>>;
  readonly record: (call: AwsCall) => void;
}

export function recordingAws(inner: Aws, world: RecordedWorld, { clusters, record }: RecordingAwsSettings): Aws {
  const cluster = async (id: string): Promise<Cluster | undefined> => {
    const found = id === clusters.green && world.green ? world.green.cluster : await inner.rds.cluster(id);
    return found && reviseCluster(world, found);
  };
  const instances = async (id: string): Promise<readonly Instance[]> => {
    const found = id === clusters.green && world.green ? world.green.instances : await inner.rds.instances(id);
    const { deleted, rebooted } = clusterIn(world, id);
    return found
      .filter((one) => !deleted.has(one.id))
      .map((one) => (rebooted.has(one.id) ? { ...one, parameterStatus: 'in-sync' } : one));
  };
  const sideOf = (id: unknown): Side | undefined =>
    id === clusters.blue ? 'blue' : id === clusters.green ? 'green' : undefined;
  const acting: Acting = {
    world,
    sideOf,
    /** Sides whose cluster group this is. */
    async using(group) {
      const sides: Side[] = [];
      for (const side of ['blue', 'green'] as const)
        if ((await cluster(clusters[side]))?.parameterGroup === group) sides.push(side);
      return sides;
    },
    async owner(instance) {
      for (const side of ['blue', 'green'] as const)
        if ((await instances(clusters[side])).some((one) => one.id === instance)) return side;
      return undefined;
    },
    groupOf: async (side) => (await cluster(clusters[side]))?.parameterGroup,
  };
  return {
    ...inner,
    async run(call, limits) {
      limits.signal?.throwIfAborted();
      record(call);
      await ACTS[call.action]?.(acting, call.input);
      return call.service === 'route53' ? { changeId: RECORDED_CHANGE } : {};
    },
    rds: {
      ...inner.rds,
      cluster,
      instances,
      async parameterGroupFamily(level, group) {
        return world.families.get(group) ?? inner.rds.parameterGroupFamily(level, group);
      },
      async parameters(level, group, source) {
        const real = world.families.has(group) ? [] : await inner.rds.parameters(level, group, source);
        return level === 'cluster' ? reviseParameters(real, world.groups.get(group)) : real;
      },
      async instanceEvents(instance) {
        if (!world.green?.instances.some((one) => one.id === instance)) return inner.rds.instanceEvents(instance);
        const at = new Date(0);
        return [
          { at, message: world.green.event },
          { at, message: 'DB instance created' },
        ];
      },
    },
    dns: {
      ...inner.dns,
      records: async (zone, name) => (await inner.dns.records(zone, name)).map((one) => recordOf(world, one)),
      changeStatus: async (id) => (id === RECORDED_CHANGE ? 'INSYNC' : inner.dns.changeStatus(id)),
    },
  };
}

const RECORDED_CHANGE = 'recorded';

interface Acting {
  readonly world: RecordedWorld;
  readonly sideOf: (clusterId: unknown) => Side | undefined;
  readonly using: (group: string) => Promise<readonly Side[]>;
  readonly owner: (instance: string) => Promise<Side | undefined>;
  readonly groupOf: (side: Side) => Promise<string | undefined>;
}

type Input = AwsCall['input'];

const ACTS: Readonly<Record<string, (acting: Acting, input: Input) => Promise<void> | void>> = {
  CreateDBClusterParameterGroup({ world }, input) {
    world.families.set(String(input['DBClusterParameterGroupName']), String(input['DBParameterGroupFamily']));
  },
  async ModifyDBClusterParameterGroup({ world, using }, input) {
    const group = String(input['DBClusterParameterGroupName']);
    const values = world.groups.get(group) ?? new Map<string, string>();
    world.groups.set(group, values);
    const sides = await using(group);
    for (const one of input['Parameters'] as readonly ModifiedParameter[]) {
      values.set(one.ParameterName, one.ParameterValue);
      if (one.ApplyMethod !== 'immediate') continue;
      for (const side of sides) applyParameter(world.servers[side], one.ParameterName, one.ParameterValue);
    }
  },
  ModifyDBCluster({ world }, input) {
    const cluster = clusterIn(world, String(input['DBClusterIdentifier']));
    const group = input['DBClusterParameterGroupName'];
    if (typeof group === 'string') cluster.parameterGroup = group;
    const isProtected = input['DeletionProtection'];
    if (typeof isProtected === 'boolean') cluster.deletionProtection = isProtected;
  },
  async RebootDBInstance({ world, owner, groupOf }, input) {
    const instance = String(input['DBInstanceIdentifier']);
    const side = await owner(instance);
    if (!side) return;
    for (const [name, value] of world.groups.get((await groupOf(side)) ?? '') ?? [])
      applyParameter(world.servers[side], name, value);
    for (const cluster of world.clusters.values()) cluster.rebooted.add(instance);
  },
  StopDBCluster({ world }, input) {
    clusterIn(world, String(input['DBClusterIdentifier'])).status = 'stopped';
  },
  StartDBCluster({ world }, input) {
    clusterIn(world, String(input['DBClusterIdentifier'])).status = 'available';
  },
  DeleteDBInstance({ world }, input) {
    for (const cluster of world.clusters.values()) cluster.deleted.add(String(input['DBInstanceIdentifier']));
  },
  DeleteDBCluster({ world }, input) {
    clusterIn(world, String(input['DBClusterIdentifier'])).status = 'deleted';
  },
  ChangeResourceRecordSets({ world }, input) {
    const { Changes: changes } = input['ChangeBatch'] as ChangeBatch;
    for (const { ResourceRecordSet: set } of changes)
      world.records.set(
        bare(set.Name),
        set.ResourceRecords.map((one) => one.Value),
      );
  },
};

interface ModifiedParameter {
  readonly ParameterName: string;
  readonly ParameterValue: string;
  readonly ApplyMethod: string;
}

interface ChangeBatch {
  readonly Changes: readonly {
    readonly ResourceRecordSet: {
      readonly Name: string;
      readonly ResourceRecords: readonly { readonly Value: string }[];
    };
  }[];
}

function reviseCluster(world: RecordedWorld, cluster: Cluster): Cluster | undefined {
  const recorded = clusterIn(world, cluster.id);
  if (recorded.status === 'deleted') return undefined;
  return {
    ...cluster,
    status: recorded.status ?? cluster.status,
    parameterGroup: recorded.parameterGroup ?? cluster.parameterGroup,
    deletionProtection: recorded.deletionProtection ?? cluster.deletionProtection,
    members: cluster.members
      .filter((member) => !recorded.deleted.has(member.instanceId))
      .map((member) =>
        recorded.rebooted.has(member.instanceId) ? { ...member, clusterParameterStatus: 'in-sync' } : member,
      ),
  };
}

function reviseParameters(
  real: readonly Parameter[],
  values: ReadonlyMap<string, string> | undefined,
): readonly Parameter[] {
  if (!values) return real;
  const known = new Set(real.map((one) => one.name));
  const added = [...values.keys()].filter((name) => !known.has(name));
  return [
    ...real.map((one) => {
      const value = values.get(one.name);
      return value === undefined ? one : { ...one, value, source: 'user' };
    }),
    ...added.map((name): Parameter => ({
      name,
      value: values.get(name),
      source: 'user',
      applyType: 'dynamic',
      isModifiable: true,
      allowedValues: undefined,
    })),
  ];
}
