import { wantsSnapshot } from '../snapshot-at-fence';
import type { GateFamily } from './gate';

/**
 * RDS calls a cluster `backing-up` while it makes a snapshot, and ModifyDBCluster wants it `available` (API reference): a
 * rollback soon after the cutover could not give the security groups back.
 */
export const snapshot: GateFamily = {
  name: 'snapshot at the fence',
  ask(context) {
    if (!wantsSnapshot(context)) return Promise.resolve([]);
    const kinds = context.config.cutover.fences[context.from].map(({ kind }) => kind);
    const clashes = kinds.includes('security-group');
    return Promise.resolve([
      {
        name: 'snapshot at the fence',
        value: clashes ? `wanted, with security groups as a fence of ${context.from}` : 'wanted',
        limit: `no security group as a fence of ${context.from}`,
        ok: !clashes,
        reason: clashes
          ? 'While RDS makes a snapshot it refuses to change the security groups of the cluster, so a rollback soon after the cutover could not open them again. Leave out one of the two.'
          : `RDS is asked for it while ${context.from} stands still behind its fence; the switch does not wait for it.`,
        measured: {},
      },
    ]);
  },
};
