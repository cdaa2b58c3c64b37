import { changeRecords } from '../../aws/calls';
import type { Route53Config } from '../../config/endpoint-schema';
import { aws } from '../../engine/context';
import type { StepContext } from '../../engine/step';
import type { AwsCall, DnsRecord } from '../../ports/aws';
import { addressOf } from './address';
import type { Endpoint, EndpointSight } from './endpoint';
import type { Move } from './endpoints-of';
import { bare, cannotSwitch, inSync, isPlainCname } from './route53-zone';

type WeightsConfig = Route53Config & { readonly weights: NonNullable<Route53Config['weights']> };

const ALL = 100;

/**
 * A weighted set with a CNAME for each cluster: one change gives all the weight to the new side and none to the old one. A
 * record of the new side that does not exist yet is made by the same change.
 */
export function route53Weights(context: StepContext, config: WeightsConfig, { from, to, facts }: Move): Endpoint {
  const { zoneId, name, weights } = config;
  const hosts = { from: addressOf(facts.from, config.target).host, to: addressOf(facts.to, config.target).host };
  const ids = { from: weights[from], to: weights[to] };
  let changeId: string | undefined;
  let known: readonly DnsRecord[] | undefined;
  const read = async (): Promise<readonly DnsRecord[]> => {
    const records = await context.aws.dns.records(zoneId, name);
    const [stranger] = records.filter((one) => one.setIdentifier !== ids.from && one.setIdentifier !== ids.to);
    if (stranger || !records.every((one) => isPlainCname(one) && one.weight !== undefined)) {
      const why = `The tool switches a weighted set of two CNAMEs, ${ids.from} for ${from} and ${ids.to} for ${to}; another record would go on getting its share.`;
      throw cannotSwitch(name, zoneId, records, why);
    }
    if (!records.some((one) => one.setIdentifier === ids.from))
      throw cannotSwitch(name, zoneId, records, `There is no record with the set identifier ${ids.from}.`);
    known = records;
    return records;
  };
  const change = (records: readonly DnsRecord[]): AwsCall => {
    const member = (setIdentifier: string, host: string, weight: number): DnsRecord => ({
      name: bare(name),
      type: 'CNAME',
      ...records.find((one) => one.setIdentifier === setIdentifier),
      values: [host],
      setIdentifier,
      weight,
      ttlSeconds: Math.round(config.ttl / 1_000),
    });
    return changeRecords(zoneId, [member(ids.from, hosts.from, 0), member(ids.to, hosts.to, ALL)]);
  };
  return {
    name: `route53 ${name} (${ids.from}, ${ids.to})`,
    application: config.application,
    tailMs: config.ttl,
    state: async () => sightOf(await read(), ids, hosts),
    async switch(within) {
      const reply = await context.aws.run(change(known ?? (await read())), within);
      changeId = reply.changeId;
    },
    settled: (within) => inSync(context, name, changeId, within),
    async changes() {
      return aws(change(await read()));
    },
    manual: () => [
      `in the weighted set ${name} (zone ${zoneId}) give ${ids.to} the value ${hosts.to} and the weight ${ALL}, and ${ids.from} the weight 0`,
    ],
  };
}

/** Who gets a share: all weights zero means all of them (Route 53 developer guide, weighted routing). */
function sightOf(
  records: readonly DnsRecord[],
  ids: { readonly from: string; readonly to: string },
  hosts: { readonly from: string; readonly to: string },
): EndpointSight {
  const seen = records
    .map((one) => `${one.setIdentifier ?? ''} ${bare(one.values[0] ?? '')} weight ${one.weight ?? 0}`)
    .join(', ');
  const weighing = records.filter((one) => (one.weight ?? 0) > 0);
  const [only, another] = weighing.length === 0 ? records : weighing;
  const value = bare(only?.values[0] ?? '');
  if (another) return { is: 'elsewhere', seen };
  if (only?.setIdentifier === ids.to && value === bare(hosts.to)) return { is: 'there', seen };
  return { is: only?.setIdentifier === ids.from && value === bare(hosts.from) ? 'not-yet' : 'elsewhere', seen };
}
