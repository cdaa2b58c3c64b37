import type { ScalingPolicy as SdkPolicy } from '@aws-sdk/client-application-auto-scaling';
import type { DBClusterEndpoint } from '@aws-sdk/client-rds';
import type { SecurityGroupRule } from '@aws-sdk/client-ec2';

import type { CustomEndpoint, IngressRule, ScalingPolicy, TopologyReader } from '../ports/topology';
import { allPages, ask, clientSettings, lazy, type AwsSettings } from './aws-call';
import { isNamed } from './aws-errors';

/** What Application Auto Scaling calls the number of readers of a cluster. */
const READERS = { ServiceNamespace: 'rds', ScalableDimension: 'rds:cluster:ReadReplicaCount' } as const;

export function topologyReader(settings: AwsSettings): TopologyReader {
  const rds = lazy(async () => {
    const sdk = await import('@aws-sdk/client-rds');
    return { sdk, client: new sdk.RDSClient(await clientSettings(settings)) };
  });
  const scaling = lazy(async () => {
    const sdk = await import('@aws-sdk/client-application-auto-scaling');
    return { sdk, client: new sdk.ApplicationAutoScalingClient(await clientSettings(settings)) };
  });
  const ec2 = lazy(async () => {
    const sdk = await import('@aws-sdk/client-ec2');
    return { sdk, client: new sdk.EC2Client(await clientSettings(settings)) };
  });

  return {
    async customEndpointsOf(clusterId) {
      const { sdk, client } = await rds();
      const found = await ask(
        settings,
        'rds:DescribeDBClusterEndpoints',
        (options) =>
          allPages(async (Marker) => {
            const input = { DBClusterIdentifier: clusterId, Marker };
            const page = await client.send(new sdk.DescribeDBClusterEndpointsCommand(input), options);
            return { items: page.DBClusterEndpoints, marker: page.Marker };
          }),
        (error) => (isNamed(error, 'DBClusterNotFoundFault') ? [] : undefined),
      );
      return found.filter(({ EndpointType }) => EndpointType === 'CUSTOM').map(toCustomEndpoint);
    },

    async globalDatabaseOf(clusterArn) {
      const { sdk, client } = await rds();
      const found = await ask(settings, 'rds:DescribeGlobalClusters', (options) =>
        allPages(async (Marker) => {
          const page = await client.send(new sdk.DescribeGlobalClustersCommand({ Marker }), options);
          return { items: page.GlobalClusters, marker: page.Marker };
        }),
      );
      const global = found.find(({ GlobalClusterMembers }) =>
        GlobalClusterMembers?.some(({ DBClusterArn }) => DBClusterArn === clusterArn),
      );
      if (global === undefined) return undefined;
      return {
        id: global.GlobalClusterIdentifier ?? '',
        members: (global.GlobalClusterMembers ?? []).map(({ DBClusterArn, IsWriter }) => ({
          clusterArn: DBClusterArn ?? '',
          isWriter: IsWriter ?? false,
        })),
      };
    },

    async readerScalingOf(clusterId) {
      const { sdk, client } = await scaling();
      const resource = `cluster:${clusterId}`;
      const targets = await ask(settings, 'application-autoscaling:DescribeScalableTargets', (options) =>
        allPages(async (NextToken) => {
          const input = { ...READERS, ResourceIds: [resource], NextToken };
          const page = await client.send(new sdk.DescribeScalableTargetsCommand(input), options);
          return { items: page.ScalableTargets, marker: page.NextToken };
        }),
      );
      const [target] = targets;
      if (target === undefined) return undefined;
      const policies = await ask(settings, 'application-autoscaling:DescribeScalingPolicies', (options) =>
        allPages(async (NextToken) => {
          const input = { ...READERS, ResourceId: resource, NextToken };
          const page = await client.send(new sdk.DescribeScalingPoliciesCommand(input), options);
          return { items: page.ScalingPolicies, marker: page.NextToken };
        }),
      );
      return {
        minCapacity: target.MinCapacity ?? 0,
        maxCapacity: target.MaxCapacity ?? 0,
        policies: policies.map(toPolicy),
      };
    },

    async subnetGroup(name) {
      const { sdk, client } = await rds();
      const groups = await ask(
        settings,
        'rds:DescribeDBSubnetGroups',
        async (options) =>
          (await client.send(new sdk.DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: name }), options))
            .DBSubnetGroups ?? [],
        (error) => (isNamed(error, 'DBSubnetGroupNotFoundFault') ? [] : undefined),
      );
      const [group] = groups;
      if (group === undefined) return undefined;
      return {
        name: group.DBSubnetGroupName ?? name,
        vpcId: group.VpcId ?? '',
        subnetIds: (group.Subnets ?? []).map(({ SubnetIdentifier }) => SubnetIdentifier ?? '').sort(),
      };
    },

    async ingressRules(securityGroupIds) {
      if (securityGroupIds.length === 0) return [];
      const { sdk, client } = await ec2();
      const rules = await ask(settings, 'ec2:DescribeSecurityGroupRules', (options) =>
        allPages(async (NextToken) => {
          const Filters = [{ Name: 'group-id', Values: [...securityGroupIds] }];
          const page = await client.send(new sdk.DescribeSecurityGroupRulesCommand({ Filters, NextToken }), options);
          return { items: page.SecurityGroupRules, marker: page.NextToken };
        }),
      );
      return rules.filter(({ IsEgress }) => IsEgress !== true).map(toRule);
    },
  };
}

function toCustomEndpoint(endpoint: DBClusterEndpoint): CustomEndpoint {
  const type = endpoint.CustomEndpointType;
  return {
    id: endpoint.DBClusterEndpointIdentifier ?? '',
    host: endpoint.Endpoint ?? '',
    type: type === 'READER' || type === 'WRITER' ? type : 'ANY',
    staticMembers: endpoint.StaticMembers ?? [],
    excludedMembers: endpoint.ExcludedMembers ?? [],
  };
}

function toPolicy(policy: SdkPolicy): ScalingPolicy {
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  return {
    name: policy.PolicyName ?? '',
    type: policy.PolicyType ?? '',
    metric:
      tracking?.PredefinedMetricSpecification?.PredefinedMetricType ??
      (tracking?.CustomizedMetricSpecification === undefined ? undefined : 'custom'),
    targetValue: tracking?.TargetValue,
    scaleInCooldownSeconds: tracking?.ScaleInCooldown,
    scaleOutCooldownSeconds: tracking?.ScaleOutCooldown,
    disablesScaleIn: tracking?.DisableScaleIn ?? false,
  };
}

function toRule(rule: SecurityGroupRule): IngressRule {
  return {
    groupId: rule.GroupId ?? '',
    protocol: rule.IpProtocol ?? '-1',
    fromPort: rule.FromPort ?? -1,
    toPort: rule.ToPort ?? -1,
    source: rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId ?? '',
  };
}
