/** What each gate measures, and how a switch waits for them, over simulated servers. */
import { beginWhenReady } from '../../actions/cutover/begin-when-ready';
import { gateContext, startSwitch, type Switch } from '../../actions/cutover/driver';
import { askGates, type Gate } from '../../actions/cutover/gates';
import { parityGate } from '../../actions/cutover/gates/parity';
import { closeSwitch, openSwitch } from '../../actions/cutover/open-switch';
import type { UpgradeEvent } from '../../actions/engine/events';
import { BlockedError } from '../../actions/engine/runner';
import { openRunning } from '../simulation/commands';
import { SimulatedProcess } from '../simulation/process';
import { restingWorld } from '../simulation/resting-worlds';
import { configOf } from '../simulation/scenario';
import { SimulatedWorld } from '../simulation/world';
import type { WorldData } from '../simulation/world-data';

type Config = ReturnType<typeof configOf>['cutover'];

interface Bench {
  readonly world: SimulatedWorld;
  readonly process: SimulatedProcess;
  readonly events: UpgradeEvent[];
  onEvent(heard: (event: UpgradeEvent) => void): void;
  open(): Promise<Switch>;
}

async function bench(arrange: (data: WorldData) => void, cutover: Partial<Config> = {}): Promise<Bench> {
  const world = new SimulatedWorld(await restingWorld('57-97', 'replicating'));
  arrange(world.data);
  const process = new SimulatedProcess(world, new Map());
  const events: UpgradeEvent[] = [];
  let listener = (_event: UpgradeEvent): void => undefined;
  const emit = (event: UpgradeEvent): void => {
    events.push(event);
    listener(event);
  };
  const plain = configOf('57-97');
  const config = { ...plain, cutover: { ...plain.cutover, ...cutover } };
  const { context, session } = await openRunning(process, { config, emit });
  const interrupt = process.interrupt.signal;
  return {
    world,
    process,
    events,
    onEvent: (heard) => (listener = heard),
    open: () => openSwitch({ context, direction: 'cutover', record: undefined, newId: 'x', session, interrupt }),
  };
}

async function gatesOf(
  arrange: (data: WorldData) => void,
  cutover: Partial<Config> = {},
): Promise<Readonly<Record<string, Gate>>> {
  const { open } = await bench(arrange, cutover);
  const it = await open();
  const gates = await askGates(gateContext(it));
  await closeSwitch(it);
  return Object.fromEntries(gates.map((gate) => [gate.name, gate]));
}

const quiet = (): void => undefined;
const connect = (data: WorldData, user: string): void => {
  data.servers.blue.connections.push({ id: data.nextId++, user, process: 0 });
};

describe('the gates of a quiet world', () => {
  it('are open, and each has a value, a limit, a reason and what it measured', async () => {
    const gates = await gatesOf(quiet);
    expect(Object.values(gates).filter(({ ok }) => !ok)).toEqual([]);
    for (const gate of Object.values(gates)) {
      expect([gate.value !== '', gate.limit !== '', gate.reason !== undefined]).toEqual([true, true, true]);
    }
    expect(gates['lag']?.measured).toEqual({ lagSeconds: 0, bytesNotReceived: expect.any(Number) as number });
    expect(gates['binary log of green']?.measured).toEqual({
      logBin: 'ON',
      format: 'ROW',
      rowImage: 'FULL',
      retentionHours: 48,
    });
    expect(gates['DNS TTL of orders-db.example.com']?.measured).toEqual({ ttlSeconds: 1 });
    expect(gates['budget']?.value).toBe('2.5 s to the commit point, 10.0 s kept for undoing (defaults)');
  });
});

describe('a gate closes', () => {
  it('while an open transaction has changed many rows', async () => {
    const gates = await gatesOf(({ servers }) => (servers.blue.longestTransactionSeconds = 1), {
      maxTransactionRows: 2,
    });
    expect(gates['largest transaction']).toMatchObject({ ok: false, limit: '2 rows', measured: { rowsModified: 3 } });
    expect(gates['longest transaction']?.ok).toBe(true);
  });

  it('while DDL runs', async () => {
    const gates = await gatesOf((data) => connect(data, 'ddl'));
    expect(gates['DDL running']).toMatchObject({ ok: false, measured: { running: 1, seconds: 1 } });
    expect(gates['DDL running']?.value).toMatch(/^1 \(session \d+ of ddl, for 1 s: no state\)$/);
  });

  it('for accounts that nobody expects, once somebody has said whom to expect', async () => {
    const arrange = (data: WorldData): void => connect(data, 'batch');
    expect((await gatesOf(arrange))['sessions by account']).toMatchObject({ ok: true, measured: { batch: 1 } });
    const strict = await gatesOf(arrange, { expectedAccounts: ['application'] });
    expect(strict['sessions by account']).toMatchObject({ ok: false, limit: 'application' });
    expect(strict['sessions by account']?.reason).toContain('batch is connected to blue');
  });

  it('when the side to be opened keeps its binary log too short, or not at all', async () => {
    for (const hours of [null, 1]) {
      const gates = await gatesOf(({ servers }) => (servers.green.retentionHours = hours));
      expect(gates['binary log of green']).toMatchObject({ ok: false, measured: { retentionHours: hours } });
    }
  });

  it('when the switch and its undoing cannot end within the budget', async () => {
    const gates = await gatesOf(quiet, { budget: 12_000, undoReserve: 10_000 });
    expect(gates['budget']).toMatchObject({
      ok: false,
      limit: '12.0 s',
      measured: { toCommitMs: 2_500, keptMs: 10_000 },
    });
  });
});

describe('a comparison of what stands around the data', () => {
  const row = (index: number, verdict: 'blocks' | 'warns') => ({
    ...{ subject: `account 'a${index}'@'%'`, blue: 'x', green: null, verdict },
    reason: 'It is not there on green.',
  });

  it('closes its gate by what blocks alone, and tells a few of many', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => row(index, 'blocks'));
    expect(parityGate({ part: 'accounts', rows: [row(1, 'warns')] })).toMatchObject({ ok: true });
    const { ok, value, reason = '' } = parityGate({ part: 'accounts', rows: [...many, row(1, 'warns')] });
    expect([ok, value]).toEqual([false, '3001 compared, 3000 block, 1 warn']);
    expect(reason).toContain(
      "account 'a4'@'%': It is not there on green. And 2995 more. `npm run verify -- --accounts`",
    );
    expect(reason).not.toContain("'a5'");
  });
});

describe('--wait-for-quiet', () => {
  const waits = { moment: undefined, quietMs: 60_000 };

  async function begin(it: Bench): Promise<string> {
    const opened = async <T>(work: (one: Switch) => Promise<T>): Promise<T> => {
      const one = await it.open();
      try {
        return await work(one);
      } finally {
        await closeSwitch(one);
      }
    };
    const { base } = await it.open();
    return beginWhenReady({
      context: { clock: base.clock, emit: base.emit, signal: it.process.interrupt.signal },
      direction: 'cutover',
      waits,
      observe: (work) => opened((one) => work(gateContext(one))),
      attempt: () => opened(async (one) => (await startSwitch(one)).is),
    });
  }

  it('goes as soon as the gates are open, and has said which one held it', async () => {
    const it = await bench(({ servers }) => (servers.blue.longestTransactionSeconds = 30));
    it.onEvent((event) => {
      if (event.type === 'waiting' && event.elapsedMs > 8_000) it.world.data.servers.blue.longestTransactionSeconds = 0;
    });
    expect(await begin(it)).toBe('done');
    const told = it.events.flatMap((event) => (event.type === 'waiting' ? [event] : []));
    expect(told[0]).toMatchObject({ budgetMs: 60_000 });
    expect(told[0]?.reason).toContain('quiet: longest transaction 30 s');
    // At once, then every 5 s.
    expect(told.length).toBeGreaterThan(2);
  });

  it('asks what is dear to ask seldom while it waits, and once more before it switches', async () => {
    const it = await bench(({ servers }) => (servers.blue.longestTransactionSeconds = 30));
    it.onEvent((event) => {
      if (event.type === 'waiting' && event.elapsedMs > 20_000)
        it.world.data.servers.blue.longestTransactionSeconds = 0;
    });
    expect(await begin(it)).toBe('done');
    const asked = (what: string): number => it.process.calls.filter(({ text }) => text.includes(what)).length;
    // Both sides, once in 20 s of waiting and once at the switch.
    expect(asked('account-grants')).toBe(4);
  });

  it('refuses at its deadline with the gate that is still closed, having taken nothing', async () => {
    const it = await bench(({ servers }) => (servers.blue.longestTransactionSeconds = 30));
    const refused = begin(it);
    await expect(refused).rejects.toBeInstanceOf(BlockedError);
    await expect(refused).rejects.toMatchObject({ code: 'not-quiet' });
    expect(it.process.calls.filter(({ text }) => text.includes('take-advisory-lock'))).toEqual([]);
  });
});
