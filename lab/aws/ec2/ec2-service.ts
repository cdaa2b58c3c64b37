import * as client from '@aws-sdk/client-ec2';
import type { Service } from '../service';
import { ec2Protocol } from '../wire/query';
import type { World } from '../world';
import { securityGroupRuleActions } from './security-group-rules';
import { securityGroupActions } from './security-groups';
import { tagActions } from './tags';
import { vpcActions } from './vpcs';

export function ec2Service(world: World): Service {
  return {
    scope: 'ec2',
    client,
    protocol: ec2Protocol('http://ec2.amazonaws.com/doc/2016-11-15/'),
    handlers: {
      ...securityGroupActions(world),
      ...securityGroupRuleActions(world),
      ...tagActions(world),
      ...vpcActions(world),
    },
  };
}
