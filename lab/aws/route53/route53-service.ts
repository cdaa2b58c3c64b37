import * as client from '@aws-sdk/client-route-53';
import type { Service } from '../service';
import { restXmlProtocol } from '../wire/rest-xml';
import type { World } from '../world';
import { zoneActions } from './zones';

export function route53Service(world: World): Service {
  return {
    scope: 'route53',
    client,
    protocol: restXmlProtocol('https://route53.amazonaws.com/doc/2013-04-01/'),
    handlers: zoneActions(world),
  };
}
