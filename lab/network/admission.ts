import { BlockList, isIPv4 } from 'node:net';
import type { IngressRule, SecurityGroups } from '../contract';

/**
 * Whether a security group would let a new connection through: some ingress rule of some of the endpoint's groups covers
 * the port and names either a CIDR block that contains the client's address or a group the client is a member of.
 * An endpoint without groups admits nobody, as on AWS.
 */
export function isAdmitted(
  groups: SecurityGroups,
  endpointGroupIds: readonly string[],
  clientAddress: string,
  port: number,
): boolean {
  const memberships = groups.groupsOfAddress(clientAddress);
  return endpointGroupIds.some((groupId) =>
    groups
      .ingressRules(groupId)
      .some((rule) => rule.fromPort <= port && port <= rule.toPort && isSource(rule, clientAddress, memberships)),
  );
}

function isSource(rule: IngressRule, clientAddress: string, memberships: readonly string[]): boolean {
  if (rule.referencedGroupId !== undefined) return memberships.includes(rule.referencedGroupId);
  return rule.cidrIpv4 !== undefined && isWithin(rule.cidrIpv4, clientAddress);
}

/** A malformed block contains nothing: AWS would have refused the rule. */
function isWithin(cidr: string, address: string): boolean {
  const [base = '', bits = ''] = cidr.split('/');
  const prefix = Number(bits);
  if (!isIPv4(base) || !isIPv4(address) || bits === '' || !Number.isInteger(prefix) || prefix < 0 || prefix > 32) {
    return false;
  }
  const block = new BlockList();
  block.addSubnet(base, prefix);
  return block.check(address);
}
