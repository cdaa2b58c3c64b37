import type { Relay, RelayScope, RelayStatus } from '../network/relay';
import type { ControlRequest } from './control';

/** Carries out a fault and answers the relay's status after it. Throws when there is no such relay or fault. */
export function applyFault(
  relay: Relay | undefined,
  { endpoint, fault, delayMs, client, direction }: Extract<ControlRequest, { readonly command: 'relay' }>,
): RelayStatus {
  if (relay === undefined) {
    throw new Error(`The lab has no open endpoint ${endpoint}; \`aurora-cutover lab status\` lists those it has.`);
  }
  const scope: RelayScope = {
    ...(client === undefined ? {} : { client }),
    ...(direction === undefined ? {} : { direction }),
  };
  switch (fault) {
    case 'delay':
      if (delayMs === undefined || !(delayMs >= 0))
        throw new Error('A delay needs delayMs, milliseconds in each direction.');
      relay.delay(delayMs, scope);
      break;
    case 'cut':
      relay.cut(scope);
      break;
    case 'freeze':
      relay.freeze(scope);
      break;
    case 'blackhole':
      relay.blackhole(scope);
      break;
    case 'sever':
      relay.severNext(scope);
      break;
    case 'heal':
      relay.heal();
      break;
    default:
      throw new Error(`A relay knows no fault ${String(fault)}; use delay, cut, freeze, blackhole, sever or heal.`);
  }
  return relay.status();
}
