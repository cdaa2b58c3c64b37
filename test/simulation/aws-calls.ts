/** What each call of actions/aws/calls.ts changes in the simulated account. */
import { UpgradeError } from '../../actions/engine/errors';
import type { AwsCall, AwsReply } from '../../actions/ports/aws';
import type { Side } from '../../actions/ports/mysql-server';
import { ENDPOINT_ACTS } from './endpoints';
import type { SimulatedWorld } from './world';
import { SIDES, type ClusterData } from './world-data';

export function carryOut(world: SimulatedWorld, call: AwsCall): AwsReply {
  const endpointAct = ENDPOINT_ACTS[call.action];
  if (endpointAct) return endpointAct(world, call) ?? {};
  const act = ACTS[call.action];
  if (!act) throw new Error(`the simulated account does not know ${call.action}`);
  return act(world, call.input) ?? {};
}

type Input = AwsCall['input'];

const STOP_MS = 60_000;

const ACTS: Readonly<Record<string, (world: SimulatedWorld, input: Input) => AwsReply | undefined>> = {
  CreateDBClusterParameterGroup(world, input) {
    world.data.groups[String(input['DBClusterParameterGroupName'])] = {
      family: String(input['DBParameterGroupFamily']),
      values: {},
    };
    return undefined;
  },
  ModifyDBClusterParameterGroup(world, input) {
    const name = String(input['DBClusterParameterGroupName']);
    const group = world.data.groups[name];
    if (!group || name.startsWith('default.')) throw refused('DBParameterGroupNotFound', name);
    for (const one of input['Parameters'] as readonly Parameter[]) {
      group.values[one.ParameterName] = one.ParameterValue;
      if (one.ApplyMethod !== 'immediate') continue;
      for (const side of SIDES) {
        if (world.data.clusters[side]?.group === name)
          world.applyParameter(side, one.ParameterName, one.ParameterValue);
      }
    }
    return undefined;
  },
  ModifyDBCluster(world, input) {
    const [, cluster] = find(world, input);
    if (typeof input['DBClusterParameterGroupName'] === 'string') cluster.group = input['DBClusterParameterGroupName'];
    const groups = input['VpcSecurityGroupIds'];
    if (Array.isArray(groups)) cluster.securityGroups = groups.map(String);
    if (typeof input['DeletionProtection'] === 'boolean') cluster.deletionProtection = input['DeletionProtection'];
    return undefined;
  },
  CreateDBClusterSnapshot(world, input) {
    const [side, cluster] = find(world, input);
    const id = String(input['DBClusterSnapshotIdentifier']);
    if (cluster.status !== 'available') throw refused('InvalidDBClusterStateFault', cluster.status);
    if (world.data.snapshots.includes(id)) throw refused('aws-DBClusterSnapshotAlreadyExistsFault', id);
    if (world.acceptsWrites(side))
      world.violated('P3', `the snapshot at the fence was taken of ${side}, which takes writes`);
    world.data.snapshots.push(id);
    return undefined;
  },
  RebootDBInstance(world, input) {
    const side = SIDES.find((one) =>
      world.data.clusters[one]?.members.some((member) => member.instanceId === input['DBInstanceIdentifier']),
    );
    if (side === undefined) throw refused('DBInstanceNotFound', String(input['DBInstanceIdentifier']));
    world.reboot(side);
    return undefined;
  },
  StopDBCluster: (world, input) => turn(world, input, 'available', 'stopping', 'stopped'),
  StartDBCluster: (world, input) => turn(world, input, 'stopped', 'starting', 'available'),
  DeleteDBInstance(world, input) {
    for (const side of SIDES) {
      const cluster = world.data.clusters[side];
      if (cluster) cluster.members = cluster.members.filter((one) => one.instanceId !== input['DBInstanceIdentifier']);
    }
    return undefined;
  },
  DeleteDBCluster(world, input) {
    const [side, cluster] = find(world, input);
    if (cluster.members.length > 0 || cluster.deletionProtection)
      throw refused('InvalidDBClusterState', cluster.status);
    cluster.status = 'deleting';
    world.data.pending.push({ at: world.now + STOP_MS, is: 'status', side, to: 'deleted' });
    return undefined;
  },
};

interface Parameter {
  readonly ParameterName: string;
  readonly ParameterValue: string;
  readonly ApplyMethod: string;
}

function turn(world: SimulatedWorld, input: Input, from: string, by: string, to: string): undefined {
  const [side, cluster] = find(world, input);
  if (cluster.status !== from) throw refused('InvalidDBClusterState', cluster.status);
  cluster.status = by;
  world.data.pending.push({ at: world.now + STOP_MS, is: 'status', side, to });
}

function find({ data }: SimulatedWorld, input: Input): [Side, ClusterData] {
  for (const side of SIDES) {
    const cluster = data.clusters[side];
    if (cluster && cluster.id === input['DBClusterIdentifier']) return [side, cluster];
  }
  throw refused('DBClusterNotFound', String(input['DBClusterIdentifier']));
}

function refused(code: string, about: string): UpgradeError {
  return new UpgradeError(`${code}: ${about}`, { code, source: 'aws' });
}
