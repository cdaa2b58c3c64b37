import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { AwsError } from '../aws-error';
import type { SecurityGroupRecord, SecurityGroupRuleRecord } from '../document';
import { ACCOUNT_ID } from '../new-document';
import { newId, type World } from '../world';
import { tagsOf } from './tags';

/** A rule without its identity: what a call asks for, and what makes two rules the same. */
export type RuleShape = Omit<SecurityGroupRuleRecord, 'id' | 'groupId'>;

/** A call may name permissions or, for a single one, flat members. */
export interface PermissionInput {
  readonly IpPermissions?: IpPermission[] | undefined;
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly CidrIp?: string | undefined;
}

/** One rule for each source of each permission. */
export function ruleShapesOf(input: PermissionInput): RuleShape[] {
  const flat: IpPermission = {
    IpProtocol: input.IpProtocol,
    FromPort: input.FromPort,
    ToPort: input.ToPort,
    IpRanges: input.CidrIp === undefined ? [] : [{ CidrIp: input.CidrIp }],
  };
  return (input.IpPermissions ?? [flat]).flatMap((permission) => {
    const base = {
      protocol: protocolName(permission.IpProtocol),
      fromPort: permission.FromPort ?? -1,
      toPort: permission.ToPort ?? permission.FromPort ?? -1,
    };
    const withSource = (source: Partial<RuleShape>, description: string | undefined): RuleShape => ({
      ...base,
      ...source,
      ...(description !== undefined && description !== '' && { description }),
    });
    return [
      ...(permission.IpRanges ?? []).map(({ CidrIp = '', Description }) =>
        withSource({ cidrIpv4: CidrIp }, Description),
      ),
      ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 = '', Description }) =>
        withSource({ cidrIpv6: CidrIpv6 }, Description),
      ),
      ...(permission.PrefixListIds ?? []).map(({ PrefixListId = '', Description }) =>
        withSource({ prefixListId: PrefixListId }, Description),
      ),
      ...(permission.UserIdGroupPairs ?? []).map(({ GroupId = '', Description }) =>
        withSource({ referencedGroupId: GroupId }, Description),
      ),
    ];
  });
}

function protocolName(protocol: string | undefined): string {
  const names: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp', all: '-1' };
  const lower = (protocol ?? '-1').toLowerCase();
  return names[lower] ?? lower;
}

export function isSameRule(left: RuleShape, right: RuleShape): boolean {
  return (
    ['protocol', 'fromPort', 'toPort', 'cidrIpv4', 'cidrIpv6', 'prefixListId', 'referencedGroupId'] as const
  ).every((member) => left[member] === right[member]);
}

export function groupRules(world: World, groupId: string): SecurityGroupRuleRecord[] {
  return Object.values(world.store.document.securityGroupRules).filter((rule) => rule.groupId === groupId);
}

export function securityGroupById(world: World, id: string | undefined): SecurityGroupRecord {
  const group = world.store.document.securityGroups[id ?? ''];
  if (group === undefined)
    throw new AwsError('InvalidGroup.NotFound', `The security group '${id ?? ''}' does not exist`);
  return group;
}

export function ruleById(world: World, id: string): SecurityGroupRuleRecord {
  const rule = world.store.document.securityGroupRules[id];
  if (rule === undefined)
    throw new AwsError('InvalidSecurityGroupRuleId.NotFound', `The security group rule ID '${id}' does not exist`);
  return rule;
}

/** Adds a rule. Refuses a source group that is not there and a rule that is there already. */
export function addRule(world: World, groupId: string, shape: RuleShape): SecurityGroupRuleRecord {
  if (shape.referencedGroupId !== undefined) securityGroupById(world, shape.referencedGroupId);
  if (groupRules(world, groupId).some((existing) => isSameRule(existing, shape))) {
    const peer = shape.cidrIpv4 ?? shape.cidrIpv6 ?? shape.prefixListId ?? shape.referencedGroupId ?? '';
    throw new AwsError(
      'InvalidPermission.Duplicate',
      `the specified rule "peer: ${peer}, ${shape.protocol.toUpperCase()}, from port: ${String(shape.fromPort)}, to port: ${String(shape.toPort)}, ALLOW" already exists`,
    );
  }
  const rule: SecurityGroupRuleRecord = { id: newId(world, 'sgr-'), groupId, ...shape };
  world.store.document.securityGroupRules[rule.id] = rule;
  return rule;
}

export function removeRule(world: World, id: string): void {
  const { [id]: _removed, ...kept } = world.store.document.securityGroupRules;
  world.store.document.securityGroupRules = kept;
}

export function toSecurityGroupRule(world: World, rule: SecurityGroupRuleRecord): SecurityGroupRule {
  return {
    SecurityGroupRuleId: rule.id,
    SecurityGroupRuleArn: `arn:aws:ec2:${world.store.document.region}:${ACCOUNT_ID}:security-group-rule/${rule.id}`,
    GroupId: rule.groupId,
    GroupOwnerId: ACCOUNT_ID,
    IsEgress: false,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    CidrIpv4: rule.cidrIpv4,
    CidrIpv6: rule.cidrIpv6,
    PrefixListId: rule.prefixListId,
    ReferencedGroupInfo:
      rule.referencedGroupId === undefined ? undefined : { GroupId: rule.referencedGroupId, UserId: ACCOUNT_ID },
    Description: rule.description,
    Tags: tagsOf(world, rule.id),
  };
}
