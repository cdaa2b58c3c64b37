import type {
  CreateDBProxyRequest,
  CreateDBProxyResponse,
  DBProxy,
  DBProxyTarget,
  DeregisterDBProxyTargetsRequest,
  DescribeDBProxiesRequest,
  DescribeDBProxiesResponse,
  DescribeDBProxyTargetsRequest,
  DescribeDBProxyTargetsResponse,
  RegisterDBProxyTargetsRequest,
  RegisterDBProxyTargetsResponse,
} from '@aws-sdk/client-rds';
import { AwsError, invalidParameterCombination, required } from '../aws-error';
import type { ProxyRecord } from '../document';
import { ACCOUNT_ID, DEFAULT_SECURITY_GROUP_ID } from '../new-document';
import { isoNow, newId, type Handlers, type World } from '../world';
import { clusterEndpoint, DATABASE_PORT, endpointDomain, instanceEndpoint } from './endpoints';
import { clusterById, membersOf, requireClusterStatus } from './resources';

const TARGET_GROUP = 'default';

/**
 * RDS Proxy as far as a switch needs it: one target group a proxy, one cluster a target group. The data path is a relay
 * to the writer of the registered cluster; the lab's proxy pools nothing and asks for no credentials of its own.
 */
export function proxyActions(world: World): Handlers {
  return {
    async CreateDBProxy(input: CreateDBProxyRequest): Promise<CreateDBProxyResponse> {
      const name = required(input.DBProxyName, 'DBProxyName').toLowerCase();
      if (world.store.document.proxies[name] !== undefined)
        throw new AwsError('DBProxyAlreadyExistsFault', `DB Proxy with name ${name} already exists`);
      const { endpointSuffix, region } = world.store.document;
      const proxy: ProxyRecord = {
        name,
        resourceId: newId(world, 'prx-'),
        createdAt: isoNow(),
        endpoint: `${name}.proxy-${endpointSuffix}.${endpointDomain(region)}`,
        securityGroupIds: input.VpcSecurityGroupIds ?? [DEFAULT_SECURITY_GROUP_ID],
        subnetIds: input.VpcSubnetIds ?? [],
        roleArn: input.RoleArn ?? '',
        target: undefined,
      };
      world.store.document.proxies[name] = proxy;
      await openProxy(world, proxy);
      return { DBProxy: toProxy(world, proxy) };
    },
    DescribeDBProxies(input: DescribeDBProxiesRequest): DescribeDBProxiesResponse {
      const proxies =
        input.DBProxyName === undefined
          ? Object.values(world.store.document.proxies)
          : [proxyByName(world, input.DBProxyName)];
      return { DBProxies: proxies.map((proxy) => toProxy(world, proxy)) };
    },
    async RegisterDBProxyTargets(input: RegisterDBProxyTargetsRequest): Promise<RegisterDBProxyTargetsResponse> {
      const proxy = groupOf(world, input);
      const clusterId = onlyCluster(input.DBClusterIdentifiers);
      const cluster = clusterById(world, clusterId);
      requireClusterStatus(cluster, 'available', 'modifying');
      if (proxy.target !== undefined) {
        throw new AwsError(
          'DBProxyTargetAlreadyRegisteredFault',
          `Target group ${TARGET_GROUP} of the proxy ${proxy.name} already has a registered target.`,
        );
      }
      proxy.target = { clusterId: cluster.id, state: 'REGISTERING' };
      await openProxy(world, proxy);
      becomeAvailable(world, proxy, cluster.id);
      return { DBProxyTargets: targetsOf(world, proxy) };
    },
    async DeregisterDBProxyTargets(input: DeregisterDBProxyTargetsRequest): Promise<object> {
      const proxy = groupOf(world, input);
      const clusterId = onlyCluster(input.DBClusterIdentifiers);
      if (proxy.target?.clusterId !== clusterId)
        throw new AwsError('DBProxyTargetNotFoundFault', `The target ${clusterId} is not registered.`, 404);
      proxy.target = undefined;
      // Its connections to the database end with the registration, and with them those of its clients.
      await world.network.closeEndpoint(proxy.endpoint);
      await openProxy(world, proxy);
      return {};
    },
    DescribeDBProxyTargets: (input: DescribeDBProxyTargetsRequest): DescribeDBProxyTargetsResponse => ({
      Targets: targetsOf(world, groupOf(world, input)),
    }),
  };
}

/** Opens the proxy's address; opening again changes nothing. Without a target its clients are turned away. */
export async function openProxy(world: World, proxy: ProxyRecord): Promise<void> {
  const { address } = await world.network.openEndpoint({
    name: proxy.endpoint,
    backend: () => {
      const cluster = world.store.document.clusters[proxy.target?.clusterId ?? ''];
      return proxy.target?.state === 'AVAILABLE' && cluster?.server === 'running' ? cluster.backend : undefined;
    },
    securityGroupIds: () => proxy.securityGroupIds,
  });
  // It is a member of no cluster's groups: its relay reaches the servers past them.
  world.store.document.endpoints[proxy.endpoint] = { address, clusterId: '' };
}

function becomeAvailable(world: World, proxy: ProxyRecord, clusterId: string): void {
  const arrive = (): void => {
    if (proxy.target?.clusterId === clusterId) proxy.target.state = 'AVAILABLE';
  };
  world.jobs.run(
    `proxy:${proxy.name}`,
    async (wait) => {
      await wait(world.timing.proxyRegisterMs);
      arrive();
      world.store.save();
    },
    arrive,
  );
}

function proxyByName(world: World, name: string | undefined): ProxyRecord {
  const proxy = world.store.document.proxies[required(name, 'DBProxyName').toLowerCase()];
  if (proxy === undefined)
    throw new AwsError('DBProxyNotFoundFault', `DB Proxy with name ${String(name)} does not exist`, 404);
  return proxy;
}

function groupOf(
  world: World,
  input: { readonly DBProxyName: string | undefined; readonly TargetGroupName?: string | undefined },
): ProxyRecord {
  const proxy = proxyByName(world, input.DBProxyName);
  if ((input.TargetGroupName ?? TARGET_GROUP) !== TARGET_GROUP)
    throw new AwsError(
      'DBProxyTargetGroupNotFoundFault',
      `The target group ${String(input.TargetGroupName)} does not exist.`,
      404,
    );
  return proxy;
}

function onlyCluster(identifiers: readonly string[] | undefined): string {
  const [id, another] = identifiers ?? [];
  if (id === undefined || another !== undefined)
    throw invalidParameterCombination('Exactly one DB cluster or DB instance must be specified.');
  return id.toLowerCase();
}

function targetsOf(world: World, proxy: ProxyRecord): DBProxyTarget[] {
  const { target } = proxy;
  if (target === undefined) return [];
  const health = { State: target.state };
  return [
    {
      Type: 'TRACKED_CLUSTER',
      RdsResourceId: target.clusterId,
      Endpoint: clusterEndpoint(world, target.clusterId),
      Port: DATABASE_PORT,
    },
    ...membersOf(world, target.clusterId).map((member): DBProxyTarget => ({
      Type: 'RDS_INSTANCE',
      TrackedClusterId: target.clusterId,
      RdsResourceId: member.id,
      Endpoint: instanceEndpoint(world, member.id),
      Port: DATABASE_PORT,
      Role: member.isWriter ? 'READ_WRITE' : 'READ_ONLY',
      TargetHealth: target.state === 'REGISTERING' ? { ...health, Reason: 'PENDING_PROXY_CAPACITY' } : health,
    })),
  ];
}

function toProxy(world: World, proxy: ProxyRecord): DBProxy {
  return {
    DBProxyName: proxy.name,
    DBProxyArn: `arn:aws:rds:${world.store.document.region}:${ACCOUNT_ID}:db-proxy:${proxy.resourceId}`,
    Status: 'available',
    EngineFamily: 'MYSQL',
    VpcSecurityGroupIds: [...proxy.securityGroupIds],
    VpcSubnetIds: [...proxy.subnetIds],
    RoleArn: proxy.roleArn,
    Endpoint: proxy.endpoint,
    RequireTLS: false,
    IdleClientTimeout: 1_800,
    CreatedDate: new Date(proxy.createdAt),
  };
}
