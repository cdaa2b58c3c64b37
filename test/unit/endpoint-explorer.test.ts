/** The production code over every kind of endpoint, with every fault at every call: see explorer.test.ts. */
import { upgradeSchema, type UpgradeConfig } from '../../actions/config/schema';
import type { Direction } from '../../actions/state/format';
import { brokenRules, exploreAloud, sayTotals } from '../simulation/explorer-report';
import { WEIGHTED_IDS, WEIGHTED_ZONE } from '../simulation/endpoints';
import { restingWorld } from '../simulation/resting-worlds';
import { configOf } from '../simulation/scenario';

const KINDS: Readonly<Record<string, object>> = {
  weights: { kind: 'route53', zoneId: WEIGHTED_ZONE, name: 'orders-db.example.com', weights: WEIGHTED_IDS, ttl: '1s' },
  secret: { kind: 'secret', secretId: 'orders', ttl: '1s' },
  'ssm-parameter': { kind: 'ssm-parameter', name: '/orders/host', ttl: '1s' },
  'rds-proxy': { kind: 'rds-proxy', proxy: 'orders' },
  hook: { kind: 'hook', name: 'own', switch: ['endpoint-switch'], state: ['endpoint-state'], ttl: '1s' },
};
const DIRECTIONS: readonly Direction[] = ['cutover', 'rollback'];

function configWith(endpoint: object): UpgradeConfig {
  const { endpoints } = upgradeSchema.pick({ endpoints: true }).parse({ endpoints: [endpoint] });
  return { ...configOf('57-97'), endpoints };
}

jest.setTimeout(240_000);
afterAll(sayTotals);

it.each(Object.keys(KINDS).flatMap((kind) => DIRECTIONS.map((direction) => [kind, direction] as const)))(
  '%s, %s: whichever call fails, hangs, loses its reply or is the last, every rule holds and the end is in order',
  async (kind, direction) => {
    const start = await restingWorld('57-97', direction === 'cutover' ? 'replicating' : 'switched');
    const config = configWith(KINDS[kind] ?? {});
    const findings = await exploreAloud(`57-97 ${direction}, ${kind}`, { config, direction, start, faults: 1 });
    expect(brokenRules(findings)).toBe('');
    expect(Object.keys(findings.outcomes)).toEqual(expect.arrayContaining(['done', 'crashed', 'stalled', 'aborted']));
  },
);
