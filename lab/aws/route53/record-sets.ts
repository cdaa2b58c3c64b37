import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { AwsError } from '../aws-error';
import type { HostedZoneRecord, RecordSetRecord } from '../document';

/** Lower case and with a final dot, as Route 53 keeps names. */
export function normalizedName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower : `${lower}.`;
}

export function toRecord(set: ResourceRecordSet): RecordSetRecord {
  const { AliasTarget: alias } = set;
  return {
    name: normalizedName(set.Name ?? ''),
    type: set.Type ?? 'A',
    ...(set.SetIdentifier !== undefined && { setIdentifier: set.SetIdentifier }),
    ...(set.Weight !== undefined && { weight: set.Weight }),
    ...(set.TTL !== undefined && { ttlSeconds: set.TTL }),
    values: (set.ResourceRecords ?? []).map(({ Value = '' }) => Value),
    ...(alias !== undefined && {
      aliasTarget: {
        hostedZoneId: alias.HostedZoneId ?? '',
        dnsName: normalizedName(alias.DNSName ?? ''),
        evaluateTargetHealth: alias.EvaluateTargetHealth ?? false,
      },
    }),
  };
}

export function toResourceRecordSet(record: RecordSetRecord): ResourceRecordSet {
  const { aliasTarget } = record;
  return {
    Name: record.name,
    Type: record.type as ResourceRecordSet['Type'],
    SetIdentifier: record.setIdentifier,
    Weight: record.weight,
    TTL: record.ttlSeconds,
    ResourceRecords: aliasTarget === undefined ? record.values.map((Value) => ({ Value })) : undefined,
    AliasTarget:
      aliasTarget === undefined
        ? undefined
        : {
            HostedZoneId: aliasTarget.hostedZoneId,
            DNSName: aliasTarget.dnsName,
            EvaluateTargetHealth: aliasTarget.evaluateTargetHealth,
          },
  };
}

/** The zone's records after all the changes. Refuses the whole batch, naming every problem, when one does not fit. */
export function applyBatch(zone: HostedZoneRecord, changes: readonly Change[]): RecordSetRecord[] {
  let records = [...zone.records];
  const problems: string[] = [];
  if (changes.length === 0) problems.push('The request must contain at least one change.');
  for (const { Action, ResourceRecordSet: set } of changes) {
    const record = toRecord(set ?? { Name: '', Type: 'A' });
    const same = records.find((candidate) => isSameSet(candidate, record));
    const problem = problemOf(zone, records, record, Action ?? '', same);
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    records = records.filter((candidate) => candidate !== same);
    if (Action !== 'DELETE') records.push(record);
  }
  if (problems.length > 0) throw new AwsError('InvalidChangeBatch', `[${problems.join(', ')}]`);
  return records.sort(compareRecords);
}

function isSameSet(left: RecordSetRecord, right: RecordSetRecord): boolean {
  return left.name === right.name && left.type === right.type && left.setIdentifier === right.setIdentifier;
}

function problemOf(
  zone: HostedZoneRecord,
  records: readonly RecordSetRecord[],
  record: RecordSetRecord,
  action: string,
  same: RecordSetRecord | undefined,
): string | undefined {
  const label = `[name='${record.name}', type='${record.type}'${record.setIdentifier === undefined ? '' : `, set identifier='${record.setIdentifier}'`}]`;
  if (record.name !== zone.name && !record.name.endsWith(`.${zone.name}`)) {
    return `RRSet with DNS name ${record.name} is not permitted in zone ${zone.name}`;
  }
  if (action === 'DELETE') {
    if (same === undefined) return `Tried to delete resource record set ${label} but it was not found`;
    if (record.name === zone.name && (record.type === 'NS' || record.type === 'SOA')) {
      return `A HostedZone must contain at least one ${record.type} record for the zone itself.`;
    }
    return isEqualSet(same, record)
      ? undefined
      : `Tried to delete resource record set ${label} but the values provided do not match the current values`;
  }
  if (record.aliasTarget === undefined && (record.ttlSeconds === undefined || record.values.length === 0)) {
    return `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none in Change with ${label}`;
  }
  if (action === 'CREATE' && same !== undefined)
    return `Tried to create resource record set ${label} but it already exists`;
  const others = records.filter((candidate) => candidate !== same && candidate.name === record.name);
  if (others.some((other) => (other.type === 'CNAME') !== (record.type === 'CNAME'))) {
    return `RRSet of type ${record.type} with DNS name ${record.name} is not permitted because a conflicting RRSet of type ${others[0]?.type ?? ''} with the same DNS name already exists in zone ${zone.name}`;
  }
  if (
    others.some(
      (other) =>
        other.type === record.type && (other.setIdentifier === undefined) !== (record.setIdentifier === undefined),
    )
  ) {
    return `RRSet with DNS name ${record.name}, type ${record.type}, SetIdentifier ${record.setIdentifier ?? 'null'} cannot be created as a non-simple set exists with the same name and type.`;
  }
  return undefined;
}

function isEqualSet(left: RecordSetRecord, right: RecordSetRecord): boolean {
  const essence = ({ values, weight, ttlSeconds, aliasTarget }: RecordSetRecord): string =>
    JSON.stringify([[...values].sort(), weight, ttlSeconds, aliasTarget]);
  return essence(left) === essence(right);
}

/** Route 53 lists by the name with its labels reversed, then type, then set identifier. */
export function compareRecords(left: RecordSetRecord, right: RecordSetRecord): number {
  const key = (record: RecordSetRecord): string =>
    [record.name.split('.').reverse().join('.'), record.type, record.setIdentifier ?? ''].join('\u0000');
  return key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0;
}
