/** Where a cluster is reached, and texts that are made of it. */
import type { ClusterFacts } from '../../state/format';

export interface Address {
  readonly cluster: string;
  readonly host: string;
  readonly port: number;
}

/** The reader endpoint of a cluster without one is its writer's. */
export function addressOf(facts: ClusterFacts, target: 'writer' | 'reader'): Address {
  return {
    cluster: facts.clusterId,
    host: target === 'reader' ? (facts.readerEndpoint ?? facts.endpoint) : facts.endpoint,
    port: facts.port,
  };
}

/** Replaces `{host}`, `{port}` and `{cluster}`. */
export function fill(template: string, { cluster, host, port }: Address): string {
  return template.replaceAll('{cluster}', cluster).replaceAll('{host}', host).replaceAll('{port}', String(port));
}
