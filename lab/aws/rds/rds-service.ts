import * as client from '@aws-sdk/client-rds';
import type {
  DBClusterEndpointMessage,
  DescribeDBProxiesResponse,
  DescribeIntegrationsResponse,
  GlobalClustersMessage,
  PendingMaintenanceActionsMessage,
} from '@aws-sdk/client-rds';
import type { Service } from '../service';
import { queryProtocol } from '../wire/query';
import type { Handlers, World } from '../world';
import { clusterLifecycle } from './cluster-lifecycle';
import { clusterModification } from './cluster-modify';
import { restoreActions } from './cluster-restore';
import { clusterQueries } from './cluster-view';
import { engineActions } from './engine-actions';
import { eventActions } from './events';
import { instanceCreation } from './instance-create';
import { instanceLifecycle } from './instance-lifecycle';
import { instanceQueries } from './instance-view';
import { logFileActions } from './log-files';
import { parameterChanges } from './parameter-changes';
import { parameterGroupActions } from './parameter-groups';
import { parameterQueries } from './parameter-queries';
import { proxyActions } from './proxies';
import { snapshotActions } from './snapshots';
import { subnetGroupActions } from './subnet-groups';
import { tagActions } from './tags';

export function rdsService(world: World): Service {
  return {
    scope: 'rds',
    client,
    protocol: queryProtocol('http://rds.amazonaws.com/doc/2014-10-31/'),
    handlers: {
      ...ALWAYS_EMPTY,
      ...clusterQueries(world),
      ...instanceQueries(world),
      ...restoreActions(world),
      ...clusterModification(world),
      ...clusterLifecycle(world),
      ...instanceCreation(world),
      ...instanceLifecycle(world),
      ...snapshotActions(world),
      ...parameterGroupActions(world),
      ...parameterQueries(world),
      ...parameterChanges(world),
      ...engineActions(world),
      ...eventActions(world),
      ...logFileActions(world),
      ...subnetGroupActions(world),
      ...proxyActions(world),
      ...tagActions(world),
    },
  };
}

/** The lab has no global databases, proxies, integrations or custom endpoints and never plans maintenance, but tools ask. */
const ALWAYS_EMPTY: Handlers = {
  DescribeDBClusterEndpoints: (): DBClusterEndpointMessage => ({ DBClusterEndpoints: [] }),
  DescribeDBProxies: (): DescribeDBProxiesResponse => ({ DBProxies: [] }),
  DescribeIntegrations: (): DescribeIntegrationsResponse => ({ Integrations: [] }),
  DescribeGlobalClusters: (): GlobalClustersMessage => ({ GlobalClusters: [] }),
  DescribePendingMaintenanceActions: (): PendingMaintenanceActionsMessage => ({ PendingMaintenanceActions: [] }),
};
