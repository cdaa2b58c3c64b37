import type { DnsZone, EngineHost, LabNetwork, SecurityGroups } from '../contract';
import { autoscalingService } from './autoscaling/autoscaling-service';
import { cloudwatchService } from './cloudwatch/cloudwatch-service';
import { createDispatch } from './dispatch';
import type { HostedZoneRecord, SecretRecord, SecurityGroupRecord } from './document';
import { ec2Service } from './ec2/ec2-service';
import { relaySecurityGroups } from './ec2/security-groups';
import { createFaultSwitches, type FaultSwitches } from './faults';
import { createHttpFace } from './http-server';
import { createJobs } from './jobs';
import { createLabApi } from './lab-api';
import { rdsService } from './rds/rds-service';
import { createRequestLog, type LoggedRequest } from './request-log';
import { dnsZone } from './route53/dns-zone';
import { route53Service } from './route53/route53-service';
import { s3Service } from './s3/s3-service';
import { secretsManagerService } from './secrets-manager/secrets-manager-service';
import { seedBlueCluster, seedHostedZone, seedSecret, seedSecurityGroup, type BlueClusterSeed } from './seed';
import type { Service } from './service';
import type { AwsStore } from './store';
import { ssmService } from './ssm/ssm-service';
import { stsService } from './sts/sts-service';
import { takeOver } from './take-over';
import { DEFAULT_TIMING, type AwsTiming, type MetricSamples, type World } from './world';

export interface AwsEndpointOptions {
  readonly store: AwsStore;
  readonly engine: EngineHost;
  readonly network: LabNetwork;
  /** Only what differs from `DEFAULT_TIMING`. */
  readonly timing?: Partial<AwsTiming>;
  /** What CloudWatch has been told; without it no metric has data. */
  readonly metricSamples?: MetricSamples;
  /** Told of background work that failed; by default it goes to stderr, the supervisor's log. */
  readonly report?: (text: string) => void;
}

/** The lab's AWS: one HTTP server for RDS, EC2, Route 53, CloudWatch, Secrets Manager, Parameter Store, S3, Application Auto Scaling and STS. */
export interface AwsEndpoint {
  /** Takes over what the store holds, then serves. Port 0 chooses a free one. Only one endpoint may use a store. */
  listen(address: {
    readonly host: string;
    readonly port: number;
  }): Promise<{ readonly url: string; readonly port: number }>;
  /** Stops serving, ends waits early and leaves unfinished work to the next endpoint on this store. */
  close(): Promise<void>;
  /** Resolves when no background work is left. */
  idle(): Promise<void>;
  readonly securityGroups: SecurityGroups;
  readonly dnsZone: DnsZone;
  readonly faults: FaultSwitches;
  requests(): readonly LoggedRequest[];
  /** Registers the first blue cluster; see there. Await `idle()` to see it available. */
  seedBlueCluster(seed: BlueClusterSeed): void;
  seedSecurityGroup(seed: { readonly name: string; readonly description?: string }): SecurityGroupRecord;
  seedHostedZone(seed: { readonly name: string; readonly comment?: string }): HostedZoneRecord;
  seedSecret(seed: { readonly name: string; readonly secretString: string }): SecretRecord;
  /** Makes a client address (an application's host) a member of these security groups. */
  joinSecurityGroups(address: string, groupIds: readonly string[]): void;
}

export function createAwsEndpoint(options: AwsEndpointOptions): AwsEndpoint {
  const { store, engine, network } = options;
  const jobs = createJobs();
  const faults = createFaultSwitches();
  const world: World = {
    store,
    engine,
    network,
    jobs,
    faults,
    timing: { ...DEFAULT_TIMING, ...options.timing },
    metricSamples: options.metricSamples ?? (() => []),
    report: options.report ?? ((text) => process.stderr.write(`${text}\n`)),
  };
  const log = createRequestLog();
  const saved =
    <Seed, Made>(make: (world: World, seed: Seed) => Made) =>
    (seed: Seed): Made => {
      const made = make(world, seed);
      store.save();
      return made;
    };
  const seedBlue = saved(seedBlueCluster);
  const face = createHttpFace(createDispatch(world, servicesOf, log), createLabApi(world, log, seedBlue));
  return {
    async listen(address) {
      await takeOver(world);
      return face.listen(address);
    },
    async close() {
      await face.close();
      await jobs.close();
      store.save();
    },
    idle: () => jobs.idle(),
    securityGroups: relaySecurityGroups(world),
    dnsZone: dnsZone(world),
    faults,
    requests: () => log.list(),
    seedBlueCluster: seedBlue,
    seedSecurityGroup: saved(seedSecurityGroup),
    seedHostedZone: saved(seedHostedZone),
    seedSecret: saved(seedSecret),
    joinSecurityGroups(address, groupIds) {
      store.document.groupMembers[address] = [...groupIds];
      store.save();
    },
  };
}

function servicesOf(world: World): readonly Service[] {
  return [
    rdsService(world),
    ec2Service(world),
    route53Service(world),
    cloudwatchService(world),
    secretsManagerService(world),
    ssmService(world),
    s3Service(world),
    autoscalingService(world),
    stsService(),
  ];
}
