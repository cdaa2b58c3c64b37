import type {
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../aws-error';
import { ACCOUNT_ID, subnetsOf, VPC_CIDR, VPC_ID } from '../new-document';
import type { Handlers, World } from '../world';
import { passesFilters } from './tags';

/** The account's only VPC and its subnets, read-only. */
export function vpcActions(world: World): Handlers {
  const { region } = world.store.document;
  return {
    DescribeVpcs(input: DescribeVpcsRequest): DescribeVpcsResult {
      for (const id of input.VpcIds ?? []) {
        if (id !== VPC_ID) throw new AwsError('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);
      }
      const isWanted = passesFilters(input.Filters, (name) => [
        { 'vpc-id': VPC_ID, isDefault: 'true', 'is-default': 'true', cidr: VPC_CIDR, state: 'available' }[name],
      ]);
      const vpc = {
        VpcId: VPC_ID,
        CidrBlock: VPC_CIDR,
        State: 'available' as const,
        IsDefault: true,
        OwnerId: ACCOUNT_ID,
        InstanceTenancy: 'default' as const,
        Tags: [],
      };
      return { Vpcs: isWanted ? [vpc] : [] };
    },
    DescribeSubnets(input: DescribeSubnetsRequest): DescribeSubnetsResult {
      const all = subnetsOf(region);
      const unknown = input.SubnetIds?.find((id) => !all.some((subnet) => subnet.id === id));
      if (unknown !== undefined)
        throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${unknown}' does not exist`);
      const wanted = all
        .filter((subnet) => input.SubnetIds?.includes(subnet.id) ?? true)
        .filter((subnet) =>
          passesFilters(input.Filters, (name) => [
            { 'vpc-id': VPC_ID, 'subnet-id': subnet.id, 'availability-zone': subnet.availabilityZone }[name],
          ]),
        );
      return {
        Subnets: wanted.map((subnet) => ({
          SubnetId: subnet.id,
          VpcId: VPC_ID,
          AvailabilityZone: subnet.availabilityZone,
          CidrBlock: subnet.cidr,
          State: 'available',
          OwnerId: ACCOUNT_ID,
          SubnetArn: `arn:aws:ec2:${region}:${ACCOUNT_ID}:subnet/${subnet.id}`,
          Tags: [],
        })),
      };
    },
  };
}
