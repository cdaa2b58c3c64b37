import { deregisterProxyTarget, registerProxyTarget } from '../../aws/calls';
import type { ProxyConfig } from '../../config/endpoint-schema';
import { aws } from '../../engine/context';
import type { StepContext } from '../../engine/step';
import { waitUntil } from '../../engine/wait-until';
import type { ProxyTarget } from '../../ports/aws';
import type { Endpoint, EndpointSight } from './endpoint';
import type { Move } from './endpoints-of';

const HEALTH_POLL_MS = 1_000;

/**
 * The cluster behind an RDS Proxy. A target group holds one cluster, so the old one is taken out before the new one is put
 * in; in between the proxy serves nobody, and what is left of a switch that died there is `between`.
 */
export function proxyTarget(context: StepContext, config: ProxyConfig, { facts }: Move): Endpoint {
  const { proxy, targetGroup } = config;
  const from = facts.from.clusterId;
  const to = facts.to.clusterId;
  const read = (): Promise<readonly ProxyTarget[]> => context.aws.rds.proxyTargets(proxy, targetGroup);
  return {
    name: `rds-proxy ${proxy}`,
    application: config.application,
    // Clients keep the address of the proxy.
    tailMs: 0,
    state: async () => sightOf(await read(), from, to),
    async switch(within) {
      const clusters = clustersOf(await read());
      if (clusters.includes(from)) await context.aws.run(deregisterProxyTarget(proxy, targetGroup, from), within);
      if (!clusters.includes(to)) await context.aws.run(registerProxyTarget(proxy, targetGroup, to), within);
    },
    async settled(within) {
      await waitUntil(
        {
          clock: context.clock,
          emit: context.emit,
          signal: within.signal ?? context.signal,
          reason: `the proxy ${proxy} to reach ${to}`,
          budgetMs: within.timeoutMs,
          intervalMs: HEALTH_POLL_MS,
          hint: `Look at \`aws rds describe-db-proxy-targets --db-proxy-name ${proxy}\`: AUTH_FAILURE means that the secrets of the proxy do not fit the accounts of ${to}, UNREACHABLE that its security groups do not let the proxy in. Then run the same command again.`,
        },
        async (see) => {
          const targets = (await read()).filter(({ clusterId, state }) => clusterId === to && state !== undefined);
          see(targets.map(describe).join(', ') || 'no instance yet');
          const writer = targets.find(({ role }) => role === 'READ_WRITE') ?? targets[0];
          return writer?.state === 'AVAILABLE' ? true : undefined;
        },
      );
    },
    changes: () =>
      Promise.resolve(
        aws(deregisterProxyTarget(proxy, targetGroup, from), registerProxyTarget(proxy, targetGroup, to)),
      ),
    manual: () => [
      `aws rds deregister-db-proxy-targets --db-proxy-name ${proxy} --target-group-name ${targetGroup} --db-cluster-identifiers ${from}`,
      `aws rds register-db-proxy-targets --db-proxy-name ${proxy} --target-group-name ${targetGroup} --db-cluster-identifiers ${to}`,
    ],
  };
}

function sightOf(targets: readonly ProxyTarget[], from: string, to: string): EndpointSight {
  const clusters = clustersOf(targets);
  const [only, another] = clusters;
  const seen = clusters.join(', ') || 'no cluster';
  if (only === undefined) return { is: 'between', seen };
  if (another !== undefined) return { is: 'elsewhere', seen };
  return { is: only === to ? 'there' : only === from ? 'not-yet' : 'elsewhere', seen };
}

function clustersOf(targets: readonly ProxyTarget[]): readonly string[] {
  return [...new Set(targets.map(({ clusterId }) => clusterId))];
}

function describe({ targetId, state, reason }: ProxyTarget): string {
  return `${targetId} ${String(state)}${reason === undefined ? '' : ` (${reason})`}`;
}
