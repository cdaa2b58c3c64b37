import type { DBSubnetGroup, DBSubnetGroupMessage, DescribeDBSubnetGroupsMessage } from '@aws-sdk/client-rds';
import { AwsError } from '../aws-error';
import type { SubnetGroupRecord } from '../document';
import { pageOf } from '../paging';
import { rdsArn, type Handlers, type World } from '../world';

export function toDbSubnetGroup(world: World, group: SubnetGroupRecord): DBSubnetGroup {
  return {
    DBSubnetGroupName: group.name,
    DBSubnetGroupDescription: group.description,
    VpcId: group.vpcId,
    SubnetGroupStatus: 'Complete',
    Subnets: group.subnets.map((subnet) => ({
      SubnetIdentifier: subnet.id,
      SubnetAvailabilityZone: { Name: subnet.availabilityZone },
      SubnetOutpost: {},
      SubnetStatus: 'Active',
    })),
    DBSubnetGroupArn: rdsArn(world, 'subgrp', group.name),
    SupportedNetworkTypes: ['IPV4'],
  };
}

export function subnetGroupByName(world: World, name: string): SubnetGroupRecord {
  const group = world.store.document.subnetGroups[name.toLowerCase()];
  if (group === undefined)
    throw new AwsError('DBSubnetGroupNotFoundFault', `DB subnet group '${name}' does not exist.`, 404);
  return group;
}

export function subnetGroupActions(world: World): Handlers {
  return {
    DescribeDBSubnetGroups(input: DescribeDBSubnetGroupsMessage): DBSubnetGroupMessage {
      const groups =
        input.DBSubnetGroupName === undefined
          ? Object.values(world.store.document.subnetGroups)
          : [subnetGroupByName(world, input.DBSubnetGroupName)];
      const { items, marker } = pageOf(groups, input);
      return { Marker: marker, DBSubnetGroups: items.map((group) => toDbSubnetGroup(world, group)) };
    },
  };
}
