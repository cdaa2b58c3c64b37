import { attachSecurityGroups } from '../../aws/calls';
import { aws } from '../../engine/context';
import { UpgradeError } from '../../engine/errors';
import { waitUntil } from '../../engine/wait-until';
import type { StepContext } from '../../engine/step';
import type { CallLimits, MysqlServer } from '../../ports/mysql-server';
import type { ClusterFacts } from '../../state/format';
import { endSessions, type SessionKiller } from '../kill-sessions';
import type { Fence } from './fence';

const POLL_MS = 250;

export interface SecurityGroups {
  readonly openGroups: readonly string[];
  readonly closedGroups: readonly string[];
}

/**
 * Other security groups for the cluster, which let in the tool and the other cluster only. Security groups are asked when a
 * connection opens: connections that are tracked already live on, so the sessions of applications are ended until none
 * comes back. A new connection of the tool must still be possible, or nothing could be undone by SQL.
 */
export function securityGroupFence(
  context: StepContext,
  server: MysqlServer,
  facts: ClusterFacts,
  killer: SessionKiller,
  groups: SecurityGroups,
): Fence {
  const current = async (): Promise<readonly string[]> =>
    (await context.aws.rds.cluster(facts.clusterId))?.securityGroupIds ?? [];
  const wanted = (closed: boolean): readonly string[] => (closed ? groups.closedGroups : groups.openGroups);
  const set = async (closed: boolean, within: CallLimits): Promise<void> => {
    if (!sameGroups(await current(), wanted(closed)))
      await context.aws.run(attachSecurityGroups(facts.clusterId, wanted(closed)), within);
    await waitUntil(
      {
        clock: context.clock,
        emit: context.emit,
        signal: within.signal ?? context.signal,
        reason: `${server.side} to have the security groups ${wanted(closed).join(', ')}`,
        budgetMs: within.timeoutMs,
        intervalMs: POLL_MS,
        hint: `Look at the security groups of ${facts.clusterId} in the RDS console.`,
      },
      async () => (sameGroups(await current(), wanted(closed)) ? true : undefined),
    );
  };
  return {
    kind: 'security-group',
    async close(within) {
      await set(true, within);
      const fresh = await server.openSession();
      await fresh.close();
      await endSessions(context, server, killer, within, () => true);
    },
    open: (within) => set(false, within),
    settle: () => Promise.resolve(),
    isClosed: async () => sameGroups(await current(), groups.closedGroups),
    binds: () => true,
    changes: (closed) => aws(attachSecurityGroups(facts.clusterId, wanted(closed))),
    manualOpen: () => [
      `aws rds modify-db-cluster --db-cluster-identifier ${facts.clusterId} --vpc-security-group-ids ${groups.openGroups.join(' ')} --apply-immediately`,
    ],
    async probe() {
      const now = await current();
      if (sameGroups(now, groups.openGroups) || sameGroups(now, groups.closedGroups))
        return `the cluster has ${now.join(', ')}`;
      throw new UpgradeError(`${facts.clusterId} has the security groups ${now.join(', ')}`, {
        code: 'fence-not-possible',
        source: 'user',
        hint: `Neither openGroups (${groups.openGroups.join(', ')}) nor closedGroups (${groups.closedGroups.join(', ')}) of the security-group fence: opening it would take a group away from the cluster. Correct \`cutover.fences\` in upgrade.yaml.`,
      });
    },
  };
}

function sameGroups(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join(' ') === [...others].sort().join(' ');
}
