import type { LabHost, LabNetwork, SecurityGroups } from '../contract';
import { AddressBook, type FixedName } from './addresses';
import { isAdmitted } from './admission';
import { Relay } from './relay';
import { claimSubnet, releaseSubnet, toSubnet } from './subnet';

/** Port of every endpoint, as on Aurora. */
export const ENDPOINT_PORT = 3306;

type Endpoint = Parameters<LabNetwork['openEndpoint']>[0];

interface OpenEndpoint {
  endpoint: Endpoint;
  readonly host: LabHost;
  readonly relay: Relay;
}

export interface LoopbackNetworkOptions {
  /** The lab's directory; must exist. Addresses are kept there. */
  readonly dir: string;
  readonly cacheDir: string;
  /** Asked late, because who keeps the groups (the AWS endpoint) itself needs the network to start. */
  readonly securityGroups: () => SecurityGroups;
  readonly denied?: 'hang' | 'reset';
}

/**
 * The lab's network on loopback: a /24 of its own, a relay before each endpoint, and the endpoints' names in a hosts file
 * (`addresses.hostsFile`).
 */
export class LoopbackNetwork implements LabNetwork {
  private readonly open = new Map<string, OpenEndpoint>();

  private constructor(
    readonly addresses: AddressBook,
    private readonly options: LoopbackNetworkOptions,
  ) {}

  /** Takes the addresses the directory already has, else claims a free /24. */
  static async create(options: LoopbackNetworkOptions): Promise<LoopbackNetwork> {
    const known = AddressBook.reopen(options.dir);
    if (known !== undefined) return new LoopbackNetwork(known, options);
    const subnet = await claimSubnet(options.dir, options.cacheDir);
    return new LoopbackNetwork(AddressBook.create(options.dir, subnet.prefix), options);
  }

  get cidr(): string {
    return toSubnet(this.addresses.prefix).cidr;
  }

  fixedAddress(name: FixedName): string {
    return this.addresses.fixed(name);
  }

  async openEndpoint(endpoint: Endpoint): Promise<LabHost> {
    const name = endpoint.name.toLowerCase();
    const existing = this.open.get(name);
    if (existing !== undefined) {
      existing.endpoint = endpoint;
      return existing.host;
    }
    const host: LabHost = { name, address: this.addresses.publish(name) };
    const relay = await Relay.open({
      listen: { host: host.address, port: ENDPOINT_PORT },
      backend: () => opened.endpoint.backend(),
      isAdmitted: (address) =>
        isAdmitted(this.options.securityGroups(), opened.endpoint.securityGroupIds(), address, ENDPOINT_PORT),
      denied: this.options.denied ?? 'hang',
    });
    const opened: OpenEndpoint = { endpoint, host, relay };
    this.open.set(name, opened);
    return host;
  }

  async closeEndpoint(name: string): Promise<void> {
    const key = name.toLowerCase();
    const opened = this.open.get(key);
    if (opened === undefined) return;
    this.open.delete(key);
    this.addresses.withdraw(key);
    await opened.relay.close();
  }

  /** The relay before an endpoint, to make faults and read counters; `undefined` when no such endpoint is open. */
  relay(name: string): Relay | undefined {
    return this.open.get(name.toLowerCase())?.relay;
  }

  endpointNames(): readonly string[] {
    return [...this.open.keys()];
  }

  /** Closes every relay. Addresses stay claimed for the next start from this directory. */
  async close(): Promise<void> {
    await Promise.all([...this.open.values()].map(({ relay }) => relay.close()));
    this.open.clear();
  }

  /** Gives the /24 back: the lab is over. */
  async release(): Promise<void> {
    await this.close();
    await releaseSubnet(this.addresses.prefix, this.options.cacheDir);
  }
}
