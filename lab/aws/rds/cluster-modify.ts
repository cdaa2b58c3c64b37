import type { ModifyDBClusterMessage, ModifyDBClusterResult } from '@aws-sdk/client-rds';
import { invalidParameterCombination } from '../aws-error';
import type { ClusterRecord } from '../document';
import { familyOf } from '../parameters/families';
import type { Handlers, World } from '../world';
import { inBackground } from './background';
import { attachedSecurityGroups, withInput } from './cluster-settings';
import { planUpgrade, upgradeInPlace } from './cluster-upgrade';
import { toDbCluster } from './cluster-view';
import { recordEvent } from './events';
import { groupForFamily } from './parameter-group-store';
import { clusterById, membersOf, requireClusterStatus } from './resources';

export function clusterModification(world: World): Handlers {
  return {
    ModifyDBCluster(input: ModifyDBClusterMessage): ModifyDBClusterResult {
      const cluster = clusterById(world, input.DBClusterIdentifier);
      requireClusterStatus(cluster, 'available');
      refuseUnknown(input);
      const upgrade = planUpgrade(world, cluster, input);
      if (input.VpcSecurityGroupIds !== undefined) {
        cluster.securityGroupIds = attachedSecurityGroups(world, input.VpcSecurityGroupIds);
      }
      if (upgrade === undefined) attachGroup(world, cluster, input.DBClusterParameterGroupName);
      cluster.settings = withInput(cluster.settings, {
        ...input,
        KmsKeyId: undefined,
        EnableCloudwatchLogsExports: logExportsAfter(cluster, input),
      });
      if (upgrade !== undefined && input.ApplyImmediately !== true)
        cluster.pendingEngineVersion = upgrade.engineVersion;
      else if (upgrade !== undefined) upgradeInPlace(world, cluster, upgrade);
      else settle(world, cluster, input.MasterUserPassword);
      const described = toDbCluster(world, cluster);
      if (input.MasterUserPassword === undefined) return { DBCluster: described };
      return {
        DBCluster: {
          ...described,
          PendingModifiedValues: { ...described.PendingModifiedValues, MasterUserPassword: '****' },
        },
      };
    },
  };
}

/** Changes that AWS makes and the lab cannot; to ignore them silently would be a lie. */
function refuseUnknown(input: ModifyDBClusterMessage): void {
  const refused = (['NewDBClusterIdentifier', 'ManageMasterUserPassword', 'RotateMasterUserPassword'] as const).find(
    (member) => input[member] !== undefined && input[member] !== false,
  );
  if (refused !== undefined) throw invalidParameterCombination(`The lab's RDS does not carry out ${refused}.`);
}

/** A newly attached group counts only after the next reboot of each member. */
function attachGroup(world: World, cluster: ClusterRecord, name: string | undefined): void {
  if (name === undefined) return;
  const group = groupForFamily(world, 'cluster', name, familyOf(cluster.engineVersion));
  if (group.name === cluster.parameterGroup) return;
  cluster.parameterGroup = group.name;
  for (const member of membersOf(world, cluster.id)) member.clusterParameterStatus = 'pending-reboot';
}

function logExportsAfter(cluster: ClusterRecord, input: ModifyDBClusterMessage): string[] {
  const { EnableLogTypes = [], DisableLogTypes = [] } = input.CloudwatchLogsExportConfiguration ?? {};
  const kept = cluster.settings.logExports.filter(
    (type) => !DisableLogTypes.includes(type) && !EnableLogTypes.includes(type),
  );
  return [...kept, ...EnableLogTypes];
}

function settle(world: World, cluster: ClusterRecord, masterPassword: string | undefined): void {
  cluster.status = 'modifying';
  inBackground(
    world,
    cluster.id,
    'Modification',
    async (wait) => {
      if (masterPassword !== undefined && cluster.server === 'running') {
        await world.engine.setMasterPassword(cluster.id, cluster.masterUsername, masterPassword);
        recordEvent(world, 'db-cluster', cluster.id, 'Reset master credentials', ['configuration change']);
      }
      await wait(world.timing.modifyMs);
      cluster.status = 'available';
    },
    () => (cluster.status = 'available'),
  );
}
