/** Every kind of fence, alone and in lists, with the lock of tables and without, both ways: see explorer.test.ts. */
import type { UpgradeConfig } from '../../actions/config/schema';
import type { Direction } from '../../actions/state/format';
import { runCommand } from '../simulation/commands';
import { brokenRules, exploreAloud, sayTotals } from '../simulation/explorer-report';
import { SimulatedProcess } from '../simulation/process';
import { restingWorld } from '../simulation/resting-worlds';
import { configOf, OPEN_GROUPS, type Pair } from '../simulation/scenario';
import { APPLICATION, APPLICATION_ACCOUNT, type WorldData } from '../simulation/world-data';
import { CLOSED_GROUP, SimulatedWorld } from '../simulation/world';

type Fence = Readonly<Record<string, unknown>>;

const LOCK_TABLES: Fence = { kind: 'lock-tables' };
const GROUP: Fence = { kind: 'cluster-parameter-group' };
const PROCEDURE: Fence = { kind: 'rds-set-read-only' };
const READ_ONLY: Fence = { kind: 'read-only', super: false };
const SUPER: Fence = { kind: 'read-only' };
const ACCOUNT: Fence = { kind: 'account-lock', accounts: [APPLICATION_ACCOUNT] };
const SECURITY_GROUP: Fence = { kind: 'security-group', openGroups: OPEN_GROUPS, closedGroups: [CLOSED_GROUP] };
const HOOK: Fence = { kind: 'hook', close: ['fence-close'], open: ['fence-open'], state: ['fence-state'] };

interface Setup {
  readonly name: string;
  readonly pairs: readonly Pair[];
  readonly blue: readonly Fence[];
  readonly green: readonly Fence[];
  /** The application's account passes read_only: only another fence binds it. */
  readonly passes?: true;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly takesSnapshot?: true;
  /** super_read_only of a server of one's own: what it has in its option file is not the tool's. */
  readonly isLostByReboots?: true;
  /** Both, unless the gates refuse one. */
  readonly directions?: readonly Direction[];
}

const OLD_AND_NEW: readonly Pair[] = ['57-97'];
const NEW: readonly Pair[] = ['97-97'];
const BOTH: readonly Pair[] = ['57-97', '97-97'];

const APPLICATIONS = {
  applications: [{ name: 'shop', accounts: [APPLICATION_ACCOUNT] }],
  endpoints: [
    { kind: 'route53', zoneId: 'Z0123456789ABC', name: 'orders-db.example.com', ttl: '1s', application: 'shop' },
  ],
};

const SETUPS: readonly Setup[] = [
  { name: 'read_only', pairs: BOTH, blue: [READ_ONLY], green: [READ_ONLY] },
  { name: 'super_read_only', pairs: BOTH, blue: [SUPER], green: [SUPER] },
  {
    name: 'super_read_only, which binds whoever passes read_only',
    pairs: NEW,
    blue: [SUPER],
    green: [SUPER],
    passes: true,
    isLostByReboots: true,
  },
  { name: 'the group or the procedure', pairs: OLD_AND_NEW, blue: [GROUP], green: [PROCEDURE] },
  { name: 'locked accounts', pairs: OLD_AND_NEW, blue: [ACCOUNT, GROUP], green: [ACCOUNT, PROCEDURE] },
  {
    name: 'locked accounts that pass read_only',
    pairs: NEW,
    blue: [ACCOUNT, PROCEDURE],
    green: [ACCOUNT, PROCEDURE],
    passes: true,
    directions: ['cutover'],
  },
  { name: 'locked accounts', pairs: ['57-57'], blue: [ACCOUNT, GROUP], green: [ACCOUNT, GROUP] },
  { name: 'locked accounts and read_only', pairs: BOTH, blue: [ACCOUNT, READ_ONLY], green: [ACCOUNT, READ_ONLY] },
  { name: 'security groups', pairs: OLD_AND_NEW, blue: [SECURITY_GROUP, GROUP], green: [SECURITY_GROUP, PROCEDURE] },
  {
    name: 'security groups',
    pairs: NEW,
    blue: [PROCEDURE, SECURITY_GROUP],
    green: [PROCEDURE, SECURITY_GROUP],
    passes: true,
  },
  { name: 'a hook', pairs: OLD_AND_NEW, blue: [HOOK, GROUP], green: [HOOK, PROCEDURE] },
  {
    name: 'everything',
    pairs: NEW,
    blue: [HOOK, SECURITY_GROUP, ACCOUNT, PROCEDURE],
    green: [ACCOUNT, PROCEDURE, SECURITY_GROUP, HOOK],
    passes: true,
  },
  {
    name: 'everything',
    pairs: OLD_AND_NEW,
    blue: [SECURITY_GROUP, ACCOUNT, HOOK, GROUP],
    green: [HOOK, ACCOUNT, PROCEDURE, SECURITY_GROUP],
  },
  {
    name: 'applications let in one by one, and a snapshot at the fence',
    pairs: BOTH,
    blue: [],
    green: [],
    more: APPLICATIONS,
    takesSnapshot: true,
  },
];

const DIRECTIONS: readonly Direction[] = ['cutover', 'rollback'];

const CASES = SETUPS.flatMap((setup) =>
  setup.pairs.flatMap((pair) =>
    [true, false]
      .filter((holds) => holds || setup.blue.length > 0)
      .flatMap((holds) =>
        (setup.directions ?? DIRECTIONS).map((direction) => ({ setup, pair, holds, direction, name: setup.name })),
      ),
  ),
);

function configWith(pair: Pair, { blue, green, more, takesSnapshot }: Setup, holds: boolean): UpgradeConfig {
  const list = (fences: readonly Fence[]): readonly Fence[] =>
    fences.length === 0 || !holds ? fences : [LOCK_TABLES, ...fences];
  const fences = { blue: list(blue), green: list(green) };
  return configOf(pair, { ...more, cutover: { fences, snapshotAtFence: takesSnapshot === true } });
}

jest.setTimeout(240_000);
afterAll(sayTotals);

it.each(CASES)(
  '$name, $pair $direction, tables held: $holds: every rule holds and the end is in order',
  async ({ setup, pair, holds, direction, name }) => {
    const config = configWith(pair, setup, holds);
    const lets = ({ servers }: WorldData): void => {
      if (setup.passes) servers.blue.accountsPassingReadOnly.push({ user: APPLICATION, host: '%' });
    };
    const start = await restingWorld(pair, direction === 'cutover' ? 'replicating' : 'switched', lets, config);
    const findings = await exploreAloud(`${pair} ${direction}, ${name}${holds ? ', tables held' : ''}`, {
      config,
      direction,
      start,
      faults: 1,
    });
    const violations = findings.violations.filter(
      ({ text }) => !(setup.isLostByReboots && text.startsWith('after a reboot')),
    );
    expect(brokenRules({ violations })).toBe('');
    expect(Object.keys(findings.outcomes)).toEqual(expect.arrayContaining(['done', 'crashed', 'stalled', 'aborted']));
  },
);

it('refuses to go back when an account that passes read_only is bound by its lock alone', async () => {
  const config = configOf('97-97', {
    cutover: { fences: { blue: [ACCOUNT, PROCEDURE], green: [ACCOUNT, PROCEDURE] } },
  });
  const lets = ({ servers }: WorldData): void => {
    servers.blue.accountsPassingReadOnly.push({ user: APPLICATION, host: '%' });
  };
  const start = await restingWorld('97-97', 'switched', lets, config);
  const closed: string[] = [];
  const ended = await runCommand('rollback', new SimulatedProcess(new SimulatedWorld(start), new Map()), {
    config,
    emit: (event) => {
      if (event.type === 'gate' && !event.ok) closed.push(`${event.name}: ${event.value}`);
    },
  });
  expect(ended.is).toBe('refused');
  expect(closed).toEqual([`accounts that pass read_only: ${APPLICATION_ACCOUNT}`]);
});
