import { resourceSchema } from './schema';

/** `aws_vpc_security_group_ingress_rule` of provider 6.25.0, a resource of the newer plugin framework. */
export const INGRESS_RULE = resourceSchema({
  isLegacy: false,
  attributes: {
    arn: 'string computed',
    cidr_ipv4: 'string optional',
    cidr_ipv6: 'string optional',
    description: 'string optional',
    from_port: 'number optional',
    id: 'string computed',
    ip_protocol: 'string required',
    prefix_list_id: 'string optional',
    referenced_security_group_id: 'string optional',
    security_group_id: 'string required replaces',
    security_group_rule_id: 'string computed',
    tags_all: 'map(string) computed',
    to_port: 'number optional',
  },
});
