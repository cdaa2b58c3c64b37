/**
 * The tool's connections to one of the servers are cut, severed or black-holed, before or after the server acted. `from` is the
 * side that serves when the switch begins, `to` the one that is to serve. The application's connections stay as they are.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlRequest } from '../supervisor/control';
import type { Fault } from './fault';
import { BUDGET_MS } from './fault-lab';

type RelayRequest = Extract<ControlRequest, { readonly command: 'relay' }>;
type Harm = Pick<RelayRequest, 'fault' | 'direction'>;

/** Where the tool connects from: it binds no address, and the kernel takes loopback's first. */
const TOOL_ADDRESS = '127.0.0.1';
/** Of round-trip delay, so that a step takes long enough to be met in its middle. */
const DELAY_MS = 10;
/** As long as the budget: past the commit point the tool waits two minutes for a server that it cannot reach. */
const LONGEST_MS = BUDGET_MS;
const MOMENTS = ['manual-undo', 'fencing', 'draining', 'arming', 'opening', 'routing', 'confirming'] as const;

const HARMS: Readonly<Record<string, Harm>> = {
  cut: { fault: 'cut' },
  'severed-before-it-acts': { fault: 'sever', direction: 'to-backend' },
  'severed-after-it-acted': { fault: 'sever', direction: 'to-client' },
  'black-holed-before-it-acts': { fault: 'blackhole', direction: 'to-backend' },
  'black-holed-after-it-acted': { fault: 'blackhole', direction: 'to-client' },
  frozen: { fault: 'freeze' },
};

export const CONNECTIONS: readonly Fault[] = (['from', 'to'] as const).flatMap((role) =>
  Object.entries(HARMS).map(([name, harm]) => connectionFault(role, name, harm)),
);

function connectionFault(role: 'from' | 'to', name: string, harm: Harm): Fault {
  return {
    name: `${role}-${name}`,
    family: 'connection',
    async before(scene) {
      const order = relayOf(scene.lab.endpointOf(scene[role]));
      await scene.lab.order(order({ fault: 'delay', delayMs: DELAY_MS / 2 }));
      scene.heal(() => scene.lab.order({ ...order({ fault: 'heal' }) }));
    },
    async during(scene, tool) {
      const { lab, random } = scene;
      const order = relayOf(lab.endpointOf(scene[role]));
      const moment = random.pick(MOMENTS);
      const delayMs = random.between(0, 4 * DELAY_MS);
      const forMs = random.pick([random.between(100, 2_000), LONGEST_MS]);
      scene.note(`${delayMs} ms after ${moment}, for ${forMs} ms`);
      const isThere = await (moment === 'manual-undo'
        ? tool.told((object) => object['type'] === moment)
        : tool.reached(moment));
      if (!isThere) return scene.missed();
      await sleep(delayMs);
      await lab.order(order(harm));
      await Promise.race([sleep(forMs), tool.done]);
      await lab.order(order({ fault: 'heal' }));
    },
  };
}

function relayOf(endpoint: string): (harm: Harm & Pick<RelayRequest, 'delayMs'>) => RelayRequest {
  return (harm) => ({ command: 'relay', endpoint, client: TOOL_ADDRESS, ...harm });
}
