import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAwsEndpoint, type AwsEndpoint } from '../aws/endpoint';
import { endpointDomain } from '../aws/rds/endpoints';
import { openAwsStore, type AwsStore } from '../aws/store';
import type { LabDescription, SecurityGroups } from '../contract';
import { cacheFolder } from '../mysql/binaries';
import { ClusterFolders } from '../mysql/cluster-folder';
import { createEngineHost, type LabEngineHost } from '../mysql/engine-host';
import { DnsServer } from '../network/dns';
import { LoopbackNetwork } from '../network/lab-network';
import type { Relay, RelayStatus } from '../network/relay';
import { installProviderMirror } from '../terraform/provider-mirror';
import type { ServerFault } from './control';
import { writeEnvFile } from './env-file';
import { labFiles } from './lab-files';
import { endServers } from './leftover-servers';
import { MetricSampler } from './metric-sampler';
import { PAIRINGS } from './pairings';
import { createBlue, createSecurityGroups, createZone, type AwsSettings } from './provision-blue';
import type { StartOptions } from './start-lab';
import { upgradeYaml } from './upgrade-yaml';

const REGION = 'eu-west-1';
const ZONE_NAME = 'lab.internal';
const APPLICATION_HOST = `orders.db.${ZONE_NAME}`;
const APPLICATION_TTL_SECONDS = 1;
const APPLICATION_USER = 'orders_app';
const MASTER_USER = 'admin';
const GREEN_CLUSTER_ID = 'orders-green';

/** One lab, wired in this process: network, engine host, AWS endpoint, DNS. Its mysqld are processes of their own. */
export class Lab {
  private network: LoopbackNetwork | undefined;
  private engine: LabEngineHost | undefined;
  private aws: AwsEndpoint | undefined;
  private dns: DnsServer | undefined;
  private sampler: MetricSampler | undefined;

  constructor(
    private readonly options: StartOptions,
    private readonly report: (text: string) => void,
  ) {}

  /** Resolves when blue serves the application's name. After a rejection, `stop` ends what had begun. */
  async start(): Promise<LabDescription> {
    const { pair, dir } = this.options;
    const pairing = PAIRINGS[pair];
    const master = { user: MASTER_USER, password: newPassword() };
    const application = { user: APPLICATION_USER, password: newPassword() };

    const network = await this.openNetwork();
    this.report(`network ${network.cidr}`);
    const store = openAwsStore({ file: labFiles(dir).account, region: REGION });
    const engine = this.createEngine(network, store, application);
    this.engine = engine;
    const sampler = new MetricSampler(new ClusterFolders(dir), store);
    this.sampler = sampler;
    sampler.start();
    const aws = createAwsEndpoint({ store, engine, network, metricSamples: sampler.samples });
    this.aws = aws;
    const { url } = await aws.listen({ host: '127.0.0.1', port: 0 });
    this.dns = await DnsServer.open(aws.dnsZone, network.fixedAddress('dns.lab'));
    this.report(`AWS endpoint ${url}, DNS ${network.fixedAddress('dns.lab')}:${String(this.dns.port)}`);

    const settings: AwsSettings = {
      endpoint: url,
      region: REGION,
      credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' },
    };
    const securityGroup = await createSecurityGroups(aws, settings, network.fixedAddress('application.lab'));
    this.report(`starting blue, ${pairing.blueVersion}, and filling it`);
    const [blue] = await Promise.all([
      createBlue(aws, settings, pairing, master, securityGroup),
      // Bundling the provider keeps this process busy for most of a second, while blue is busy with itself.
      Promise.resolve(dir).then(installProviderMirror),
    ]);
    const zoneId = await createZone(aws, settings, {
      name: ZONE_NAME,
      record: APPLICATION_HOST,
      target: blue.endpoint,
      ttlSeconds: APPLICATION_TTL_SECONDS,
    });
    this.report(`${APPLICATION_HOST} points at blue`);

    const lab: LabDescription = {
      type: 'lab',
      pair,
      dir,
      pid: process.pid,
      awsEndpoint: url,
      region: REGION,
      dns: { host: network.fixedAddress('dns.lab'), port: this.dns.port },
      zone: { id: zoneId, name: ZONE_NAME },
      applicationHost: APPLICATION_HOST,
      applicationAddress: network.fixedAddress('application.lab'),
      port: 3306,
      blue: { ...blue, address: network.addresses.reserve(blue.endpoint) },
      green: { clusterId: GREEN_CLUSTER_ID, engineVersion: pairing.greenVersion },
      users: { master, application },
      caFile: join(labFiles(dir).certificates, 'ca.pem'),
      upgradeFile: labFiles(dir).upgrade,
      envFile: labFiles(dir).environment,
      controlSocket: labFiles(dir).controlSocket,
    };
    writeEnvFile(lab);
    await writeNew(lab.upgradeFile, upgradeYaml(lab, APPLICATION_TTL_SECONDS));
    return lab;
  }

  relay(endpoint: string): Relay | undefined {
    return this.network?.relay(endpoint);
  }

  relays(): Record<string, RelayStatus> {
    const statuses: Record<string, RelayStatus> = {};
    for (const name of this.network?.endpointNames() ?? []) {
      const status = this.network?.relay(name)?.status();
      if (status !== undefined) statuses[name] = status;
    }
    return statuses;
  }

  /** As if the instance crashed, or came back from a crash. AWS goes on to say what it said. */
  async harmServer(clusterId: string, fault: ServerFault): Promise<void> {
    const folders = new ClusterFolders(this.options.dir);
    if (this.engine === undefined || !folders.has(clusterId)) throw new Error(`The lab has no server of ${clusterId}.`);
    if (fault === 'crash') await this.engine.crash(clusterId);
    else if (fault === 'start') await this.engine.start(clusterId, folders.read(clusterId).server.parameters);
    else throw new Error(`A server knows no fault ${String(fault)}; use crash or start.`);
  }

  /** Ends everything, also what a start under way has begun. The servers are killed: nobody needs their data any more. */
  async stop(): Promise<void> {
    this.sampler?.stop();
    await this.dns?.close();
    await endServers(labFiles(this.options.dir).engine);
    await this.aws?.close();
    await this.network?.close();
    // A server that was being started meanwhile shows up only now; this process starts no more after it.
    await endServers(labFiles(this.options.dir).engine);
  }

  private async openNetwork(): Promise<LoopbackNetwork> {
    const nobody: SecurityGroups = { ingressRules: () => [], groupsOfAddress: () => [] };
    this.network = await LoopbackNetwork.create({
      dir: this.options.dir,
      cacheDir: cacheFolder(),
      securityGroups: () => this.aws?.securityGroups ?? nobody,
      denied: this.options.denied ?? 'hang',
    });
    return this.network;
  }

  /** A server's own address is its cluster endpoint's, so that the AWS endpoint knows whose groups it is a member of. */
  private createEngine(
    network: LoopbackNetwork,
    { document }: AwsStore,
    application: { readonly user: string; readonly password: string },
  ): LabEngineHost {
    const suffix = document.endpointSuffix;
    const domain = endpointDomain(document.region);
    return createEngineHost({
      folder: this.options.dir,
      hostsFile: network.addresses.hostsFile,
      addressFor: (clusterId) => network.addresses.reserve(`${clusterId}.cluster-${suffix}.${domain}`),
      namesFor: () => [`*.cluster-${suffix}.${domain}`, `*.cluster-ro-${suffix}.${domain}`, `*.${suffix}.${domain}`],
      application,
      authPlugin: PAIRINGS[this.options.pair].authPlugin,
    });
  }
}

function newPassword(): string {
  return randomBytes(18).toString('base64url');
}

async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
