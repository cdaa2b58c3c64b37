import { pointRecord } from '../../aws/calls';
import { aws } from '../../engine/context';
import { UpgradeError } from '../../engine/errors';
import type { StepContext } from '../../engine/step';
import { waitUntil } from '../../engine/wait-until';
import type { EndpointConfig } from '../../config/schema';
import type { DnsRecord } from '../../ports/aws';
import type { ClusterFacts } from '../../state/format';
import type { Endpoint } from './endpoint';

const INSYNC_POLL_MS = 1_000;

/** A CNAME in a Route 53 zone. `from` and `to` are the clusters between which it moves. */
export function route53Record(
  context: StepContext,
  config: EndpointConfig,
  from: ClusterFacts,
  to: ClusterFacts,
): Endpoint {
  const address = (facts: ClusterFacts): string =>
    config.target === 'reader' ? (facts.readerEndpoint ?? facts.endpoint) : facts.endpoint;
  const ttlSeconds = Math.round(config.ttl / 1_000);
  let changeId: string | undefined;
  /** Known from the preflight on, so that the window costs one call. */
  let known: DnsRecord | undefined;
  const read = async (): Promise<DnsRecord> => {
    const records = await context.aws.dns.records(config.zoneId, config.name);
    const [record, another] = records;
    if (!record || another || record.type !== 'CNAME' || record.values.length !== 1) {
      throw new UpgradeError(`${config.name} is not one CNAME in the zone ${config.zoneId}`, {
        code: 'endpoint-not-a-cname',
        source: 'user',
        hint: `Found ${records.length === 0 ? 'no record' : records.map((one) => `${one.type} ${one.values.join(',')}`).join('; ')}. The tool switches a single CNAME with one value; correct \`endpoints\` in upgrade.yaml or the zone.`,
      });
    }
    known = record;
    return record;
  };
  return {
    name: `route53 ${config.name}`,
    tailMs: config.ttl,
    async state() {
      const value = bare((await read()).values[0] ?? '');
      if (value === bare(address(to))) return { is: 'there', seen: value };
      return { is: value === bare(address(from)) ? 'not-yet' : 'elsewhere', seen: value };
    },
    async switch(within) {
      const record = known ?? (await read());
      const reply = await context.aws.run(pointRecord(config.zoneId, record, address(to), ttlSeconds), within);
      changeId = reply.changeId;
    },
    async settled(within) {
      const id = changeId;
      if (id === undefined) return;
      await waitUntil(
        {
          clock: context.clock,
          emit: context.emit,
          signal: within.signal ?? context.signal,
          reason: `Route 53 to answer with the new ${config.name} everywhere`,
          budgetMs: within.timeoutMs,
          intervalMs: INSYNC_POLL_MS,
          hint: 'The change is accepted and will arrive; run the same command again to see it.',
        },
        async () => ((await context.aws.dns.changeStatus(id)) === 'INSYNC' ? true : undefined),
      );
    },
    async changes() {
      return aws(pointRecord(config.zoneId, await read(), address(to), ttlSeconds));
    },
    manual: () => [`point the CNAME ${config.name} (zone ${config.zoneId}) at ${address(from)}`],
  };
}

function bare(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
