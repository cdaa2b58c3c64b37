import type { LabCoordinates } from '../contract';
import type { ScalableTargetRecord } from './autoscaling/scalable-target';
import type { ClusterEndpointRecord } from './rds/cluster-endpoint-record';
import type { GlobalClusterRecord } from './rds/global-cluster-record';
import type { InstanceSettings } from './rds/instance-settings';

/** All that the lab's AWS account holds. Plain JSON; times are ISO 8601 texts. */
export interface LabDocument {
  readonly formatVersion: 1;
  readonly region: string;
  /** Part of every RDS endpoint name, as AWS gives one to each account and region. */
  readonly endpointSuffix: string;
  /** Counts up; source of ids. */
  nextId: number;
  clusters: Record<string, ClusterRecord>;
  instances: Record<string, InstanceRecord>;
  clusterSnapshots: Record<string, ClusterSnapshotRecord>;
  clusterParameterGroups: Record<string, ParameterGroupRecord>;
  instanceParameterGroups: Record<string, ParameterGroupRecord>;
  subnetGroups: Record<string, SubnetGroupRecord>;
  events: EventRecord[];
  /** By ARN or, for EC2, by resource id. */
  tags: Record<string, Record<string, string>>;
  /** Log files by instance, then by name. */
  logFiles: Record<string, Record<string, LogFileRecord>>;
  /** Open RDS endpoints by host name. */
  endpoints: Record<string, { readonly address: string; readonly clusterId: string }>;
  securityGroups: Record<string, SecurityGroupRecord>;
  securityGroupRules: Record<string, SecurityGroupRuleRecord>;
  /** Addresses that are members of security groups without being a database (the application's hosts). */
  groupMembers: Record<string, string[]>;
  hostedZones: Record<string, HostedZoneRecord>;
  zoneChanges: Record<string, ZoneChangeRecord>;
  secrets: Record<string, SecretRecord>;
  /** Of Parameter Store, by name. */
  parameters: Record<string, ParameterRecord>;
  /** RDS Proxies by name. */
  proxies: Record<string, ProxyRecord>;
  /** S3. Absent in accounts that were made before the lab had it. */
  buckets?: Record<string, BucketRecord>;
  /** Of Application Auto Scaling, by resource id (`cluster:NAME`). Absent in accounts that were made before the lab had it. */
  scalableTargets?: Record<string, ScalableTargetRecord>;
  /** Custom endpoints of clusters, by identifier. */
  clusterEndpoints?: Record<string, ClusterEndpointRecord>;
  globalClusters?: Record<string, GlobalClusterRecord>;
}

export type ClusterStatus =
  'creating' | 'available' | 'modifying' | 'upgrading' | 'stopping' | 'stopped' | 'starting' | 'deleting' | 'failed';

export interface ClusterRecord {
  readonly id: string;
  readonly resourceId: string;
  readonly createdAt: string;
  status: ClusterStatus;
  engineVersion: string;
  /** Version of the data while the first instance has still to upgrade it (restore with a newer EngineVersion). */
  upgradeFrom?: string;
  masterUsername: string;
  parameterGroup: string;
  subnetGroup: string;
  securityGroupIds: string[];
  readonly origin: ClusterOrigin;
  /** Process behind the cluster: none before the first instance, kept stopped when the last instance is gone. */
  server: 'none' | 'running' | 'stopped';
  backend?: { readonly host: string; readonly port: number };
  settings: ClusterSettings;
  /** Changes that wait for the maintenance window, which the lab never opens. */
  pendingEngineVersion?: string;
  automaticRestartAt?: string;
}

export type ClusterOrigin =
  | { readonly kind: 'seed' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'snapshot'; readonly snapshotId: string }
  | { readonly kind: 'clone'; readonly sourceClusterId: string };

export interface ClusterSettings {
  availabilityZones: string[];
  backupRetentionPeriod: number;
  preferredBackupWindow: string;
  preferredMaintenanceWindow: string;
  deletionProtection: boolean;
  storageEncrypted: boolean;
  kmsKeyId?: string;
  iamAuthentication: boolean;
  copyTagsToSnapshot: boolean;
  logExports: string[];
  storageType?: string;
  backtrackWindow: number;
  engineLifecycleSupport: string;
  databaseName?: string;
  serverlessV2?: {
    readonly minCapacity?: number;
    readonly maxCapacity?: number;
    readonly secondsUntilAutoPause?: number;
  };
  /** IAM roles by their ARNs; the rest, too, is absent in accounts that were made before the lab had it. */
  roles?: readonly string[];
  databaseInsights?: 'standard' | 'advanced';
  localWriteForwarding?: boolean;
  httpEndpoint?: boolean;
  activityStream?: { readonly mode: 'sync' | 'async'; readonly kmsKeyId: string };
}

export type ParameterStatus = 'in-sync' | 'applying' | 'pending-reboot';

export interface InstanceRecord {
  readonly id: string;
  readonly clusterId: string;
  readonly resourceId: string;
  readonly createdAt: string;
  status:
    | 'creating'
    | 'available'
    | 'modifying'
    | 'upgrading'
    | 'rebooting'
    | 'stopping'
    | 'stopped'
    | 'starting'
    | 'deleting'
    | 'failed';
  isWriter: boolean;
  instanceClass: string;
  parameterGroup: string;
  /** Groups that were attached at the last start: only their changes reach the running server. */
  runningParameterGroup: string;
  runningClusterParameterGroup: string;
  parameterStatus: ParameterStatus;
  clusterParameterStatus: ParameterStatus;
  settings: InstanceSettings;
}

export interface ClusterSnapshotRecord {
  readonly id: string;
  readonly clusterId: string;
  readonly createdAt: string;
  readonly snapshotType: 'manual';
  status: 'creating' | 'available' | 'deleting' | 'failed';
  percentProgress: number;
  readonly engineVersion: string;
  readonly masterUsername: string;
  readonly clusterCreatedAt: string;
  readonly clusterResourceId: string;
  readonly subnetGroup: string;
  readonly settings: ClusterSettings;
}

export interface ParameterGroupRecord {
  readonly name: string;
  readonly family: string;
  readonly description: string;
  values: Record<string, { readonly value: string; readonly applyMethod: 'immediate' | 'pending-reboot' }>;
}

export interface SubnetGroupRecord {
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly subnets: readonly SubnetRecord[];
}

export interface SubnetRecord {
  readonly id: string;
  readonly availabilityZone: string;
  readonly cidr: string;
}

export interface EventRecord {
  readonly at: string;
  readonly sourceType: 'db-instance' | 'db-cluster' | 'db-parameter-group' | 'db-cluster-snapshot';
  readonly sourceId: string;
  readonly sourceArn: string;
  readonly message: string;
  readonly categories: readonly string[];
}

export interface LogFileRecord {
  readonly lastWrittenAt: string;
  readonly content: string;
}

export interface SecurityGroupRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
}

/** One rule, ingress only. Protocol `-1` means all ports. */
export interface SecurityGroupRuleRecord {
  readonly id: string;
  readonly groupId: string;
  protocol: string;
  fromPort: number;
  toPort: number;
  cidrIpv4?: string;
  cidrIpv6?: string;
  prefixListId?: string;
  referencedGroupId?: string;
  description?: string;
}

export interface HostedZoneRecord {
  readonly id: string;
  /** With its final dot, as Route 53 prints it. */
  readonly name: string;
  readonly comment: string;
  readonly callerReference: string;
  records: RecordSetRecord[];
  /** What the name servers answer: lags behind `records` by the propagation time. */
  published: RecordSetRecord[];
}

export interface RecordSetRecord {
  /** Lower case, with its final dot. */
  readonly name: string;
  readonly type: string;
  readonly setIdentifier?: string;
  readonly weight?: number;
  readonly ttlSeconds?: number;
  readonly values: readonly string[];
  readonly aliasTarget?: {
    readonly hostedZoneId: string;
    readonly dnsName: string;
    readonly evaluateTargetHealth: boolean;
  };
}

export interface ZoneChangeRecord {
  readonly id: string;
  readonly submittedAt: string;
  readonly comment?: string;
  status: 'PENDING' | 'INSYNC';
}

export interface BucketRecord {
  isVersioned: boolean;
  /** Current objects by key. */
  objects: Record<string, ObjectRecord>;
  /** What was replaced or deleted in a versioned bucket, newest first. */
  old: Record<string, ObjectRecord[]>;
}

export interface ObjectRecord {
  readonly text: string;
  /** With its quotes, as on the wire. */
  readonly etag: string;
  readonly versionId?: string;
}

export interface ParameterRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly version: number;
  readonly modifiedAt: string;
  /** Of a SecureString. */
  readonly keyId?: string;
}

export interface ProxyRecord {
  readonly name: string;
  readonly resourceId: string;
  readonly createdAt: string;
  readonly endpoint: string;
  readonly securityGroupIds: readonly string[];
  readonly subnetIds: readonly string[];
  readonly roleArn: string;
  /** What its one target group points at. */
  target: { readonly clusterId: string; state: 'REGISTERING' | 'AVAILABLE' } | undefined;
}

export interface SecretRecord {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: string;
  description?: string;
  lastChangedAt: string;
  versions: Record<string, SecretVersionRecord>;
}

export interface SecretVersionRecord {
  readonly createdAt: string;
  readonly secretString?: string;
  /** Base64. */
  readonly secretBinary?: string;
  stages: string[];
}

/** What the tests and the supervisor learn of a started writer. */
export type { LabCoordinates };
