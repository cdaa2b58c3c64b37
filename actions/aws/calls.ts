/** Every change that the tool makes through the AWS API, as data: plans and dry runs print exactly these. */
import type { AwsCall, DnsRecord, StoredParameter } from '../ports/aws';
import { inCalls } from '../parameters/travel-together';
import type { PlannedParameter } from '../state/format';

type ParameterValue = Pick<PlannedParameter, 'name' | 'value' | 'applyMethod'>;

export function modifyClusterParameters(group: string, parameters: readonly ParameterValue[]): readonly AwsCall[] {
  return inCalls(parameters).map((chosen) => ({
    service: 'rds',
    action: 'ModifyDBClusterParameterGroup',
    input: {
      DBClusterParameterGroupName: group,
      Parameters: chosen.map(({ name, value, applyMethod }) => ({
        ParameterName: name,
        ParameterValue: value,
        ApplyMethod: applyMethod,
      })),
    },
  }));
}

/** read_only is dynamic at cluster level: it takes effect on the running servers, reboots keep it. */
export function setReadOnlyParameter(group: string, on: boolean): AwsCall {
  const [call] = modifyClusterParameters(group, [
    { name: 'read_only', value: on ? '1' : '0', applyMethod: 'immediate' },
  ]);
  if (!call) throw new RangeError('one parameter is one call');
  return call;
}

export function createClusterParameterGroup(
  group: string,
  family: string,
  description: string,
  tags: Readonly<Record<string, string>> = {},
): AwsCall {
  return {
    service: 'rds',
    action: 'CreateDBClusterParameterGroup',
    input: {
      DBClusterParameterGroupName: group,
      DBParameterGroupFamily: family,
      Description: description,
      ...(Object.keys(tags).length === 0 ? {} : { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
    },
  };
}

export function deleteClusterParameterGroup(group: string): AwsCall {
  return {
    service: 'rds',
    action: 'DeleteDBClusterParameterGroup',
    input: { DBClusterParameterGroupName: group },
  };
}

export function attachClusterParameterGroup(cluster: string, group: string): AwsCall {
  return {
    service: 'rds',
    action: 'ModifyDBCluster',
    input: { DBClusterIdentifier: cluster, DBClusterParameterGroupName: group, ApplyImmediately: true },
  };
}

export function rebootInstance(instance: string): AwsCall {
  return { service: 'rds', action: 'RebootDBInstance', input: { DBInstanceIdentifier: instance } };
}

export function stopCluster(cluster: string): AwsCall {
  return { service: 'rds', action: 'StopDBCluster', input: { DBClusterIdentifier: cluster } };
}

export function startCluster(cluster: string): AwsCall {
  return { service: 'rds', action: 'StartDBCluster', input: { DBClusterIdentifier: cluster } };
}

export function disableDeletionProtection(cluster: string): AwsCall {
  return {
    service: 'rds',
    action: 'ModifyDBCluster',
    input: { DBClusterIdentifier: cluster, DeletionProtection: false, ApplyImmediately: true },
  };
}

export function attachSecurityGroups(cluster: string, groups: readonly string[]): AwsCall {
  return {
    service: 'rds',
    action: 'ModifyDBCluster',
    input: { DBClusterIdentifier: cluster, VpcSecurityGroupIds: [...groups], ApplyImmediately: true },
  };
}

/** Returns when RDS has accepted it; the copy is made in the background. `tags` by name. */
export function createClusterSnapshot(
  cluster: string,
  snapshot: string,
  tags: Readonly<Record<string, string>>,
): AwsCall {
  return {
    service: 'rds',
    action: 'CreateDBClusterSnapshot',
    input: {
      DBClusterIdentifier: cluster,
      DBClusterSnapshotIdentifier: snapshot,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    },
  };
}

export function deleteInstance(instance: string): AwsCall {
  return { service: 'rds', action: 'DeleteDBInstance', input: { DBInstanceIdentifier: instance } };
}

/** Automated backups are kept: they are the last copy besides the final snapshot. */
export function deleteCluster(cluster: string, finalSnapshot: string): AwsCall {
  return {
    service: 'rds',
    action: 'DeleteDBCluster',
    input: {
      DBClusterIdentifier: cluster,
      SkipFinalSnapshot: false,
      FinalDBSnapshotIdentifier: finalSnapshot,
      DeleteAutomatedBackups: false,
    },
  };
}

/** One atomic change of the records of one name. Everything but what was changed in them stays as they have it. */
export function changeRecords(zoneId: string, records: readonly DnsRecord[]): AwsCall {
  return {
    service: 'route53',
    action: 'ChangeResourceRecordSets',
    input: {
      HostedZoneId: zoneId,
      ChangeBatch: {
        Comment: 'aurora-cutover',
        Changes: records.map((record) => ({
          Action: 'UPSERT',
          ResourceRecordSet: {
            Name: record.name,
            Type: record.type,
            TTL: record.ttlSeconds,
            ResourceRecords: record.values.map((value) => ({ Value: value })),
            ...(record.setIdentifier === undefined ? {} : { SetIdentifier: record.setIdentifier }),
            ...(record.weight === undefined ? {} : { Weight: record.weight }),
            ...(record.healthCheckId === undefined ? {} : { HealthCheckId: record.healthCheckId }),
          },
        })),
      },
    },
  };
}

/** A new version becomes the current one. The same token with the same value again changes nothing. */
export function putSecretValue(secretId: string, token: string, text?: string): AwsCall {
  return {
    service: 'secretsmanager',
    action: 'PutSecretValue',
    input: { SecretId: secretId, ClientRequestToken: token, VersionStages: ['AWSCURRENT'] },
    ...(text === undefined ? {} : { secrets: { SecretString: text } }),
  };
}

/** Type and key are told again: without a key, Parameter Store would encrypt with its own. */
export function putParameter(
  name: string,
  value: string,
  { type, keyId }: Pick<StoredParameter, 'type' | 'keyId'>,
): AwsCall {
  return {
    service: 'ssm',
    action: 'PutParameter',
    input: {
      Name: name,
      Value: value,
      Type: type,
      Overwrite: true,
      ...(type === 'SecureString' && keyId !== undefined ? { KeyId: keyId } : {}),
    },
  };
}

export function deregisterProxyTarget(proxy: string, targetGroup: string, cluster: string): AwsCall {
  return {
    service: 'rds',
    action: 'DeregisterDBProxyTargets',
    input: { DBProxyName: proxy, TargetGroupName: targetGroup, DBClusterIdentifiers: [cluster] },
  };
}

export function registerProxyTarget(proxy: string, targetGroup: string, cluster: string): AwsCall {
  return {
    service: 'rds',
    action: 'RegisterDBProxyTargets',
    input: { DBProxyName: proxy, TargetGroupName: targetGroup, DBClusterIdentifiers: [cluster] },
  };
}

export interface CloneSettings {
  readonly id: string;
  readonly source: string;
  readonly parameterGroup: string;
  readonly subnetGroup: string | undefined;
  readonly securityGroupIds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** A copy-on-write clone at the source's version. It shares the source's pages and costs only what changes. */
export function cloneCluster(clone: CloneSettings): AwsCall {
  return {
    service: 'rds',
    action: 'RestoreDBClusterToPointInTime',
    input: {
      DBClusterIdentifier: clone.id,
      SourceDBClusterIdentifier: clone.source,
      RestoreType: 'copy-on-write',
      UseLatestRestorableTime: true,
      DBClusterParameterGroupName: clone.parameterGroup,
      ...(clone.subnetGroup === undefined ? {} : { DBSubnetGroupName: clone.subnetGroup }),
      VpcSecurityGroupIds: clone.securityGroupIds,
      DeletionProtection: false,
      Tags: tagList(clone.tags),
    },
  };
}

export interface ScratchClusterSettings {
  readonly id: string;
  readonly engineVersion: string;
  readonly subnetGroup: string | undefined;
  readonly securityGroupIds: readonly string[];
  readonly master: { readonly user: string; readonly password: string };
  readonly tags: Readonly<Record<string, string>>;
}

/** An empty cluster under the default parameter group of its version, encrypted with the account's own key. */
export function createScratchCluster(cluster: ScratchClusterSettings): AwsCall {
  return {
    service: 'rds',
    action: 'CreateDBCluster',
    input: {
      DBClusterIdentifier: cluster.id,
      Engine: 'aurora-mysql',
      EngineVersion: cluster.engineVersion,
      MasterUsername: cluster.master.user,
      BackupRetentionPeriod: 1,
      StorageEncrypted: true,
      ...(cluster.subnetGroup === undefined ? {} : { DBSubnetGroupName: cluster.subnetGroup }),
      VpcSecurityGroupIds: cluster.securityGroupIds,
      DeletionProtection: false,
      Tags: tagList(cluster.tags),
    },
    secrets: { MasterUserPassword: cluster.master.password },
  };
}

export function createInstance(
  id: string,
  cluster: string,
  instanceClass: string,
  tags: Readonly<Record<string, string>>,
  parameterGroup?: string,
): AwsCall {
  return {
    service: 'rds',
    action: 'CreateDBInstance',
    input: {
      DBInstanceIdentifier: id,
      DBClusterIdentifier: cluster,
      DBInstanceClass: instanceClass,
      Engine: 'aurora-mysql',
      ...(parameterGroup === undefined ? {} : { DBParameterGroupName: parameterGroup }),
      PubliclyAccessible: false,
      Tags: tagList(tags),
    },
  };
}

/** Without a final snapshot: for a copy that holds nothing of its own. */
export function deleteClone(cluster: string): AwsCall {
  return {
    service: 'rds',
    action: 'DeleteDBCluster',
    input: { DBClusterIdentifier: cluster, SkipFinalSnapshot: true },
  };
}

function tagList(tags: Readonly<Record<string, string>>): readonly { readonly Key: string; readonly Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
