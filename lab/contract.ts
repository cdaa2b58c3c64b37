/**
 * What the lab's parts promise each other: the AWS endpoint (`lab/aws`) decides, the engine host (`lab/mysql`) runs
 * real servers, the network (`lab/network`) lets clients reach them, and the supervisor (`lab/supervisor`) wires them.
 */

/** Binary-log coordinates, as `SHOW MASTER STATUS` prints them. */
export interface LabCoordinates {
  readonly file: string;
  readonly position: number;
}

/** A database instance to run: the AWS endpoint has decided all of it. */
export interface InstanceRequest {
  readonly instanceId: string;
  readonly clusterId: string;
  /** e.g. `5.7.mysql_aurora.2.12.4` or `9.7.mysql_aurora.9.7.4`; its first two numbers choose the mysqld. */
  readonly engineVersion: string;
  readonly masterUsername: string;
  /** Parameters that the cluster and instance groups set, merged, instance values winning. Only user-set ones. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Where the data comes from. `seed`: the lab's own schema (only for the first blue). `empty`: none. */
  readonly origin:
    | { readonly kind: 'empty'; readonly masterPassword: string }
    | { readonly kind: 'seed'; readonly masterPassword: string }
    | { readonly kind: 'snapshot'; readonly snapshotId: string }
    | { readonly kind: 'clone'; readonly sourceClusterId: string };
}

/** What became of a started instance. */
export interface InstanceRunning {
  /** Address of the mysqld behind the relay. */
  readonly backend: { readonly host: string; readonly port: number };
  /** Present for a restored or cloned cluster: blue's position which the data corresponds to. */
  readonly recoveredCoordinates?: LabCoordinates;
}

/**
 * Runs real servers for the AWS endpoint. One writer process a cluster; a reader is a second address of the same server
 * (Aurora's storage is shared), so it needs no process. All methods reject with an Error whose message says what failed.
 */
export interface EngineHost {
  startWriter(request: InstanceRequest): Promise<InstanceRunning>;
  /** Restart of the cluster's server with these parameters: the only way a static parameter takes effect. */
  reboot(clusterId: string, parameters: Readonly<Record<string, string>>): Promise<void>;
  /** `SET GLOBAL` as the platform's own account. Values as RDS writes them (`1`, `ROW`, `{TrueIfReplica}`). */
  applyDynamic(clusterId: string, parameters: Readonly<Record<string, string>>): Promise<void>;
  /** Consistent logical copy with its coordinates, kept under the lab's directory. */
  takeSnapshot(clusterId: string, snapshotId: string): Promise<void>;
  deleteSnapshot(snapshotId: string): Promise<void>;
  stop(clusterId: string): Promise<void>;
  start(clusterId: string, parameters: Readonly<Record<string, string>>): Promise<void>;
  destroy(clusterId: string): Promise<void>;
  setMasterPassword(clusterId: string, username: string, password: string): Promise<void>;
}

/** One name of the lab's network and who it is. Every endpoint name has its own loopback address, all use port 3306. */
export interface LabHost {
  readonly name: string;
  readonly address: string;
}

/** The network as the AWS endpoint sees it. */
export interface LabNetwork {
  /**
   * Opens (or re-targets) an endpoint: a loopback address of its own, port 3306, relayed to `backend` under the rules of
   * the security groups which `securityGroupIds()` answers when a connection opens.
   */
  openEndpoint(endpoint: {
    readonly name: string;
    readonly backend: () => { readonly host: string; readonly port: number } | undefined;
    readonly securityGroupIds: () => readonly string[];
  }): Promise<LabHost>;
  /** Closes the listener and cuts its connections. */
  closeEndpoint(name: string): Promise<void>;
  /** Which security groups a client address belongs to (an instance's own address is a member of its groups). */
}

/** One ingress rule, TCP. Exactly one of the two sources is set. */
export interface IngressRule {
  readonly ruleId: string;
  readonly groupId: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrIpv4?: string;
  readonly referencedGroupId?: string;
}

/** Read by the relays at each new connection. */
export interface SecurityGroups {
  ingressRules(groupId: string): readonly IngressRule[];
  /** Groups that a source address is a member of; empty for a stranger. */
  groupsOfAddress(address: string): readonly string[];
}

/** Read by the DNS server at each question. */
export interface DnsZone {
  /** Records of exactly this name (lower case, no final dot) and type; weights have been applied already. */
  lookup(name: string, type: 'A' | 'CNAME'): readonly { readonly value: string; readonly ttlSeconds: number }[];
}

/** The object that `lab up --json` prints and `lab.json` in the lab's directory holds (without passwords there). */
export interface LabDescription {
  readonly type: 'lab';
  readonly pair: LabPair;
  readonly dir: string;
  readonly pid: number;
  readonly awsEndpoint: string;
  readonly region: string;
  readonly dns: { readonly host: string; readonly port: number };
  readonly zone: { readonly id: string; readonly name: string };
  /** The application's host name, a CNAME in the zone. */
  readonly applicationHost: string;
  /** Where the application's hosts connect from: a member of the security group that the databases admit. */
  readonly applicationAddress: string;
  readonly port: 3306;
  readonly blue: {
    readonly clusterId: string;
    readonly endpoint: string;
    readonly readerEndpoint: string;
    readonly address: string;
  };
  readonly green: { readonly clusterId: string; readonly engineVersion: string };
  readonly users: {
    readonly master: { readonly user: string; readonly password: string };
    readonly application: { readonly user: string; readonly password: string };
  };
  /** CA that signed the servers' certificates. */
  readonly caFile: string;
  readonly upgradeFile: string;
  /** Mode 0600: AWS settings, master credentials, Terraform settings; `source` it before any command. */
  readonly envFile: string;
  readonly controlSocket: string;
}

export type LabPair = '57-97' | '57-57' | '97-97';
