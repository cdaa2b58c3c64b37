import type {
  CreateDBClusterMessage,
  CreateDBClusterResult,
  RestoreDBClusterFromSnapshotMessage,
  RestoreDBClusterFromSnapshotResult,
  RestoreDBClusterToPointInTimeMessage,
  RestoreDBClusterToPointInTimeResult,
  Tag,
} from '@aws-sdk/client-rds';
import { AwsError, invalidParameterCombination, required } from '../aws-error';
import type { ClusterOrigin, ClusterRecord, ClusterSettings } from '../document';
import { ENGINE_VERSIONS } from '../parameters/engine-versions';
import { familyOf } from '../parameters/families';
import { isoNow, rdsArn, type Handlers, type World } from '../world';
import { inBackground } from './background';
import {
  attachedSecurityGroups,
  checkUpgrade,
  defaultSettings,
  withInput,
  type SettingsInput,
} from './cluster-settings';
import { toDbCluster } from './cluster-view';
import { recordEvent } from './events';
import { keepMasterPassword } from './instance-create';
import { groupForFamily } from './parameter-group-store';
import { checkNewIdentifier, clusterById, membersOf, newResourceId, normalizedId, snapshotById } from './resources';
import { subnetGroupByName } from './subnet-groups';
import { setTags } from './tags';

/** New clusters, empty or with another's data. They come up without an instance: the data appears with the first one. */
export function restoreActions(world: World): Handlers {
  return {
    CreateDBCluster(input: CreateDBClusterMessage): CreateDBClusterResult {
      if (input.Engine !== 'aurora-mysql')
        throw invalidParameterCombination('The lab has the engine aurora-mysql only.');
      const engineVersion = required(input.EngineVersion, 'EngineVersion');
      if (!ENGINE_VERSIONS.includes(engineVersion)) {
        throw invalidParameterCombination(`Cannot find version ${engineVersion} for aurora-mysql`);
      }
      const password = required(input.MasterUserPassword, 'MasterUserPassword');
      const cluster = addCluster(world, input, {
        engineVersion,
        dataVersion: engineVersion,
        masterUsername: required(input.MasterUsername, 'MasterUsername'),
        settings: { ...defaultSettings(world), storageEncrypted: input.StorageEncrypted ?? false },
        origin: { kind: 'empty' },
      });
      keepMasterPassword(cluster, password);
      return { DBCluster: toDbCluster(world, cluster) };
    },
    RestoreDBClusterFromSnapshot(input: RestoreDBClusterFromSnapshotMessage): RestoreDBClusterFromSnapshotResult {
      const snapshot = snapshotById(world, input.SnapshotIdentifier);
      if (snapshot.status !== 'available') {
        throw new AwsError('InvalidDBClusterSnapshotStateFault', `The snapshot ${snapshot.id} is not available.`);
      }
      if (input.Engine !== 'aurora-mysql') {
        throw invalidParameterCombination('The engine must be aurora-mysql, like the snapshot.');
      }
      const engineVersion = input.EngineVersion ?? snapshot.engineVersion;
      checkUpgrade(snapshot.engineVersion, engineVersion);
      const cluster = addCluster(world, input, {
        engineVersion,
        dataVersion: snapshot.engineVersion,
        masterUsername: snapshot.masterUsername,
        settings: snapshot.settings,
        origin: { kind: 'snapshot', snapshotId: snapshot.id },
      });
      return { DBCluster: toDbCluster(world, cluster) };
    },
    RestoreDBClusterToPointInTime(input: RestoreDBClusterToPointInTimeMessage): RestoreDBClusterToPointInTimeResult {
      const source = sourceOf(world, input);
      if (input.UseLatestRestorableTime !== true && input.RestoreToTime === undefined) {
        throw invalidParameterCombination('One of RestoreToTime and UseLatestRestorableTime must be specified.');
      }
      if (membersOf(world, source.id).length === 0) {
        throw new AwsError('InvalidDBClusterStateFault', `The source cluster ${source.id} has no DB instance.`);
      }
      const cluster = addCluster(world, input, {
        engineVersion: source.engineVersion,
        dataVersion: source.engineVersion,
        masterUsername: source.masterUsername,
        settings: source.settings,
        origin: { kind: 'clone', sourceClusterId: source.id },
      });
      return { DBCluster: toDbCluster(world, cluster) };
    },
  };
}

function sourceOf(world: World, input: RestoreDBClusterToPointInTimeMessage): ClusterRecord {
  if (input.SourceDBClusterIdentifier !== undefined) return clusterById(world, input.SourceDBClusterIdentifier);
  const found = Object.values(world.store.document.clusters).find(
    ({ resourceId }) => resourceId === input.SourceDbClusterResourceId,
  );
  return found ?? clusterById(world, input.SourceDbClusterResourceId);
}

interface ClusterInput extends SettingsInput {
  readonly DBClusterIdentifier?: string | undefined;
  readonly DBClusterParameterGroupName?: string | undefined;
  readonly DBSubnetGroupName?: string | undefined;
  readonly VpcSecurityGroupIds?: string[] | undefined;
  readonly Tags?: Tag[] | undefined;
}

interface ClusterSource {
  readonly engineVersion: string;
  readonly dataVersion: string;
  readonly masterUsername: string;
  readonly settings: ClusterSettings;
  readonly origin: ClusterOrigin;
}

function addCluster(world: World, input: ClusterInput, source: ClusterSource): ClusterRecord {
  const id = normalizedId(input.DBClusterIdentifier, 'DBClusterIdentifier');
  checkNewIdentifier(id, 'DBClusterIdentifier');
  const { clusters } = world.store.document;
  if (clusters[id] !== undefined) throw new AwsError('DBClusterAlreadyExistsFault', `DB Cluster already exists: ${id}`);
  const family = familyOf(source.engineVersion);
  const group = groupForFamily(
    world,
    'cluster',
    input.DBClusterParameterGroupName ?? `default.${family ?? ''}`,
    family,
  );
  const { backupRetentionPeriod, preferredBackupWindow, storageEncrypted, kmsKeyId, databaseName } = source.settings;
  const inherited: ClusterSettings = {
    ...defaultSettings(world),
    backupRetentionPeriod,
    preferredBackupWindow,
    storageEncrypted,
    ...(kmsKeyId !== undefined && { kmsKeyId }),
    ...(databaseName !== undefined && { databaseName }),
  };
  const cluster: ClusterRecord = {
    id,
    resourceId: newResourceId(world, 'cluster-'),
    createdAt: isoNow(),
    status: 'creating',
    engineVersion: source.engineVersion,
    ...(source.engineVersion !== source.dataVersion && { upgradeFrom: source.dataVersion }),
    masterUsername: source.masterUsername,
    parameterGroup: group.name,
    subnetGroup: subnetGroupByName(world, input.DBSubnetGroupName ?? 'default').name,
    securityGroupIds: attachedSecurityGroups(world, input.VpcSecurityGroupIds),
    origin: source.origin,
    server: 'none',
    settings: withInput(inherited, input),
  };
  clusters[id] = cluster;
  setTags(world, rdsArn(world, 'cluster', id), input.Tags);
  finishCreation(world, cluster);
  return cluster;
}

/** Also called for a cluster that was `creating` when the lab stopped. */
export function finishCreation(world: World, cluster: ClusterRecord): void {
  inBackground(
    world,
    cluster.id,
    'Creation',
    async (wait) => {
      await wait(world.timing.clusterCreateMs);
      cluster.status = 'available';
      recordEvent(world, 'db-cluster', cluster.id, 'DB cluster created', ['creation']);
    },
    () => (cluster.status = 'failed'),
  );
}
