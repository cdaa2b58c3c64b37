/** The tool is killed wherever it can be, and the same command is run again: nothing is half-way, no write is lost. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { derivedPassword } from '../../actions/mysql/derived-password';
import { auditSides } from '../../lab/rehearsal/audit';
import { monotonicMs } from '../../lab/writers/monotonic';
import { measureSwitch } from '../../lab/writers/switch-measurement';
import type { WriterLoad } from '../../lab/writers/writer-load';
import { servingSide, type Direction } from '../../actions/state/format';
import type { Side } from '../../actions/ports/mysql-server';
import {
  closeTestLab,
  deploy,
  openTestLab,
  readState,
  run,
  start,
  startWriters,
  type TestLab,
} from './support/test-lab';
import type { Told } from './support/tool';
import { endpointOf, expectRest, expectWrites, restingIn, until } from './support/world';

jest.setTimeout(300_000);

let test57: TestLab;
let load: WriterLoad;
/** Every command, with the side that served before and after it. */
const switches: { from: Side; to: Side; fromMs: number; toMs: number; what: string }[] = [];

beforeAll(async () => {
  test57 = await openTestLab('57-97');
  load = await startWriters(test57, 4);
});

afterAll(async () => {
  await load.kill();
  await closeTestLab(test57);
});

/** What there is to do in this pair: other steps find their work done. */
const APPLY_STEPS = {
  prepared: [
    'discover-blue',
    'enable-binlog-on-blue',
    'set-binlog-retention-on-blue',
    'create-tool-schema',
    'create-replication-accounts',
    'plan-green-parameters',
  ],
  replicating: ['discover-green', 'capture-start-position', 'replicate-from-blue'],
} as const;

describe('apply, killed at the beginning of each step, goes on from there', () => {
  test('before green is deployed', async () => {
    expect(await applyWithKills()).toEqual(APPLY_STEPS.prepared);
    expect(readState(test57).phase).toBe('prepared');
  });

  test('afterwards', async () => {
    await deploy(test57);
    // Catching up may be over before it is waited for.
    expect((await applyWithKills()).filter((id) => id !== 'catch-up')).toEqual(APPLY_STEPS.replicating);
    await expectRest(test57, restingIn('replicating'));
  });
});

const STATES = ['fencing', 'draining', 'arming', 'opening', 'routing', 'confirming', 'done'] as const;
const FLIPS: readonly Direction[] = ['cutover', 'rollback'];
const CASES = STATES.flatMap((state) => FLIPS.map((direction) => ({ direction, state })));

test('a switch killed in any of its states is undone or completed by the same command', async () => {
  const todo = [...CASES];
  while (todo.length > 0) {
    const direction = possible();
    const index = todo.findIndex((one) => one.direction === direction);
    const [next] = index < 0 ? [] : todo.splice(index, 1);
    if (next) await killAndRepeat(direction, `killed in ${next.state}`, (told) => isState(told, next.state), 0);
    else
      await watched(direction, 'not killed', async () =>
        expect((await run(test57, [direction, '--auto-approve'])).exitCode).toBe(0),
      );
  }
});

test('at any instant after the fence was asked for, too', async () => {
  const random = seeded(20_251_120);
  for (let round = 0; round < 4; round++) {
    const delayMs = Math.round(random() * 300);
    await killAndRepeat(
      possible(),
      `killed ${delayMs} ms after the fence`,
      (told) => isState(told, 'fencing'),
      delayMs,
    );
  }
});

test.each(['arming', 'routing'])(
  'with nobody to run it again, the watchdog ends a switch that was killed in %s',
  async (state) => {
    const direction = possible();
    await watched(direction, `killed in ${state}, watchdog`, async () => {
      const tool = start(test57, [direction, '--auto-approve']);
      await tool.told((told) => isState(told, state));
      tool.kill('SIGKILL');
      await tool.done;
      await until(
        () => readState(test57).cutover === undefined && !existsSync(`${test57.stateFile}.lock`),
        'the end of the switch',
      );
    });
  },
);

test('Ctrl-C after the commit changes nothing: the switch is completed', async () => {
  const direction = possible();
  await watched(direction, 'Ctrl-C in routing', async () => {
    const tool = start(test57, [direction, '--auto-approve']);
    await tool.told((told) => isState(told, 'routing'));
    tool.kill('SIGINT');
    expect((await tool.done).exitCode).toBe(0);
  });
});

test('after all of that every acknowledged write is on both servers, once', async () => {
  const ledger = await load.stop();
  const serving = servingSide(readState(test57).phase);
  const sides = { servingEndpoint: endpointOf(test57, serving), otherEndpoint: endpointOf(test57, other(serving)) };
  const audit = await auditSides(test57.lab, sides, ledger);
  expect(audit).toMatchObject({ lost: [], missingOnOther: [], duplicated: [], miscounted: [] });
  expect(audit.acknowledged).toBeGreaterThan(1_000);
  const uuids = Object.fromEntries(
    (['blue', 'green'] as const).map((side) => [side, readState(test57).facts[side]?.serverUuid ?? '']),
  );
  for (const { from, to, fromMs, toMs, what } of switches) {
    const measured = measureSwitch(ledger, { oldUuid: uuids[from] ?? '', newUuid: uuids[to] ?? '', fromMs, toMs });
    expect({ what, dual: measured.dual }).toEqual({ what, dual: [] });
  }
});

test('what the switches have written down holds no password', () => {
  const { master, application } = test57.lab.users;
  const derived = derivedPassword(master.password, readState(test57).lineage, 'cutover_repl');
  const folder = dirname(test57.stateFile);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map(({ name }) => name).join(' ');
  for (const kind of ['journal', 'watchdog.log', 'cutover.html', 'rollback.html']) expect(names).toContain(kind);
  const leaks = files.filter(({ parentPath, name }) => {
    const text = readFileSync(join(parentPath, name), 'utf8');
    return [master.password, application.password, derived].some((password) => text.includes(password));
  });
  expect(leaks).toEqual([]);
});

/** The direction that the phase allows. */
function possible(): Direction {
  return servingSide(readState(test57).phase) === 'blue' ? 'cutover' : 'rollback';
}

function other(side: Side): Side {
  return side === 'blue' ? 'green' : 'blue';
}

function isState(told: Told, state: string): boolean {
  return told['type'] === 'cutover-state' && told['state'] === state;
}

async function killAndRepeat(
  direction: Direction,
  what: string,
  moment: (told: Told) => boolean,
  delayMs: number,
): Promise<void> {
  await watched(direction, what, async () => {
    const tool = start(test57, [direction, '--auto-approve', '--no-watchdog']);
    await tool.told(moment);
    if (delayMs > 0) await sleep(delayMs);
    tool.kill('SIGKILL');
    await tool.done;
    const left = readState(test57).cutover?.state;
    const exitCodes: number[] = [];
    while (exitCodes.length < 4 && ![0, 4].includes(exitCodes.at(-1) ?? -1)) {
      const again = await run(test57, [direction, '--auto-approve', '--no-watchdog']);
      exitCodes.push(again.exitCode);
      if (![0, 4].includes(again.exitCode))
        process.stderr.write(`${what}: ${again.exitCode} ${again.stdout}${again.stderr}\n`);
    }
    // What was durable decides: before the commit it is undone, after it completed; with no record it is begun anew.
    const expected = left === 'fencing' || left === 'undoing' ? 4 : 0;
    expect({ what, direction, left, exitCodes }).toEqual({ what, direction, left, exitCodes: [expected] });
  });
}

/** Carries `work` out under load, then holds the world to what must be true at rest, and the application to its writing. */
async function watched(direction: Direction, what: string, work: () => Promise<void>): Promise<void> {
  const fromMs = monotonicMs();
  await work();
  const { phase } = readState(test57);
  if (phase !== 'replicating' && phase !== 'switched' && phase !== 'rolled-back') throw new Error(`${what}: ${phase}`);
  await expectRest(test57, restingIn(phase));
  await expectWrites(test57, load);
  const from = direction === 'cutover' ? 'blue' : 'green';
  switches.push({ from, to: other(from), fromMs, toMs: monotonicMs(), what: `${direction}, ${what}` });
}

/** Kills each run at the first step that no run has begun before; answers those steps. */
async function applyWithKills(): Promise<readonly string[]> {
  const begun: string[] = [];
  for (;;) {
    const tool = start(test57, ['apply', '--auto-approve', '--allow-reboot']);
    const isNew = (told: Told): boolean => told['type'] === 'step-started' && !begun.includes(String(told['id']));
    const step = await Promise.race([tool.told(isNew), tool.done]).catch(() => tool.done);
    if ('exitCode' in step) {
      const ended = await tool.done;
      if (ended.exitCode !== 0) throw new Error(`apply ended with ${ended.exitCode}: ${ended.stdout}${ended.stderr}`);
      return begun;
    }
    begun.push(String((step as Told)['id']));
    tool.kill('SIGKILL');
    await tool.done;
  }
}

/** Numbers from 0 to 1, the same ones each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
