/** AWS throttles, fails, hangs, or does what it was asked and does not say so. */
import type { FaultEffect } from '../aws/faults';
import type { Fault } from './fault';

const EFFECTS = ['throttle', 'error500', 'hang', 'reply-lost', 'hang-done'] as const satisfies readonly FaultEffect[];
const MOMENTS = ['manual-undo', 'fencing', 'draining', 'opening', 'routing', 'confirming'] as const;

const CALLS = {
  'parameter-group': { service: 'rds', action: 'ModifyDBClusterParameterGroup' },
  'route53-change': { service: 'route53', action: 'ChangeResourceRecordSets' },
  everything: {},
} as const;

export const AWS: readonly Fault[] = Object.entries(CALLS).flatMap(([name, match]) =>
  EFFECTS.map((effect): Fault => ({
    name: `aws-${name}-${effect}`,
    family: 'aws',
    async during(scene, tool) {
      const { lab, random } = scene;
      // A hanging call costs half a minute or more each time.
      const times = effect.startsWith('hang') ? 1 : random.pick([1, 2, 5, 20]);
      const moment = random.pick(MOMENTS);
      scene.note(`${times} times from ${moment} on`);
      scene.heal(() => lab.healAws());
      const isThere = await (moment === 'manual-undo'
        ? tool.told((object) => object['type'] === moment)
        : tool.reached(moment));
      if (!isThere) return scene.missed();
      await lab.aws({ match, effect, times });
    },
  })),
);
