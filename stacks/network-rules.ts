import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import type { Construct } from 'constructs';
import type { Blueprint } from './blueprint';

/**
 * Lets blue and green reach each other, for replication in both directions. Green carries blue's own security groups, and
 * membership grants nothing by itself, so one rule by which the first of them admits its own members is enough. Where
 * such a rule stands already, EC2 refuses a second: set `network.replicationRules: false`.
 */
export function declareNetworkRules(scope: Construct, { config, blue, tags }: Blueprint): void {
  const [group] = blue.securityGroupIds;
  if (!config.network.replicationRules || group === undefined) return;
  new VpcSecurityGroupIngressRule(scope, 'replication', {
    securityGroupId: group,
    referencedSecurityGroupId: group,
    ipProtocol: 'tcp',
    fromPort: blue.port,
    toPort: blue.port,
    description: `Replication between ${blue.clusterId} and ${config.green.cluster}`,
    tags: { ...tags },
  });
}
