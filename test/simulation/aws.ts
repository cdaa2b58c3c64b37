/** Aws over the simulated account. */
import type { Aws, AwsCall, AwsReply, Cluster, Instance, Parameter } from '../../actions/ports/aws';
import type { Side } from '../../actions/ports/mysql-server';
import { familyOf, parseAuroraVersion } from '../../actions/mysql/version';
import { PLAIN_CLUSTER, PLAIN_INSTANCE } from '../unit/topology.fixture';
import { carryOut } from './aws-calls';
import { endpointReaders, guarded, isEndpointCall } from './endpoints';
import type { SimulatedProcess } from './process';
import { SIDES, type ClusterData, type WorldData } from './world-data';

export function simulatedAws(process: SimulatedProcess): Aws {
  const { data } = process.world;
  const ask = <T>(text: string, act: () => T): Promise<T> => process.attempt({ kind: 'aws-question', text, act });
  const find = (id: string): Side | undefined => SIDES.find((side) => data.clusters[side]?.id === id);
  const clusterOf = (id: string): ClusterData | null => data.clusters[find(id) ?? 'blue'] ?? null;
  const endpoints = endpointReaders(process, ask);
  return {
    callerArn: () => Promise.resolve('arn:aws:iam::123456789012:user/operator'),
    prepare: () => Promise.resolve(),
    run(call, limits) {
      const change = (): Promise<AwsReply> =>
        process.attempt<AwsReply>({
          kind: 'aws-call',
          text: `${call.service} ${call.action}${describeCall(call)}`,
          limits,
          act: () => carryOut(process.world, call),
        });
      return isEndpointCall(call) ? guarded(process.world, change) : change();
    },
    rds: {
      cluster: (id) =>
        ask(`rds cluster ${id}`, () => {
          const side = find(id);
          const found = side && data.clusters[side];
          return found ? describeCluster(data, side, found) : undefined;
        }),
      instances: (id) => ask(`rds instances of ${id}`, () => (find(id) ? instancesOf(clusterOf(id)) : [])),
      engineVersion: (version) =>
        ask(`rds engine version ${version}`, () => ({
          version,
          family: familyOf(parseAuroraVersion(version)),
          upgradeTargets: [{ version: '9.7.mysql_aurora.9.7.4', isMajor: true }],
        })),
      parameterGroupFamily: (level, group) =>
        ask(`rds ${level} group ${group}`, () => (level === 'cluster' ? data.groups[group]?.family : undefined)),
      parameters: (level, group) =>
        ask(`rds parameters of ${group}`, () => (level === 'cluster' ? parametersOf(data, group) : [])),
      familyDefaults: (level, family) => ask(`rds defaults of ${family}`, () => (level === 'cluster' ? DEFAULTS : [])),
      proxyTargets: endpoints.proxyTargets,
      instanceEvents: (id) =>
        ask(`rds events of ${id}`, () =>
          SIDES.flatMap((side) => data.clusters[side] ?? [])
            .filter((cluster) => cluster.members.some((member) => member.instanceId === id))
            .flatMap((cluster) => cluster.events)
            .map(({ atMs, message }) => ({ at: new Date(atMs), message })),
        ),
    },
    surroundings: {
      proxiesOf: () => Promise.resolve([]),
      zeroEtlIntegrationsOf: () => Promise.resolve([]),
      customEndpointsOf: () => Promise.resolve([]),
      globalDatabaseOf: () => Promise.resolve(undefined),
      readerScalingOf: () => Promise.resolve(undefined),
      subnetGroup: (name) => Promise.resolve({ name, vpcId: 'vpc-1', subnetIds: ['subnet-1', 'subnet-2'] }),
      ingressRules: () => Promise.resolve([]),
      orderableClasses: () => Promise.resolve(new Set(['db.r6g.large'])),
      recentMaximum: () => Promise.resolve(undefined),
    },
    // CloudWatch decides nothing: its silence is the least that a switch must bear.
    metrics: { series: (queries) => Promise.resolve(queries.map(() => [])) },
    dns: endpoints.dns,
    secrets: endpoints.secrets,
    ssm: endpoints.ssm,
  };
}

/** Parameter group and values, for trails. */
export function describeCall({ input }: AwsCall): string {
  const parameters = Array.isArray(input['Parameters'])
    ? (input['Parameters'] as readonly { ParameterName: string; ParameterValue: string }[])
    : [];
  const shown = parameters.map((one) => `${one.ParameterName}=${one.ParameterValue}`);
  const group = input['DBClusterParameterGroupName'];
  return `(${[...(typeof group === 'string' ? [group] : []), ...shown].join(', ')})`;
}

function describeCluster(data: WorldData, side: Side, cluster: ClusterData): Cluster {
  const isApplying = data.pending.some((one) => one.is === 'parameter' && one.side === side);
  return {
    id: cluster.id,
    arn: `arn:aws:rds:eu-west-1:123456789012:cluster:${cluster.id}`,
    resourceId: cluster.resourceId,
    status: cluster.status,
    engine: 'aurora-mysql',
    engineVersion: cluster.engineVersion,
    endpoint: cluster.endpoint,
    readerEndpoint: undefined,
    port: 3306,
    masterUsername: 'admin',
    parameterGroup: cluster.group,
    subnetGroup: 'private',
    securityGroupIds: cluster.securityGroups,
    kmsKeyId: undefined,
    storageEncrypted: true,
    backupRetentionDays: 7,
    deletionProtection: cluster.deletionProtection,
    managedMasterPassword: false,
    members: cluster.members.map(({ instanceId, isWriter }) => ({
      instanceId,
      isWriter,
      clusterParameterStatus: isApplying ? 'applying' : cluster.waitsForReboot ? 'pending-reboot' : 'in-sync',
    })),
    settings: PLAIN_CLUSTER,
  };
}

function instancesOf(cluster: ClusterData | null): readonly Instance[] {
  return (cluster?.members ?? []).map((member) => ({
    id: member.instanceId,
    clusterId: cluster?.id ?? '',
    status: member.status,
    instanceClass: 'db.r6g.large',
    engineVersion: cluster?.engineVersion ?? '',
    parameterGroup: 'default.instance',
    parameterStatus: 'in-sync',
    promotionTier: 0,
    createdAt: undefined,
    settings: PLAIN_INSTANCE,
  }));
}

function parametersOf(data: WorldData, group: string): readonly Parameter[] {
  return Object.entries(data.groups[group]?.values ?? {}).map(([name, value]) => parameter(name, value, 'user'));
}

const DEFAULTS: readonly Parameter[] = [
  'binlog_format',
  'character_set_server',
  'collation_server',
  'init_connect',
].map((name) => parameter(name, undefined, 'engine-default'));

function parameter(name: string, value: string | undefined, source: string): Parameter {
  return { name, value, source, applyType: 'dynamic', isModifiable: true, allowedValues: undefined };
}
