import { randomBytes } from 'node:crypto';
import type { LabDocument, ParameterGroupRecord, SubnetRecord } from './document';
import { FAMILIES } from './parameters/families';

export const ACCOUNT_ID = '000000000000';
export const VPC_ID = 'vpc-0lab0000000000001';
export const VPC_CIDR = '10.0.0.0/16';
export const DEFAULT_SECURITY_GROUP_ID = 'sg-0lab0000000default';

/** An account as it is before anything was made in it: one VPC with three subnets, default groups. */
export function newDocument(region: string): LabDocument {
  return {
    formatVersion: 1,
    region,
    endpointSuffix: `c${randomBytes(4).toString('hex')}`,
    nextId: 1,
    clusters: {},
    instances: {},
    clusterSnapshots: {},
    clusterParameterGroups: defaultGroups('cluster'),
    instanceParameterGroups: defaultGroups('instance'),
    subnetGroups: {
      default: { name: 'default', description: 'default', vpcId: VPC_ID, subnets: subnetsOf(region) },
    },
    events: [],
    tags: {},
    logFiles: {},
    endpoints: {},
    securityGroups: {
      [DEFAULT_SECURITY_GROUP_ID]: {
        id: DEFAULT_SECURITY_GROUP_ID,
        name: 'default',
        description: 'default VPC security group',
        vpcId: VPC_ID,
      },
    },
    securityGroupRules: {},
    groupMembers: {},
    hostedZones: {},
    zoneChanges: {},
    secrets: {},
    parameters: {},
    proxies: {},
  };
}

export function subnetsOf(region: string): SubnetRecord[] {
  return ['a', 'b', 'c'].map((zone, index) => ({
    id: `subnet-0lab00000000000${String(index + 1)}`,
    availabilityZone: `${region}${zone}`,
    cidr: `10.0.${String(index)}.0/24`,
  }));
}

function defaultGroups(level: 'cluster' | 'instance'): Record<string, ParameterGroupRecord> {
  const kind = level === 'cluster' ? 'cluster parameter group' : 'parameter group';
  return Object.fromEntries(
    FAMILIES.map((family) => {
      const name = `default.${family}`;
      return [name, { name, family, description: `Default ${kind} for ${family}`, values: {} }];
    }),
  );
}
