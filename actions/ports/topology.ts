/** What a cluster has beside its data, and what stands around it: another cluster that takes its place needs it too. */

/** Settings of a cluster that its description tells. Windows are in UTC, as RDS writes them: `04:00-04:30`, `sun:06:00-sun:06:30`. */
export interface ClusterSettings {
  /** `IPV4` or `DUAL`. */
  readonly networkType: string;
  /** `aurora` or `aurora-iopt1` (I/O-Optimized). */
  readonly storageType: string;
  readonly backupWindow: string;
  readonly maintenanceWindow: string;
  /** Kinds of logs that go to CloudWatch: `audit`, `error`, `general`, `slowquery`. */
  readonly logExports: readonly string[];
  /** Accounts may log in with a token of IAM. */
  readonly iamAuthentication: boolean;
  readonly roles: readonly ClusterRole[];
  readonly copyTagsToSnapshot: boolean;
  /** 0: none. */
  readonly backtrackSeconds: number;
  /** Capacity in ACU of instances of the class db.serverless. */
  readonly serverlessScaling: ServerlessScaling | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** `standard` or `advanced`. */
  readonly databaseInsights: string;
  readonly activityStream: ActivityStream | undefined;
  /** The RDS Data API is on. */
  readonly dataApi: boolean;
  /** Readers pass writes on to the writer. */
  readonly localWriteForwarding: boolean;
  /** Domains of AWS Directory Service (Kerberos). */
  readonly directories: readonly string[];
  /** ARNs of the clusters that replicate from it by the binary log of RDS, in other regions. */
  readonly replicaClusters: readonly string[];
  /** ARN of the cluster that it is such a replica of. */
  readonly replicationSource: string | undefined;
}

/** An IAM role that statements of the cluster use, to load from S3 or to call a Lambda function. */
export interface ClusterRole {
  readonly arn: string;
  /** Empty where the engine asks for none, as Aurora MySQL does. */
  readonly feature: string;
  /** `ACTIVE`, `PENDING`, `INVALID`: RDS cannot assume it. */
  readonly status: string;
}

export interface ServerlessScaling {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly autoPauseSeconds: number | undefined;
}

export interface ActivityStream {
  /** `sync` or `async`. */
  readonly mode: string;
  readonly kmsKeyId: string | undefined;
}

/** Settings of an instance that its description tells. */
export interface InstanceSettings {
  /** Undefined while it is being made. */
  readonly availabilityZone: string | undefined;
  readonly maintenanceWindow: string;
  readonly publiclyAccessible: boolean;
  readonly autoMinorVersionUpgrade: boolean;
  readonly caCertificate: string | undefined;
  readonly copyTagsToSnapshot: boolean;
  /** Enhanced Monitoring; 0: off. */
  readonly monitoringSeconds: number;
  readonly monitoringRoleArn: string | undefined;
  readonly performanceInsights: PerformanceInsights | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface PerformanceInsights {
  readonly retentionDays: number;
  readonly kmsKeyId: string | undefined;
}

/** An endpoint that somebody made beside the cluster's own two. */
export interface CustomEndpoint {
  readonly id: string;
  readonly host: string;
  readonly type: 'READER' | 'ANY' | 'WRITER';
  /** Instances that it leads to; empty: all that are not excluded. */
  readonly staticMembers: readonly string[];
  readonly excludedMembers: readonly string[];
}

export interface GlobalDatabase {
  readonly id: string;
  readonly members: readonly { readonly clusterArn: string; readonly isWriter: boolean }[];
}

/** Aurora Auto Scaling: how many readers it makes and by which policies. */
export interface ReaderScaling {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly policies: readonly ScalingPolicy[];
}

export interface ScalingPolicy {
  readonly name: string;
  /** `TargetTrackingScaling` or `StepScaling`. */
  readonly type: string;
  /** `RDSReaderAverageCPUUtilization`, `RDSReaderAverageDatabaseConnections`, or `custom`. */
  readonly metric: string | undefined;
  readonly targetValue: number | undefined;
  readonly scaleInCooldownSeconds: number | undefined;
  readonly scaleOutCooldownSeconds: number | undefined;
  readonly disablesScaleIn: boolean;
}

export interface SubnetGroup {
  readonly name: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
}

/** A rule of a security group that lets something in. */
export interface IngressRule {
  readonly groupId: string;
  /** `tcp`, `udp`, or `-1`: everything. */
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  /** An address range, a security group (`sg-...`) or a prefix list (`pl-...`). */
  readonly source: string;
}

/** All lists may be empty; what belongs to a cluster that does not exist is empty too. */
export interface TopologyReader {
  customEndpointsOf(clusterId: string): Promise<readonly CustomEndpoint[]>;
  /** The global database that the cluster is a member of. */
  globalDatabaseOf(clusterArn: string): Promise<GlobalDatabase | undefined>;
  /** Undefined: readers are not scaled. */
  readerScalingOf(clusterId: string): Promise<ReaderScaling | undefined>;
  subnetGroup(name: string): Promise<SubnetGroup | undefined>;
  ingressRules(securityGroupIds: readonly string[]): Promise<readonly IngressRule[]>;
}
