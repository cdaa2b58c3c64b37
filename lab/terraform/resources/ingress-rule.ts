import {
  AuthorizeSecurityGroupIngressCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeSecurityGroupRulesCommand,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { isSame } from '../compare';
import { numberOf, overlay, requiredText, textOf } from '../state';
import { type Attributes } from '../wire/values';
import { attempt, unlessGone } from './aws-failure';
import type { Resource, Session } from './resource';
import { readTags, tagChanges, tagList } from './tags';

const GONE = ['InvalidSecurityGroupRuleId.NotFound', 'InvalidGroup.NotFound'];
const SOURCES = ['cidr_ipv4', 'cidr_ipv6', 'prefix_list_id', 'referenced_security_group_id'];
const RULE = [...SOURCES, 'description', 'from_port', 'ip_protocol', 'to_port'];

/** `aws_vpc_security_group_ingress_rule`. */
export const ingressRule: Resource = {
  validate(config) {
    const count = SOURCES.filter((name) => config[name] !== null && config[name] !== undefined).length;
    return count === 1 ? [] : [`exactly one of ${SOURCES.join(', ')} must be configured, not ${count}`];
  },

  async create(planned, session) {
    const groupId = requiredText(planned, 'security_group_id');
    return attempt(`creating VPC Security Group Rule of ${groupId}`, async () => {
      const { SecurityGroupRules } = await session.ec2.send(
        new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [toPermission(planned)] }),
      );
      const id = SecurityGroupRules?.[0]?.SecurityGroupRuleId;
      if (id === undefined) throw new Error('EC2 answered without the id of the rule');
      const tags = tagList(planned);
      if (tags.length > 0) await session.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tags }));
      return id;
    });
  },

  async read(state, session) {
    const id = requiredText(state, 'id');
    const found = await attempt(`reading VPC Security Group Rule (${id})`, () => find(id, session));
    if (!found) return undefined;
    return overlay(state, {
      arn: `arn:aws:ec2:${session.region}:${found.GroupOwnerId ?? ''}:security-group-rule/${id}`,
      cidr_ipv4: found.CidrIpv4,
      cidr_ipv6: found.CidrIpv6,
      description: found.Description,
      from_port: portOf(found.FromPort, state, 'from_port'),
      ip_protocol: found.IpProtocol,
      prefix_list_id: found.PrefixListId,
      referenced_security_group_id: found.ReferencedGroupInfo?.GroupId,
      security_group_id: found.GroupId,
      security_group_rule_id: id,
      to_port: portOf(found.ToPort, state, 'to_port'),
      ...readTags(state, found.Tags),
    });
  },

  async update(prior, planned, session) {
    const id = requiredText(prior, 'id');
    await attempt(`updating VPC Security Group Rule (${id})`, async () => {
      if (RULE.some((name) => !isSame(prior[name] ?? null, planned[name] ?? null))) {
        await session.ec2.send(
          new ModifySecurityGroupRulesCommand({
            GroupId: requiredText(planned, 'security_group_id'),
            SecurityGroupRules: [{ SecurityGroupRuleId: id, SecurityGroupRule: toRequest(planned) }],
          }),
        );
      }
      const { removed, added } = tagChanges(prior, planned);
      const Resources = [id];
      if (removed.length > 0) {
        await session.ec2.send(new DeleteTagsCommand({ Resources, Tags: removed.map((Key) => ({ Key })) }));
      }
      if (added.length > 0) await session.ec2.send(new CreateTagsCommand({ Resources, Tags: added }));
    });
  },

  async delete(state, session) {
    const id = requiredText(state, 'id');
    const command = new RevokeSecurityGroupIngressCommand({
      GroupId: requiredText(state, 'security_group_id'),
      SecurityGroupRuleIds: [id],
    });
    await attempt(`deleting VPC Security Group Rule (${id})`, () => unlessGone(GONE, () => session.ec2.send(command)));
  },
};

async function find(id: string, session: Session): Promise<SecurityGroupRule | undefined> {
  const command = new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] });
  return (await unlessGone(GONE, () => session.ec2.send(command)))?.SecurityGroupRules?.[0];
}

function toPermission(planned: Attributes): IpPermission {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId, Description, ...ports } = toRequest(planned);
  return {
    ...ports,
    ...(CidrIpv4 === undefined ? {} : { IpRanges: [{ CidrIp: CidrIpv4, Description }] }),
    ...(CidrIpv6 === undefined ? {} : { Ipv6Ranges: [{ CidrIpv6, Description }] }),
    ...(PrefixListId === undefined ? {} : { PrefixListIds: [{ PrefixListId, Description }] }),
    ...(ReferencedGroupId === undefined ? {} : { UserIdGroupPairs: [{ GroupId: ReferencedGroupId, Description }] }),
  };
}

function toRequest(planned: Attributes) {
  return {
    IpProtocol: requiredText(planned, 'ip_protocol'),
    FromPort: numberOf(planned, 'from_port'),
    ToPort: numberOf(planned, 'to_port'),
    CidrIpv4: textOf(planned, 'cidr_ipv4'),
    CidrIpv6: textOf(planned, 'cidr_ipv6'),
    PrefixListId: textOf(planned, 'prefix_list_id'),
    ReferencedGroupId: textOf(planned, 'referenced_security_group_id'),
    Description: textOf(planned, 'description'),
  };
}

/** EC2 answers -1 where no port was given. */
function portOf(port: number | undefined, state: Attributes, name: string): number | undefined {
  return port === -1 && numberOf(state, name) === undefined ? undefined : port;
}
