import { Resolver } from 'node:dns/promises';

interface Cached {
  readonly address: string;
  readonly validUntilMs: number;
}

/** Resolves host names with one DNS server, past the resolver of the machine. */
export class HostResolver {
  private readonly resolver = new Resolver({ timeout: 500, tries: 2 });
  private readonly cache = new Map<string, Cached>();

  constructor(server: { readonly host: string; readonly port: number }) {
    this.resolver.setServers([`${server.host}:${String(server.port)}`]);
  }

  /** An answer as old as its TTL allows, as a client behind a caching resolver gets it. */
  async resolveCached(name: string): Promise<string> {
    const cached = this.cache.get(name);
    return cached !== undefined && performance.now() < cached.validUntilMs ? cached.address : this.resolveNow(name);
  }

  /** Asks the server. Rejects with Node's DNS error when the name has no address. */
  async resolveNow(name: string): Promise<string> {
    const [record] = await this.resolver.resolve4(name, { ttl: true });
    if (record === undefined) throw new Error(`The DNS server of the lab has no address for ${name}.`);
    this.cache.set(name, { address: record.address, validUntilMs: performance.now() + record.ttl * 1000 });
    return record.address;
  }
}
