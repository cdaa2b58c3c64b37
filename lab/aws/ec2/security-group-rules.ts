import type {
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  ModifySecurityGroupRulesRequest,
  ModifySecurityGroupRulesResult,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
  SecurityGroupRuleRequest,
} from '@aws-sdk/client-ec2';
import { AwsError, required } from '../aws-error';
import type { SecurityGroupRuleRecord } from '../document';
import type { Handlers, World } from '../world';
import {
  addRule,
  groupRules,
  isSameRule,
  removeRule,
  ruleById,
  ruleShapesOf,
  securityGroupById,
  toSecurityGroupRule,
} from './rules';
import { addTags, passesFilters, specifiedTags } from './tags';

/** Ingress rules as resources of their own. Changes hold for new connections at once: relays ask at each one. */
export function securityGroupRuleActions(world: World): Handlers {
  return {
    DescribeSecurityGroupRules(input: DescribeSecurityGroupRulesRequest): DescribeSecurityGroupRulesResult {
      const ids = input.SecurityGroupRuleIds;
      const rules =
        ids === undefined
          ? Object.values(world.store.document.securityGroupRules)
          : ids.map((id) => ruleById(world, id));
      const wanted = rules.filter((rule) => passesFilters(input.Filters, (name) => filterValuesOf(world, rule, name)));
      return { SecurityGroupRules: wanted.map((rule) => toSecurityGroupRule(world, rule)) };
    },
    AuthorizeSecurityGroupIngress(input: AuthorizeSecurityGroupIngressRequest): AuthorizeSecurityGroupIngressResult {
      const group = securityGroupById(world, groupIdOf(world, input));
      const shapes = ruleShapesOf(input);
      if (shapes.length === 0)
        throw new AwsError('MissingParameter', 'Either ipPermissions or a source must be specified.');
      const rules = shapes.map((shape) => addRule(world, group.id, shape));
      for (const rule of rules) addTags(world, rule.id, specifiedTags(input.TagSpecifications, 'security-group-rule'));
      return { Return: true, SecurityGroupRules: rules.map((rule) => toSecurityGroupRule(world, rule)) };
    },
    RevokeSecurityGroupIngress(input: RevokeSecurityGroupIngressRequest): RevokeSecurityGroupIngressResult {
      const group = securityGroupById(world, groupIdOf(world, input));
      const rules = (
        input.SecurityGroupRuleIds?.map((id) => ruleById(world, id)) ?? namedRules(world, group.id, input)
      ).filter((rule) => rule.groupId === group.id);
      for (const rule of rules) removeRule(world, rule.id);
      return {
        Return: true,
        RevokedSecurityGroupRules: rules.map((rule) => ({
          SecurityGroupRuleId: rule.id,
          GroupId: rule.groupId,
          IsEgress: false,
          IpProtocol: rule.protocol,
          FromPort: rule.fromPort,
          ToPort: rule.toPort,
          CidrIpv4: rule.cidrIpv4,
          ReferencedGroupId: rule.referencedGroupId,
          Description: rule.description,
        })),
      };
    },
    ModifySecurityGroupRules(input: ModifySecurityGroupRulesRequest): ModifySecurityGroupRulesResult {
      securityGroupById(world, input.GroupId);
      for (const update of input.SecurityGroupRules ?? []) {
        const rule = ruleById(world, required(update.SecurityGroupRuleId, 'SecurityGroupRuleId'));
        if (rule.groupId !== input.GroupId) {
          throw new AwsError(
            'InvalidGroupId.Mismatch',
            `The rule ${rule.id} does not belong to ${String(input.GroupId)}`,
          );
        }
        world.store.document.securityGroupRules[rule.id] = replacedRule(rule, update.SecurityGroupRule ?? {});
      }
      return { Return: true };
    },
  };
}

/** ModifySecurityGroupRules replaces a rule as a whole; only its identity stays. */
function replacedRule(rule: SecurityGroupRuleRecord, next: SecurityGroupRuleRequest): SecurityGroupRuleRecord {
  return {
    id: rule.id,
    groupId: rule.groupId,
    protocol: next.IpProtocol ?? rule.protocol,
    fromPort: next.FromPort ?? rule.fromPort,
    toPort: next.ToPort ?? rule.toPort,
    ...(next.CidrIpv4 !== undefined && { cidrIpv4: next.CidrIpv4 }),
    ...(next.CidrIpv6 !== undefined && { cidrIpv6: next.CidrIpv6 }),
    ...(next.PrefixListId !== undefined && { prefixListId: next.PrefixListId }),
    ...(next.ReferencedGroupId !== undefined && { referencedGroupId: next.ReferencedGroupId }),
    ...(next.Description !== undefined && { description: next.Description }),
  };
}

function groupIdOf(
  world: World,
  input: { readonly GroupId?: string | undefined; readonly GroupName?: string | undefined },
): string {
  const named = Object.values(world.store.document.securityGroups).find(({ name }) => name === input.GroupName);
  return required(input.GroupId ?? named?.id, 'GroupId');
}

function namedRules(
  world: World,
  groupId: string,
  input: RevokeSecurityGroupIngressRequest,
): SecurityGroupRuleRecord[] {
  return ruleShapesOf(input).map((shape) => {
    const rule = groupRules(world, groupId).find((candidate) => isSameRule(candidate, shape));
    if (rule === undefined)
      throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
    return rule;
  });
}

function filterValuesOf(world: World, rule: SecurityGroupRuleRecord, name: string): (string | undefined)[] {
  if (name === 'group-id') return [rule.groupId];
  if (name === 'security-group-rule-id') return [rule.id];
  if (name.startsWith('tag:')) return [world.store.document.tags[rule.id]?.[name.slice('tag:'.length)]];
  throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
}
