/** Every kind of fence on real servers under load, there and back; and the fence that frees itself when all else is dead. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RowDataPacket } from 'mysql2/promise';
import { auditSides } from '../../lab/rehearsal/audit';
import { askLab } from '../../lab/supervisor/control';
import type { WriterLoad } from '../../lab/writers/writer-load';
import { monotonicMs } from '../../lab/writers/monotonic';
import { measureSwitch } from '../../lab/writers/switch-measurement';
import { servingSide, type Direction } from '../../actions/state/format';
import type { Side } from '../../actions/ports/mysql-server';
import {
  closeTestLab,
  openReplicatingLab,
  readState,
  run,
  start,
  startWriters,
  variantOf,
  type TestLab,
} from './support/test-lab';
import { connectAsMaster, endpointOf, expectRest, expectWrites, observe, restingIn, until } from './support/world';

jest.setTimeout(300_000);

let lab: TestLab;
let load: WriterLoad;
const switches: { from: Side; to: Side; fromMs: number; toMs: number; what: string }[] = [];

beforeAll(async () => {
  lab = await openReplicatingLab('57-97');
  load = await startWriters(lab, 4);
});

afterAll(async () => {
  await load.kill();
  await closeTestLab(lab);
});

describe('a fence that frees itself', () => {
  test('lets blue go on writing when the tool and its watchdog are killed before the commit', async () => {
    const fast = withFences('free.yaml', '  freeAfter: 31s\n');
    // Every answer of green takes so long, and with it the wait for its applier: time enough to be killed in.
    const relay = { command: 'relay', endpoint: endpointOf(lab, 'green') } as const;
    await askLab(lab.lab.controlSocket, { ...relay, fault: 'delay', delayMs: 300 });
    const tool = start(lab, ['cutover', '--auto-approve', ...fast]);
    await tool.told((told) => told['type'] === 'cutover-state' && told['state'] === 'draining');
    const before = (await load.progress()).acknowledged;
    killWithWatchdog(tool.pid);
    await tool.done;
    // Nobody does anything: the connection broke, so the server let go.
    await until(async () => (await load.progress()).acknowledged > before + 100, 'blue taking writes by itself');
    expect(await observe(lab)).toMatchObject({ underWay: 'fencing', writable: ['blue'], application: 'blue' });
    await askLab(lab.lab.controlSocket, { ...relay, fault: 'heal' });
    expect((await run(lab, ['cutover', '--auto-approve', ...fast])).exitCode).toBe(4);
    await expectRest(lab, restingIn('replicating'));
    await expectWrites(lab, load);
  });

  test('stays closed for good when they are killed after the commit', async () => {
    const fromMs = monotonicMs();
    const tool = start(lab, ['cutover', '--auto-approve']);
    await tool.told((told) => told['type'] === 'cutover-state' && told['state'] === 'routing');
    killWithWatchdog(tool.pid);
    await tool.done;
    expect(await stays(2_000, async () => !(await observe(lab)).writable.includes('blue'))).toBe(true);
    expect((await run(lab, ['cutover', '--auto-approve'])).exitCode).toBe(0);
    await rest('switched');
    switches.push({ from: 'blue', to: 'green', fromMs, toMs: monotonicMs(), what: 'killed after the commit' });
    await switched('rollback', []);
  });
});

describe('there and back with', () => {
  test('accounts that are locked: green serves them, blue goes on to keep them out', async () => {
    const accounts = `['${lab.lab.users.application.user}@%']`;
    const fences = withFences(
      'account-lock.yaml',
      `  fences:
    blue: [{ kind: account-lock, accounts: ${accounts} }, { kind: cluster-parameter-group }]
    green: [{ kind: account-lock, accounts: ${accounts} }, { kind: rds-set-read-only }]
`,
    );
    await switched('cutover', fences);
    expect(await lockedOn('green')).toEqual([]);
    expect(await stays(1_000, async () => (await lockedOn('blue')).length === 1)).toBe(true);
    await switched('rollback', fences);
    expect(await lockedOn('blue')).toEqual([]);
    expect(await lockedOn('green')).toEqual([lab.lab.users.application.user]);
    // As it was found, for the tests after this one.
    const green = await connectAsMaster(lab, 'green');
    await green.query('ALTER USER ?@? ACCOUNT UNLOCK', [lab.lab.users.application.user, '%']);
    green.destroy();
  });

  test('commands of the operator', async () => {
    const script = join(lab.lab.dir, 'fence.sh');
    const flag = (side: string): string => join(lab.lab.dir, `fenced-${side}`);
    writeFileSync(
      script,
      `#!/bin/sh\nfile="${join(lab.lab.dir, 'fenced-')}$AURORA_CUTOVER_SIDE"\n` +
        'case "$1" in close) : > "$file" ;; open) rm -f "$file" ;; state) [ -e "$file" ] ;; esac\n',
    );
    const hook = `{ kind: hook, close: [sh, ${script}, close], open: [sh, ${script}, open], state: [sh, ${script}, state] }`;
    const fences = withFences(
      'hook.yaml',
      `  fences:
    blue: [{ kind: lock-tables }, { kind: cluster-parameter-group }, ${hook}]
    green: [{ kind: lock-tables }, { kind: rds-set-read-only }, ${hook}]
`,
    );
    await switched('cutover', fences);
    expect([existsSync(flag('blue')), existsSync(flag('green'))]).toEqual([true, false]);
    await switched('rollback', fences);
    expect([existsSync(flag('blue')), existsSync(flag('green'))]).toEqual([false, true]);
  });

  test('a hook that cannot close gives blue back', async () => {
    const fences = withFences(
      'bad-hook.yaml',
      `  fences:
    blue: [{ kind: cluster-parameter-group }, { kind: hook, close: ['false'], open: ['true'], state: ['false'] }]
`,
    );
    const ended = await run(lab, ['cutover', '--auto-approve', ...fences]);
    expect({ exitCode: ended.exitCode, said: ended.stdout.includes('the fence hook of blue did not close') }).toEqual({
      exitCode: 4,
      said: true,
    });
    await rest('rolled-back');
  });

  // The last one: green stays closed, and only a switch with the same fences opens it.
  test('other security groups: tracked connections are ended, new ones are refused', async () => {
    const open = securityGroup('orders-database');
    const closed = securityGroup('orders-fenced');
    const swap = `{ kind: security-group, openGroups: [${open}], closedGroups: [${closed}] }`;
    const fences = withFences(
      'security-group.yaml',
      `  fences:
    blue: [{ kind: cluster-parameter-group }, ${swap}]
    green: [{ kind: rds-set-read-only }, ${swap}]
`,
    );
    await switched('cutover', fences);
    expect([groupsOf('blue'), groupsOf('green')]).toEqual([[closed], [open]]);
    await switched('rollback', fences);
    expect([groupsOf('blue'), groupsOf('green')]).toEqual([[open], [closed]]);
  });
});

test('after all of that every acknowledged write is on both servers, once, and none was taken by both', async () => {
  const ledger = await load.stop();
  const sides = { servingEndpoint: endpointOf(lab, 'blue'), otherEndpoint: endpointOf(lab, 'green') };
  const audit = await auditSides(lab.lab, sides, ledger);
  expect(audit).toMatchObject({ lost: [], missingOnOther: [], duplicated: [], miscounted: [] });
  expect(audit.acknowledged).toBeGreaterThan(500);
  const uuid = (side: Side): string => readState(lab).facts[side]?.serverUuid ?? '';
  for (const { from, to, fromMs, toMs, what } of switches) {
    const measured = measureSwitch(ledger, { oldUuid: uuid(from), newUuid: uuid(to), fromMs, toMs });
    expect({ what, dual: measured.dual }).toEqual({ what, dual: [] });
  }
});

/** Words that choose an upgrade.yaml with this in its section `cutover`. */
function withFences(name: string, section: string): readonly string[] {
  return ['--config', variantOf(lab, name, (text) => `${text}cutover:\n${section}`)];
}

async function switched(direction: Direction, words: readonly string[]): Promise<void> {
  const fromMs = monotonicMs();
  const ended = await run(lab, [direction, '--auto-approve', ...words]);
  if (ended.exitCode !== 0)
    throw new Error(`${direction} ended with ${ended.exitCode}: ${ended.stdout}${ended.stderr}`);
  await rest(direction === 'cutover' ? 'switched' : 'rolled-back');
  const from = direction === 'cutover' ? 'blue' : 'green';
  switches.push({ from, to: from === 'blue' ? 'green' : 'blue', fromMs, toMs: monotonicMs(), what: words.join(' ') });
}

async function rest(phase: 'switched' | 'rolled-back'): Promise<void> {
  await expectRest(lab, restingIn(phase));
  await expectWrites(lab, load);
  expect(servingSide(readState(lab).phase)).toBe(phase === 'switched' ? 'green' : 'blue');
}

/** The tool's process and every other one of this lab's tool: what runs in the background, too. */
function killWithWatchdog(pid: number): void {
  const others = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return words.includes('watchdog') && words.some((word) => word.startsWith(lab.lab.dir));
      } catch {
        return false;
      }
    });
  expect(others.length).toBeGreaterThan(0);
  for (const one of [...others.map(Number), pid]) process.kill(one, 'SIGKILL');
}

/** Whether something holds the whole time. */
async function stays(ms: number, holds: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + ms;
  while (performance.now() < end) if (!(await holds())) return false;
  return true;
}

async function lockedOn(side: Side): Promise<readonly string[]> {
  const session = await connectAsMaster(lab, side);
  const [rows] = await session.query<RowDataPacket[]>(
    "SELECT User FROM mysql.user WHERE account_locked = 'Y' AND User = ?",
    [lab.lab.users.application.user],
  );
  session.destroy();
  return rows.map((row) => String(row['User']));
}

interface Account {
  readonly securityGroups: Readonly<Record<string, { readonly id: string; readonly name: string }>>;
  readonly clusters: Readonly<Record<string, { readonly id: string; readonly securityGroupIds: readonly string[] }>>;
}

function account(): Account {
  return JSON.parse(readFileSync(join(lab.lab.dir, 'aws.json'), 'utf8')) as Account;
}

function securityGroup(name: string): string {
  const found = Object.values(account().securityGroups).find((group) => group.name === name);
  if (!found) throw new Error(`the lab has no security group ${name}`);
  return found.id;
}

function groupsOf(side: Side): readonly string[] {
  const id = lab.lab[side].clusterId;
  return Object.values(account().clusters).find((cluster) => cluster.id === id)?.securityGroupIds ?? [];
}
