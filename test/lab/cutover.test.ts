/** Switches that fail or are refused: the side that served serves on, and the same command works once the cause is gone. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { askLab, type ControlRequest } from '../../lab/supervisor/control';
import { auditSides } from '../../lab/rehearsal/audit';
import { checksumOf, type SavedPlan } from '../../actions/engine/saved-plan';
import type { WriterLoad } from '../../lab/writers/writer-load';
import {
  addFault,
  changesOfAws,
  clearFaults,
  closeTestLab,
  openReplicatingLab,
  readState,
  run,
  start,
  startWriters,
  succeed,
  variantOf,
  type TestLab,
} from './support/test-lab';
import { errorOf, type ToolProcess, type ToolRun } from './support/tool';
import { connectAsMaster, endpointOf, expectRest, expectWrites, lagOf, restingIn, until } from './support/world';

jest.setTimeout(300_000);

/**
 * Without the lock of tables the fence takes as long as RDS needs for a parameter: time enough to lock a table of green before
 * the switch waits for it. The one with the lock is tried in fences.test.ts.
 */
const FENCES = 'cutover:\n  fences: { blue: [{ kind: cluster-parameter-group }] }\n';
let SWITCH: readonly string[];

let test57: TestLab;
let load: WriterLoad;
/** upgrade.yaml with 3 s to commit. */
let hurried: readonly string[];
const open: Connection[] = [];

beforeAll(async () => {
  test57 = await openReplicatingLab('57-57');
  load = await startWriters(test57, 4);
  SWITCH = ['--auto-approve', '--config', adding('slow-fence.yaml', FENCES)];
  hurried = ['--config', adding('hurried.yaml', `${FENCES}  budget: 6s\n  undoReserve: 3s\n`)];
});

afterEach(async () => {
  for (const connection of open.splice(0)) connection.destroy();
  await clearFaults(test57);
});

afterAll(async () => {
  await load.kill();
  await closeTestLab(test57);
});

describe('refused before any effect', () => {
  let changesBefore = 0;

  beforeEach(async () => {
    changesBefore = await changesOfAws(test57);
  });

  afterEach(async () => {
    expect(await changesOfAws(test57)).toBe(changesBefore);
    await expectRest(test57, restingIn('replicating'));
  });

  test('a transaction that has been open for too long', async () => {
    const blue = await connect('blue');
    await blue.query('START TRANSACTION');
    await blue.query('UPDATE shop.orders SET id = id WHERE id = 1');
    await until(async () => {
      const [rows] = await blue.query(
        'SELECT 1 FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = CONNECTION_ID() AND trx_started < NOW() - INTERVAL 2 SECOND',
      );
      return Array.isArray(rows) && rows.length > 0;
    });
    const ended = await run(test57, [
      'cutover',
      ...SWITCH,
      '--config',
      adding('strict.yaml', 'cutover:\n  maxTransaction: 1s\n'),
    ]);
    expect({ exitCode: ended.exitCode, error: errorOf(ended) }).toMatchObject({
      exitCode: 3,
      error: { code: 'gate-closed', summary: expect.stringContaining('longest transaction') },
    });
  });

  test('a plan that was reviewed for another configuration or another state', async () => {
    const prefix = join(test57.lab.dir, 'plans', 'reviewed');
    await succeed(test57, ['plan', '--out', prefix]);
    const other = await run(test57, ['cutover', ...SWITCH, '--plan', `${prefix}.plan.json`, ...hurried]);
    expect({ exitCode: other.exitCode, error: errorOf(other) }).toMatchObject({
      exitCode: 3,
      error: { code: 'plan-stale', hint: expect.stringContaining('changed since review: upgrade.yaml') },
    });
    const plan = JSON.parse(readFileSync(`${prefix}.plan.json`, 'utf8')) as SavedPlan;
    const later = { ...plan, binding: { ...plan.binding, stateSerial: plan.binding.stateSerial + 1 } };
    writeFileSync(`${prefix}.plan.json`, JSON.stringify({ ...later, checksum: checksumOf(later) }));
    const earlier = await run(test57, ['cutover', ...SWITCH, '--plan', `${prefix}.plan.json`]);
    expect({ exitCode: earlier.exitCode, hint: errorOf(earlier).hint }).toMatchObject({
      exitCode: 3,
      hint: expect.stringContaining('changed since review: serial of the state'),
    });
  });

  test('a state that cannot be written', async () => {
    const repair = breakStateFile();
    const ended = await run(test57, ['cutover', ...SWITCH]);
    repair();
    expect(ended.exitCode).toBe(1);
    expect(errorOf(ended)).toMatchObject({ code: 'state-unwritable' });
  });
});

describe('aborted before the commit, exit code 4: blue serves, and the same command works later', () => {
  test('Ctrl-C; a second cutover is refused meanwhile, from here and from another machine', async () => {
    const first = start(test57, ['cutover', ...SWITCH]);
    await blockGreen(first);
    const here = await run(test57, ['cutover', ...SWITCH]);
    expect({ exitCode: here.exitCode, code: errorOf(here).code }).toEqual({ exitCode: 6, code: 'state-locked' });
    const copy = join(test57.lab.dir, 'elsewhere.json');
    copyFileSync(test57.stateFile, copy);
    const elsewhere = await run(test57, [
      'cutover',
      ...SWITCH,
      '--config',
      adding('elsewhere.yaml', `state: ${copy}\n`),
    ]);
    expect({ exitCode: elsewhere.exitCode, code: errorOf(elsewhere).code }).toEqual({
      exitCode: 6,
      code: 'cutover-locked',
    });
    first.kill('SIGINT');
    await expectAborted(first.done);
  });

  test('green cannot apply the last writes in time', async () => {
    const tool = start(test57, ['cutover', ...SWITCH, ...hurried]);
    await blockGreen(tool);
    await expectAborted(tool.done);
  });

  test('green dies while it applies them', async () => {
    const tool = start(test57, ['cutover', ...SWITCH]);
    await blockGreen(tool);
    await order({ command: 'server', clusterId: test57.lab.green.clusterId, fault: 'crash' });
    const ended = await tool.done;
    await order({ command: 'server', clusterId: test57.lab.green.clusterId, fault: 'start' });
    await succeed(test57, ['apply', '--auto-approve']);
    await expectAborted(ended);
  });

  test('the fence hangs in AWS', async () => {
    await addFault(test57, { match: { service: 'rds', action: 'ModifyDBClusterParameterGroup' }, effect: 'hang' });
    await expectAborted(run(test57, ['cutover', ...SWITCH, ...hurried]));
  });

  test('the state cannot be written when it comes to the commit', async () => {
    const tool = start(test57, ['cutover', ...SWITCH]);
    await blockGreen(tool);
    const repair = breakStateFile();
    unblock();
    const ended = await tool.done;
    expect(ended.exitCode).toBe(5);
    expect(readdirSync(test57.lab.dir).filter((name) => name.endsWith('.state.json'))).toHaveLength(1);
    await expectWrites(test57, load);
    repair();
    await expectAborted(run(test57, ['cutover', ...SWITCH]));
  });

  test('killed while it undoes', async () => {
    const tool = start(test57, ['cutover', ...SWITCH, '--no-watchdog']);
    await blockGreen(tool);
    tool.kill('SIGINT');
    await isIn(tool, 'undoing');
    tool.kill('SIGKILL');
    await tool.done;
    unblock();
    await expectAborted(run(test57, ['cutover', ...SWITCH]));
  });

  test('blue cannot be reached to give it back: a person is needed, and going on gives it back', async () => {
    const tool = start(test57, ['cutover', ...SWITCH, ...hurried]);
    await blockGreen(tool);
    await order({ command: 'relay', endpoint: test57.lab.blue.endpoint, fault: 'freeze' });
    const ended = await tool.done;
    await order({ command: 'relay', endpoint: test57.lab.blue.endpoint, fault: 'heal' });
    unblock();
    expect(ended.exitCode).toBe(5);
    await expectAborted(run(test57, ['cutover', ...SWITCH]));
  });
});

describe('completed', () => {
  test('though the answers to the fence and of Route 53 are lost once each', async () => {
    await addFault(test57, {
      match: { service: 'rds', action: 'ModifyDBClusterParameterGroup' },
      effect: 'reply-lost',
    });
    await addFault(test57, { match: { service: 'route53', action: 'ChangeResourceRecordSets' }, effect: 'reply-lost' });
    await expectServed('cutover');
  });

  test('though Route 53 refuses at first: a person is needed, and the same command goes on', async () => {
    await addFault(test57, {
      match: { service: 'route53', action: 'ChangeResourceRecordSets' },
      effect: 'denied',
      times: 99,
    });
    const ended = await run(test57, ['rollback', ...SWITCH]);
    expect(ended.exitCode).toBe(5);
    expect(ended.stdout).toContain('route53:ChangeResourceRecordSets');
    for (const verb of ['apply', 'cutover', 'finalize', 'undo']) {
      const refused = await run(test57, [verb, '--auto-approve']);
      expect({ verb, exitCode: refused.exitCode, hint: errorOf(refused).hint }).toMatchObject({
        verb,
        exitCode: 3,
        hint: expect.stringContaining('rollback'),
      });
    }
    await clearFaults(test57);
    await expectServed('rollback');
  });
});

test('no write was lost, doubled or accepted on a side that did not serve', async () => {
  const ledger = await load.stop();
  const sides = { servingEndpoint: endpointOf(test57, 'blue'), otherEndpoint: endpointOf(test57, 'green') };
  expect(await auditSides(test57.lab, sides, ledger)).toMatchObject({
    lost: [],
    missingOnOther: [],
    duplicated: [],
    miscounted: [],
  });
});

/** Blue gave way for a moment and serves again: nothing of the attempt is left. */
async function expectAborted(attempt: ToolRun | Promise<ToolRun>): Promise<void> {
  const { exitCode, stdout, stderr } = await attempt;
  expect({ exitCode, told: exitCode === 4 ? '' : stdout + stderr }).toEqual({ exitCode: 4, told: '' });
  unblock();
  await expectRest(test57, restingIn(readState(test57).phase === 'rolled-back' ? 'rolled-back' : 'replicating'));
  await expectWrites(test57, load);
  await until(async () => (await lagOf(test57, 'green')) === 0, 'green catching up');
}

async function expectServed(direction: 'cutover' | 'rollback'): Promise<void> {
  await succeed(test57, [direction, ...SWITCH]);
  await expectRest(test57, restingIn(direction === 'cutover' ? 'switched' : 'rolled-back'));
  await expectWrites(test57, load);
}

/**
 * What is written from when the fence is asked for (AWS takes a tenth of a second to raise it) cannot be applied by green: the
 * switch stays in draining.
 */
async function blockGreen(tool: ToolProcess): Promise<void> {
  const green = await connect('green');
  await isIn(tool, 'fencing');
  await green.query('LOCK TABLES shop.ledger_write READ');
  await isIn(tool, 'draining');
}

function unblock(): void {
  for (const connection of open.splice(0)) connection.destroy();
}

async function isIn(tool: ToolProcess, state: string): Promise<void> {
  await tool.told((told) => told['type'] === 'cutover-state' && told['state'] === state);
}

async function connect(side: 'blue' | 'green'): Promise<Connection> {
  const connection = await connectAsMaster(test57, side);
  connection.on('error', () => undefined);
  open.push(connection);
  return connection;
}

async function order(request: ControlRequest): Promise<void> {
  await askLab(test57.lab.controlSocket, request);
}

/** Whoever runs the tests, also root, cannot write a file where a folder is. Answers how to undo it. */
function breakStateFile(): () => void {
  const obstacle = `${test57.stateFile}.tmp`;
  mkdirSync(obstacle);
  return () => {
    rmSync(obstacle, { recursive: true });
  };
}

function adding(name: string, more: string): string {
  return variantOf(test57, name, (text) => text + more);
}
