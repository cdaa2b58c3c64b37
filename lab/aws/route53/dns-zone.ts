import type { DnsZone } from '../../contract';
import type { RecordSetRecord } from '../document';
import type { World } from '../world';

/** TTL of the names of RDS endpoints, as Aurora's own zone has it. */
const ENDPOINT_TTL_SECONDS = 5;

/** The account's names as the lab's DNS server tells them: hosted zones as published, and the open RDS endpoints. */
export function dnsZone(world: World, random: () => number = Math.random): DnsZone {
  return {
    lookup(name, type) {
      const bare = name.toLowerCase().replace(/\.$/, '');
      const endpoint = world.store.document.endpoints[bare];
      if (endpoint !== undefined)
        return type === 'A' ? [{ value: endpoint.address, ttlSeconds: ENDPOINT_TTL_SECONDS }] : [];
      const sets = Object.values(world.store.document.hostedZones)
        .flatMap((zone) => zone.published)
        .filter((record) => record.name === `${bare}.` && record.type === type);
      const chosen = chooseByWeight(sets, random);
      return (chosen?.values ?? []).map((value) => ({
        value: value.replace(/\.$/, ''),
        ttlSeconds: chosen?.ttlSeconds ?? 0,
      }));
    },
  };
}

/** One of several weighted sets, as likely as its weight; all weights zero means any of them. */
function chooseByWeight(sets: readonly RecordSetRecord[], random: () => number): RecordSetRecord | undefined {
  const total = sets.reduce((sum, { weight = 1 }) => sum + weight, 0);
  let point = random() * (total === 0 ? sets.length : total);
  for (const set of sets) {
    point -= total === 0 ? 1 : (set.weight ?? 1);
    if (point < 0) return set;
  }
  return sets[0];
}
