/**
 * AWS as steps see it: reading is by noun, changing is by data (`AwsCall`), so that plans and dry runs can print the
 * exact call. All methods throw `UpgradeError` with source `aws`; a missing permission names the IAM action.
 */
import type { CallLimits } from './mysql-server';
import type { ClusterSettings, InstanceSettings, TopologyReader } from './topology';

export interface Aws {
  readonly rds: RdsReader;
  readonly surroundings: SurroundingsReader;
  readonly metrics: MetricsReader;
  readonly dns: DnsReader;
  readonly secrets: SecretsReader;
  readonly ssm: ParameterStoreReader;
  callerArn(): Promise<string>;
  /** Gets ready to change something, so that the first `run` takes no longer than others. Never throws, asks nothing. */
  prepare(services: readonly AwsCall['service'][]): Promise<void>;
  run(call: AwsCall, limits: CallLimits): Promise<AwsReply>;
}

/** `input` is the request of the AWS API, word for word, without secrets. */
export interface AwsCall {
  readonly service: 'rds' | 'route53' | 'secretsmanager' | 'ssm' | 'ec2';
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Further members of the request: sent, and shown nowhere. Plans are made without them. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** The fields of the answer that somebody needs; `changeId` of a Route 53 change. */
export interface AwsReply {
  readonly changeId?: string;
}

export interface Cluster {
  readonly id: string;
  /** Tells this cluster from another one that had the same identifier before or will have it later. */
  readonly resourceId: string;
  readonly arn: string;
  readonly status: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly endpoint: string;
  readonly readerEndpoint: string | undefined;
  readonly port: number;
  readonly masterUsername: string;
  readonly parameterGroup: string;
  readonly subnetGroup: string | undefined;
  readonly securityGroupIds: readonly string[];
  readonly kmsKeyId: string | undefined;
  readonly storageEncrypted: boolean;
  readonly backupRetentionDays: number;
  readonly deletionProtection: boolean;
  readonly managedMasterPassword: boolean;
  readonly members: readonly ClusterMember[];
  readonly settings: ClusterSettings;
}

export interface ClusterMember {
  readonly instanceId: string;
  readonly isWriter: boolean;
  /** `in-sync`, `pending-reboot`, `applying`. */
  readonly clusterParameterStatus: string;
}

export interface Instance {
  readonly id: string;
  readonly clusterId: string;
  readonly status: string;
  readonly instanceClass: string;
  readonly engineVersion: string;
  readonly parameterGroup: string;
  readonly parameterStatus: string;
  readonly promotionTier: number;
  readonly createdAt: Date | undefined;
  /** Of the instance itself; absent while it is being made. */
  readonly endpoint?: { readonly host: string; readonly port: number };
  readonly settings: InstanceSettings;
}

export interface EngineVersion {
  readonly version: string;
  /** e.g. `aurora-mysql8.0`. */
  readonly family: string;
  readonly upgradeTargets: readonly { readonly version: string; readonly isMajor: boolean }[];
}

export type ParameterLevel = 'cluster' | 'instance';

export interface Parameter {
  readonly name: string;
  readonly value: string | undefined;
  /** `user` when somebody set it, else `engine-default` or `system`. */
  readonly source: string;
  readonly applyType: 'static' | 'dynamic';
  readonly isModifiable: boolean;
  /** As RDS writes it: `0,1` or `1-1000` or `ROW,MIXED`. */
  readonly allowedValues: string | undefined;
}

export interface RdsEvent {
  readonly at: Date;
  readonly message: string;
}

export interface RdsReader {
  cluster(id: string): Promise<Cluster | undefined>;
  instances(clusterId: string): Promise<readonly Instance[]>;
  engineVersion(version: string): Promise<EngineVersion | undefined>;
  /** Family of a parameter group; undefined when the group does not exist. */
  parameterGroupFamily(level: ParameterLevel, group: string): Promise<string | undefined>;
  /** `user`: only what somebody set. */
  parameters(level: ParameterLevel, group: string, source: 'user' | 'all'): Promise<readonly Parameter[]>;
  familyDefaults(level: ParameterLevel, family: string): Promise<readonly Parameter[]>;
  /** What a target group of an RDS Proxy points at; empty when it points nowhere. */
  proxyTargets(proxy: string, targetGroup: string): Promise<readonly ProxyTarget[]>;
  /** Events of an instance in the last 14 days, oldest first. */
  instanceEvents(instanceId: string): Promise<readonly RdsEvent[]>;
}

/** What stands around a cluster and does not follow when another cluster takes its place. All lists may be empty. */
export interface SurroundingsReader extends TopologyReader {
  /** Names of the RDS proxies that have the cluster as a target. */
  proxiesOf(clusterId: string): Promise<readonly string[]>;
  /** ARNs of the zero-ETL integrations whose source is the cluster. */
  zeroEtlIntegrationsOf(clusterArn: string): Promise<readonly string[]>;
  /** Instance classes that RDS offers for an engine version in this region. */
  orderableClasses(engineVersion: string): Promise<ReadonlySet<string>>;
  /** The highest value of a CloudWatch metric of an instance in the last 15 minutes; undefined without a data point. */
  recentMaximum(metric: string, instanceId: string): Promise<number | undefined>;
}

export interface MetricsReader {
  /**
   * One-minute values of CloudWatch's `AWS/RDS`, oldest first, in the order of the queries; a metric without data has none.
   * One call for up to 500 queries.
   */
  series(
    queries: readonly MetricQuery[],
    span: { readonly from: Date; readonly to: Date },
    within: CallLimits,
  ): Promise<readonly (readonly MetricPoint[])[]>;
}

/** Of whoever had the role in the cluster at the time. */
export interface MetricQuery {
  /** As CloudWatch names it, e.g. `CPUUtilization`. */
  readonly name: string;
  readonly clusterId: string;
  readonly role: 'WRITER' | 'READER';
  readonly statistic: 'Average' | 'Maximum' | 'Minimum';
}

export interface MetricPoint {
  /** Start of the minute. */
  readonly at: Date;
  readonly value: number;
}

export interface ProxyTarget {
  readonly clusterId: string;
  /** The instance, or the cluster itself. */
  readonly targetId: string;
  /** `READ_WRITE`, `READ_ONLY`; the cluster itself has none. */
  readonly role: string | undefined;
  /** `REGISTERING`, `AVAILABLE`, `UNAVAILABLE`; the cluster itself has none. */
  readonly state: string | undefined;
  /** Why it is not available, e.g. `AUTH_FAILURE`. */
  readonly reason: string | undefined;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly ttlSeconds: number | undefined;
  readonly values: readonly string[];
  readonly setIdentifier: string | undefined;
  readonly weight: number | undefined;
  readonly healthCheckId?: string;
  /** Latency, geolocation and the like, which the tool cannot write back. */
  readonly unsupportedRouting?: string;
}

export interface DnsReader {
  /** Every record of this name in the zone; empty when there is none. */
  records(zoneId: string, name: string): Promise<readonly DnsRecord[]>;
  changeStatus(changeId: string): Promise<'PENDING' | 'INSYNC'>;
}

export interface CredentialsReader {
  credentials(secretArn: string): Promise<{ readonly user: string; readonly password: string }>;
}

export interface SecretsReader extends CredentialsReader {
  /** The current version; undefined when there is no such secret or no text in it. The text is a secret. */
  value(secretId: string): Promise<{ readonly versionId: string; readonly text: string } | undefined>;
  /** Version ids by their labels: AWSCURRENT, AWSPREVIOUS, AWSPENDING. */
  stages(secretId: string): Promise<Readonly<Record<string, string>>>;
}

export interface ParameterStoreReader {
  /** Decrypted; undefined when there is no such parameter. */
  parameter(name: string): Promise<StoredParameter | undefined>;
}

export interface StoredParameter {
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly value: string;
  readonly version: number;
  /** Of a SecureString. */
  readonly keyId: string | undefined;
}
