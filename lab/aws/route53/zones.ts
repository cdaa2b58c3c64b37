import type {
  CreateHostedZoneRequest,
  CreateHostedZoneResponse,
  ChangeResourceRecordSetsRequest,
  ChangeResourceRecordSetsResponse,
  GetChangeRequest,
  GetChangeResponse,
  GetHostedZoneRequest,
  GetHostedZoneResponse,
  HostedZone,
  ListHostedZonesByNameRequest,
  ListHostedZonesByNameResponse,
  ListHostedZonesRequest,
  ListHostedZonesResponse,
  ListResourceRecordSetsRequest,
  ListResourceRecordSetsResponse,
} from '@aws-sdk/client-route-53';
import { AwsError, required } from '../aws-error';
import type { HostedZoneRecord, RecordSetRecord, ZoneChangeRecord } from '../document';
import { isoNow, newId, type Handlers, type World } from '../world';
import { applyBatch, compareRecords, normalizedName, toResourceRecordSet } from './record-sets';

export const NAME_SERVERS = ['ns-1.lab.internal', 'ns-2.lab.internal'];

export function zoneActions(world: World): Handlers {
  return {
    CreateHostedZone(input: CreateHostedZoneRequest): CreateHostedZoneResponse {
      const reference = required(input.CallerReference, 'CallerReference');
      const { hostedZones } = world.store.document;
      if (Object.values(hostedZones).some(({ callerReference }) => callerReference === reference)) {
        const message = 'A hosted zone has already been created with the specified caller reference.';
        throw new AwsError('HostedZoneAlreadyExists', message, 409);
      }
      const zone = newZone(world, {
        name: required(input.Name, 'Name'),
        comment: input.HostedZoneConfig?.Comment ?? '',
        callerReference: reference,
      });
      const change = newChange(world, undefined);
      markInsync(world, change);
      return {
        HostedZone: toHostedZone(zone),
        ChangeInfo: toChangeInfo(change),
        DelegationSet: { NameServers: NAME_SERVERS },
        Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
      };
    },
    GetHostedZone(input: GetHostedZoneRequest): GetHostedZoneResponse {
      return { HostedZone: toHostedZone(zoneById(world, input.Id)), DelegationSet: { NameServers: NAME_SERVERS } };
    },
    ListHostedZones(input: ListHostedZonesRequest): ListHostedZonesResponse {
      return {
        HostedZones: Object.values(world.store.document.hostedZones).map(toHostedZone),
        IsTruncated: false,
        Marker: input.Marker ?? '',
        MaxItems: input.MaxItems ?? 100,
      };
    },
    ListHostedZonesByName(input: ListHostedZonesByNameRequest): ListHostedZonesByNameResponse {
      const from = input.DNSName === undefined ? '' : reversed(normalizedName(input.DNSName));
      const zones = Object.values(world.store.document.hostedZones)
        .sort((left, right) => (reversed(left.name) < reversed(right.name) ? -1 : 1))
        .filter((zone) => reversed(zone.name) >= from);
      return {
        HostedZones: zones.map(toHostedZone),
        DNSName: input.DNSName,
        IsTruncated: false,
        MaxItems: input.MaxItems ?? 100,
      };
    },
    ListResourceRecordSets: (input: ListResourceRecordSetsRequest): ListResourceRecordSetsResponse =>
      listRecordSets(world, input),
    ChangeResourceRecordSets(input: ChangeResourceRecordSetsRequest): ChangeResourceRecordSetsResponse {
      const zone = zoneById(world, input.HostedZoneId);
      zone.records = applyBatch(zone, input.ChangeBatch?.Changes ?? []);
      const change = newChange(world, input.ChangeBatch?.Comment);
      publish(world, zone);
      markInsync(world, change);
      return { ChangeInfo: toChangeInfo(change) };
    },
    GetChange(input: GetChangeRequest): GetChangeResponse {
      const id = required(input.Id, 'Id').replace(/^\/?change\//, '');
      const change = world.store.document.zoneChanges[id];
      if (change === undefined) throw new AwsError('NoSuchChange', `Could not find resource with ID: ${id}`, 404);
      return { ChangeInfo: toChangeInfo(change) };
    },
  };
}

/** A zone with the two record sets that Route 53 puts into every new one. */
export function newZone(
  world: World,
  zone: Pick<HostedZoneRecord, 'name' | 'comment' | 'callerReference'>,
): HostedZoneRecord {
  const name = normalizedName(zone.name);
  const made: HostedZoneRecord = {
    id: newId(world, 'Z').toUpperCase(),
    name,
    comment: zone.comment,
    callerReference: zone.callerReference,
    records: zoneOwnRecords(name),
    published: zoneOwnRecords(name),
  };
  world.store.document.hostedZones[made.id] = made;
  return made;
}

function zoneOwnRecords(name: string): RecordSetRecord[] {
  const servers = NAME_SERVERS.map((server) => `${server}.`);
  return [
    { name, type: 'NS', ttlSeconds: 172_800, values: servers },
    {
      name,
      type: 'SOA',
      ttlSeconds: 900,
      values: [`${servers[0] ?? ''} hostmaster.lab.internal. 1 7200 900 1209600 86400`],
    },
  ];
}

function newChange(world: World, comment: string | undefined): ZoneChangeRecord {
  const change: ZoneChangeRecord = {
    id: newId(world, 'C').toUpperCase(),
    submittedAt: isoNow(),
    ...(comment !== undefined && { comment }),
    status: 'PENDING',
  };
  world.store.document.zoneChanges[change.id] = change;
  return change;
}

function reversed(name: string): string {
  return name.split('.').reverse().join('.');
}

function zoneById(world: World, id: string | undefined): HostedZoneRecord {
  const bare = required(id, 'Id').replace(/^\/?hostedzone\//, '');
  const zone = world.store.document.hostedZones[bare];
  if (zone === undefined) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${bare}`, 404);
  return zone;
}

/** The records reach the name servers after the propagation time; a later change overtakes an earlier one. */
function publish(world: World, zone: HostedZoneRecord): void {
  const { records } = zone;
  if (world.timing.dnsPropagationMs === 0) {
    zone.published = records;
    return;
  }
  world.jobs.run(
    `zone:${zone.id}`,
    async (wait) => {
      await wait(world.timing.dnsPropagationMs);
      zone.published = records;
      world.store.save();
    },
    () => (zone.published = records),
  );
}

function markInsync(world: World, change: ZoneChangeRecord): void {
  world.jobs.run(
    `change:${change.id}`,
    async (wait) => {
      await wait(world.timing.changeInsyncMs);
      change.status = 'INSYNC';
      world.store.save();
    },
    () => undefined,
  );
}

function toChangeInfo(change: ZoneChangeRecord) {
  return {
    Id: `/change/${change.id}`,
    Status: change.status,
    SubmittedAt: new Date(change.submittedAt),
    Comment: change.comment,
  };
}

function toHostedZone(zone: HostedZoneRecord): HostedZone {
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: zone.name,
    CallerReference: zone.callerReference,
    Config: { Comment: zone.comment, PrivateZone: false },
    ResourceRecordSetCount: zone.records.length,
  };
}

function listRecordSets(world: World, input: ListResourceRecordSetsRequest): ListResourceRecordSetsResponse {
  const zone = zoneById(world, input.HostedZoneId);
  const size = Math.min(Number(input.MaxItems ?? 300), 300);
  if (input.StartRecordType !== undefined && input.StartRecordName === undefined) {
    throw new AwsError('InvalidInput', 'StartRecordType must not be specified without StartRecordName.');
  }
  const start =
    input.StartRecordName === undefined
      ? undefined
      : {
          name: normalizedName(input.StartRecordName),
          type: input.StartRecordType ?? '',
          values: [],
          ...(input.StartRecordIdentifier !== undefined && { setIdentifier: input.StartRecordIdentifier }),
        };
  const wanted = zone.records.filter((record) => start === undefined || compareRecords(record, start) >= 0);
  const next = wanted[size];
  return {
    ResourceRecordSets: wanted.slice(0, size).map(toResourceRecordSet),
    IsTruncated: next !== undefined,
    NextRecordName: next?.name,
    NextRecordType: next?.type as ListResourceRecordSetsResponse['NextRecordType'],
    NextRecordIdentifier: next?.setIdentifier,
    MaxItems: size,
  };
}
