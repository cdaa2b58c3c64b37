import type {
  ListResourceRecordSetsCommand,
  ListResourceRecordSetsCommandInput,
  ListResourceRecordSetsCommandOutput,
  ResourceRecordSet,
} from '@aws-sdk/client-route-53';

import type { DnsReader, DnsRecord } from '../ports/aws';
import { ask, clientSettings, lazy, type AwsSettings } from './aws-call';

export function route53Reader(settings: AwsSettings): DnsReader {
  const route53 = lazy(async () => {
    const sdk = await import('@aws-sdk/client-route-53');
    return { sdk, client: new sdk.Route53Client(await clientSettings(settings)) };
  });

  return {
    async records(zoneId, name) {
      const { sdk, client } = await route53();
      const wanted = bare(name);
      return ask(settings, 'route53:ListResourceRecordSets', async (options) => {
        const found: DnsRecord[] = [];
        let start: Start | undefined = { StartRecordName: name };
        while (start !== undefined) {
          const command: ListResourceRecordSetsCommand = new sdk.ListResourceRecordSetsCommand({
            HostedZoneId: zoneId,
            ...start,
          });
          const page: ListResourceRecordSetsCommandOutput = await client.send(command, options);
          const sets = page.ResourceRecordSets ?? [];
          found.push(...sets.filter((set) => bare(set.Name ?? '') === wanted).map(toRecord));
          start = nextStart(page, wanted);
        }
        return found;
      });
    },

    async changeStatus(changeId) {
      const { sdk, client } = await route53();
      const command = new sdk.GetChangeCommand({ Id: changeId });
      const answer = await ask(settings, 'route53:GetChange', (options) => client.send(command, options));
      return answer.ChangeInfo?.Status === 'INSYNC' ? 'INSYNC' : 'PENDING';
    },
  };
}

type Start = Omit<ListResourceRecordSetsCommandInput, 'HostedZoneId'>;

/** Records come in the order of their names, so the next page matters only while it goes on with this name. */
function nextStart(page: ListResourceRecordSetsCommandOutput, wanted: string): Start | undefined {
  if (page.IsTruncated !== true || bare(page.NextRecordName ?? '') !== wanted) return undefined;
  return {
    StartRecordName: page.NextRecordName,
    StartRecordType: page.NextRecordType,
    StartRecordIdentifier: page.NextRecordIdentifier,
  };
}

/** An alias has no values and no TTL of its own. */
function toRecord(set: ResourceRecordSet): DnsRecord {
  return {
    name: bare(set.Name ?? ''),
    type: set.Type ?? '',
    ttlSeconds: set.TTL,
    values: (set.ResourceRecords ?? []).flatMap(({ Value }) => (Value === undefined ? [] : [Value])),
    setIdentifier: set.SetIdentifier,
    weight: set.Weight,
    ...(set.HealthCheckId === undefined ? {} : { healthCheckId: set.HealthCheckId }),
    ...unsupportedRouting(set),
  };
}

/** Simple and weighted records are written back whole; of the others something would be lost. */
function unsupportedRouting(set: ResourceRecordSet): Pick<DnsRecord, 'unsupportedRouting'> {
  const routings = {
    latency: set.Region,
    geolocation: set.GeoLocation,
    geoproximity: set.GeoProximityLocation,
    failover: set.Failover,
    'multi-value': set.MultiValueAnswer,
    CIDR: set.CidrRoutingConfig,
    'traffic policy': set.TrafficPolicyInstanceId,
  };
  const found = Object.entries(routings).find(([, setting]) => setting !== undefined);
  return found === undefined ? {} : { unsupportedRouting: found[0] };
}

/** Route 53 answers with a final dot and writes a wildcard's star as \052. */
function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\\052/, '*')
    .replace(/\.$/, '');
}
