import type {
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  IpPermission,
  SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { IngressRule, SecurityGroups } from '../../contract';
import type { SecurityGroupRecord, SecurityGroupRuleRecord } from '../document';
import { ACCOUNT_ID } from '../new-document';
import type { Handlers, World } from '../world';
import { groupRules, securityGroupById } from './rules';
import { passesFilters, tagsOf } from './tags';

export function securityGroupActions(world: World): Handlers {
  return {
    DescribeSecurityGroups(input: DescribeSecurityGroupsRequest): DescribeSecurityGroupsResult {
      const ids = input.GroupIds;
      const groups =
        ids === undefined
          ? Object.values(world.store.document.securityGroups)
          : ids.map((id) => securityGroupById(world, id));
      const wanted = groups
        .filter((group) => input.GroupNames?.includes(group.name) ?? true)
        .filter((group) => passesFilters(input.Filters, (name) => filterValuesOf(world, group, name)));
      return { SecurityGroups: wanted.map((group) => toSecurityGroup(world, group)) };
    },
  };
}

function filterValuesOf(world: World, group: SecurityGroupRecord, name: string): (string | undefined)[] {
  if (name.startsWith('tag:')) return [world.store.document.tags[group.id]?.[name.slice('tag:'.length)]];
  return [{ 'group-id': group.id, 'group-name': group.name, 'vpc-id': group.vpcId }[name]];
}

function toSecurityGroup(world: World, group: SecurityGroupRecord): SecurityGroup {
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    OwnerId: ACCOUNT_ID,
    VpcId: group.vpcId,
    SecurityGroupArn: `arn:aws:ec2:${world.store.document.region}:${ACCOUNT_ID}:security-group/${group.id}`,
    IpPermissions: groupRules(world, group.id).map(toIpPermission),
    IpPermissionsEgress: [
      {
        IpProtocol: '-1',
        IpRanges: [{ CidrIp: '0.0.0.0/0' }],
        Ipv6Ranges: [],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      },
    ],
    Tags: tagsOf(world, group.id),
  };
}

function toIpPermission(rule: SecurityGroupRuleRecord): IpPermission {
  const { description: Description } = rule;
  return {
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    IpRanges: rule.cidrIpv4 === undefined ? [] : [{ CidrIp: rule.cidrIpv4, Description }],
    Ipv6Ranges: rule.cidrIpv6 === undefined ? [] : [{ CidrIpv6: rule.cidrIpv6, Description }],
    PrefixListIds: rule.prefixListId === undefined ? [] : [{ PrefixListId: rule.prefixListId, Description }],
    UserIdGroupPairs:
      rule.referencedGroupId === undefined
        ? []
        : [{ GroupId: rule.referencedGroupId, UserId: ACCOUNT_ID, Description }],
  };
}

/** What the relays ask at each new connection. Rules of other protocols, IPv6 and prefix lists never match there. */
export function relaySecurityGroups(world: World): SecurityGroups {
  return {
    ingressRules: (groupId) => groupRules(world, groupId).flatMap(toIngressRule),
    groupsOfAddress(address) {
      const { endpoints, clusters, groupMembers } = world.store.document;
      const ofClusters = Object.values(endpoints)
        .filter((endpoint) => endpoint.address === address)
        .flatMap(({ clusterId }) => clusters[clusterId]?.securityGroupIds ?? []);
      return [...new Set([...ofClusters, ...(groupMembers[address] ?? [])])];
    },
  };
}

function toIngressRule(rule: SecurityGroupRuleRecord): IngressRule[] {
  const { cidrIpv4, referencedGroupId } = rule;
  const isAllPorts = rule.protocol === '-1';
  if (!isAllPorts && rule.protocol !== 'tcp') return [];
  const base = {
    ruleId: rule.id,
    groupId: rule.groupId,
    fromPort: isAllPorts ? 0 : rule.fromPort,
    toPort: isAllPorts ? 65_535 : rule.toPort,
  };
  if (cidrIpv4 !== undefined) return [{ ...base, cidrIpv4 }];
  return referencedGroupId === undefined ? [] : [{ ...base, referencedGroupId }];
}
