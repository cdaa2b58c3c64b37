import type { Gate, GateContext, GateFamily } from './gate';

/** Longer, and clients would go to the closed side for minutes. */
const MAX_TTL_SECONDS = 60;

/** One family an endpoint, so that one that cannot be asked closes its own gate only. */
export function endpointGates(context: Pick<GateContext, 'endpoints' | 'config'>): readonly GateFamily[] {
  return [
    ...context.endpoints.map((endpoint): GateFamily => ({
      name: endpoint.name,
      ask: async ({ from, within }) => {
        const state = await endpoint.state(within());
        return [
          {
            name: endpoint.name,
            value: state.seen,
            limit: `the endpoint of ${from}`,
            ok: state.is === 'not-yet',
            reason: 'The tool only moves what points at the side that serves.',
            measured: { is: state.is, target: state.seen },
          },
        ];
      },
    })),
    ...context.config.endpoints.flatMap((endpoint): readonly GateFamily[] =>
      'zoneId' in endpoint
        ? [{ name: ttlName(endpoint.name), ask: (asked) => publishedTtl(asked, endpoint.zoneId, endpoint.name) }]
        : [],
    ),
  ];
}

/** The TTL that the zone publishes now: what `upgrade.yaml` wants comes with the switch, too late for it. */
async function publishedTtl(context: GateContext, zoneId: string, name: string): Promise<readonly Gate[]> {
  const records = await context.aws.dns.records(zoneId, name);
  const known = records.flatMap(({ ttlSeconds }) => (ttlSeconds === undefined ? [] : [ttlSeconds]));
  const longest = known.length === 0 ? undefined : Math.max(...known);
  return [
    {
      name: ttlName(name),
      value: longest === undefined ? 'none published' : `${longest} s`,
      limit: `${MAX_TTL_SECONDS} s`,
      ok: longest === undefined || longest <= MAX_TTL_SECONDS,
      reason: `Clients keep the address of ${context.from} this long after the switch. Lower the TTL of the record in Route 53, and wait until the old one has passed.`,
      measured: { ttlSeconds: longest ?? null },
    },
  ];
}

function ttlName(name: string): string {
  return `DNS TTL of ${name}`;
}
