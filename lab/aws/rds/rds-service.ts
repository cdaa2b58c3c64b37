import * as client from '@aws-sdk/client-rds';
import type {
  DescribeDBProxiesResponse,
  DescribeIntegrationsResponse,
  PendingMaintenanceActionsMessage,
} from '@aws-sdk/client-rds';
import type { Service } from '../service';
import { queryProtocol } from '../wire/query';
import type { Handlers, World } from '../world';
import { clusterFeatures } from './cluster-features';
import { clusterLifecycle } from './cluster-lifecycle';
import { clusterModification } from './cluster-modify';
import { restoreActions } from './cluster-restore';
import { clusterQueries } from './cluster-view';
import { customEndpointActions } from './custom-endpoints';
import { engineActions } from './engine-actions';
import { eventActions } from './events';
import { globalClusterActions } from './global-clusters';
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
      ...clusterFeatures(world),
      ...customEndpointActions(world),
      ...globalClusterActions(world),
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

/** The lab has no integrations and never plans maintenance, but tools ask. */
const ALWAYS_EMPTY: Handlers = {
  DescribeDBProxies: (): DescribeDBProxiesResponse => ({ DBProxies: [] }),
  DescribeIntegrations: (): DescribeIntegrationsResponse => ({ Integrations: [] }),
  DescribePendingMaintenanceActions: (): PendingMaintenanceActionsMessage => ({ PendingMaintenanceActions: [] }),
};
