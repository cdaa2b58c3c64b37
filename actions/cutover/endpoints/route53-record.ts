import { changeRecords } from '../../aws/calls';
import type { Route53Config } from '../../config/endpoint-schema';
import { aws } from '../../engine/context';
import type { StepContext } from '../../engine/step';
import type { AwsCall, DnsRecord } from '../../ports/aws';
import { addressOf } from './address';
import type { Endpoint } from './endpoint';
import type { Move } from './endpoints-of';
import { bare, cannotSwitch, inSync, isPlainCname } from './route53-zone';

/** A CNAME in a Route 53 zone: the only one of its name, or the one of a weighted set that `setIdentifier` names. */
export function route53Record(context: StepContext, config: Route53Config, { facts }: Move): Endpoint {
  const { zoneId, name, setIdentifier } = config;
  const from = addressOf(facts.from, config.target).host;
  const to = addressOf(facts.to, config.target).host;
  let changeId: string | undefined;
  /** Known from the preflight on, so that the window costs one call. */
  let known: DnsRecord | undefined;
  const read = async (): Promise<DnsRecord> => {
    const records = await context.aws.dns.records(zoneId, name);
    const [record, another] =
      setIdentifier === undefined ? records : records.filter((one) => one.setIdentifier === setIdentifier);
    if (!record || another || !isPlainCname(record) || (setIdentifier === undefined && record.weight !== undefined)) {
      const why =
        setIdentifier === undefined
          ? 'The tool switches a single CNAME with one value; the records of a weighted set need `setIdentifier` or `weights`.'
          : `The tool needs one weighted CNAME with one value and the set identifier ${setIdentifier}.`;
      throw cannotSwitch(name, zoneId, records, why);
    }
    known = record;
    return record;
  };
  const change = (record: DnsRecord): AwsCall =>
    changeRecords(zoneId, [{ ...record, values: [to], ttlSeconds: Math.round(config.ttl / 1_000) }]);
  return {
    name: `route53 ${name}${setIdentifier === undefined ? '' : ` (${setIdentifier})`}`,
    application: config.application,
    tailMs: config.ttl,
    async state() {
      const value = bare((await read()).values[0] ?? '');
      if (value === bare(to)) return { is: 'there', seen: value };
      return { is: value === bare(from) ? 'not-yet' : 'elsewhere', seen: value };
    },
    async switch(within) {
      const reply = await context.aws.run(change(known ?? (await read())), within);
      changeId = reply.changeId;
    },
    settled: (within) => inSync(context, name, changeId, within),
    async changes() {
      return aws(change(await read()));
    },
    manual: () => [
      `point the CNAME ${name}${setIdentifier === undefined ? '' : ` with the set identifier ${setIdentifier}`} (zone ${zoneId}) at ${to}`,
    ],
  };
}
