/** States that are lost, spoilt, moved or shared, against real servers: what the tool knows afterwards is what is true. */
import { cpSync, existsSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import * as s3 from '@aws-sdk/client-s3';
import type { UpgradeState } from '../../actions/state/format';
import type { Connection } from 'mysql2/promise';
import { closeTestLab, deploy, openTestLab, readState, run, start, succeed, type TestLab } from './support/test-lab';
import { errorOf, type ToolRun } from './support/tool';
import { connectAsMaster, until } from './support/world';

jest.setTimeout(240_000);

const BUCKET = 'lab-state';
const KEY = 'team/orders.json';
const PLACE = `s3://${BUCKET}/${KEY}`;

let test57: TestLab;
/** To hold green up; connected while the state still says where green is. */
let green: Connection | undefined;
/** Takes connections and never says a word. */
let blackHole: Server;

beforeAll(async () => {
  test57 = await openTestLab('57-57');
  blackHole = createServer(() => undefined).listen(0, '127.0.0.1');
  await succeed(test57, ['apply', '--auto-approve', '--allow-reboot']);
});

afterAll(async () => {
  green?.destroy();
  blackHole.close();
  await closeTestLab(test57);
});

/** Derives the state anew; answers it. */
async function rebuild(): Promise<UpgradeState> {
  const ended = await succeed(test57, ['status', '--rebuild-state']);
  return ended.objects.find(({ type }) => type === 'rebuilt-state')?.['state'] as UpgradeState;
}

async function phase(): Promise<unknown> {
  return (await succeed(test57, ['status'])).objects.at(-1)?.['phase'];
}

async function plansNothing(): Promise<void> {
  const shown = (await succeed(test57, ['status', '--terraform'])).objects.at(-1);
  expect(shown?.['terraform']).toMatchObject({ is: 'planned', pending: 0 });
}

/** Everything that this machine has kept of the upgrade. */
function loseEverything(): void {
  rmSync(dirname(test57.stateFile), { recursive: true });
}

const codeOf = async (ended: Promise<ToolRun>): Promise<unknown> => errorOf(await ended).code;

describe('a prepared blue', () => {
  test('whose state is truncated is rebuilt; the spoilt one is kept', async () => {
    const before = readState(test57);
    truncateSync(test57.stateFile, 500);
    const spoilt = readFileSync(test57.stateFile);
    expect(await codeOf(run(test57, ['status']))).toBe('state-unreadable');
    const state = await rebuild();
    expect(state).toMatchObject({
      phase: 'prepared',
      lineage: before.lineage,
      rebuilt: { lineageFrom: 'old-state', unknown: [] },
    });
    // The server calls itself `-log` since its binary log was turned on.
    const blue = { ...before.facts.blue, serverVersion: state.facts.blue?.serverVersion };
    expect(state.facts).toEqual({ ...before.facts, blue });
    expect(Object.keys(state.steps).sort()).toEqual(Object.keys(before.steps).sort());
    expect(state.serial).toBeGreaterThan(before.serial);
    expect(readFileSync(`${test57.stateFile}.before-serial-${state.serial}`)).toEqual(spoilt);
  });

  test('whose state is gone is refused as long as nobody says what is true', async () => {
    unlinkSync(test57.stateFile);
    expect(await codeOf(run(test57, ['apply', '--auto-approve']))).toBe('state-older');
    expect((await rebuild()).phase).toBe('prepared');
  });

  test('whose state was replaced by an older copy is refused', async () => {
    const older = readFileSync(test57.stateFile);
    await deploy(test57);
    await succeed(test57, ['apply', '--auto-approve']);
    const newer = readFileSync(test57.stateFile);
    writeFileSync(test57.stateFile, older);
    const ended = await run(test57, ['cutover', '--auto-approve']);
    expect(errorOf(ended)).toMatchObject({ code: 'state-older' });
    expect(ended.exitCode).toBe(3);
    writeFileSync(test57.stateFile, newer);
  });
});

describe('a green that follows', () => {
  test('is known again, with its channel, its facts and what Terraform declares', async () => {
    const before = readState(test57);
    rmSync(test57.stateFile);
    rmSync(`${test57.stateFile}.backup`);
    const state = await rebuild();
    expect(state).toMatchObject({ phase: 'replicating', lineage: before.lineage });
    expect(state.facts.green).toEqual(before.facts.green);
    expect(state.facts.followedBy).toBe(before.facts.followedBy);
    expect(state.facts.parameters).toEqual(before.facts.parameters);
    expect(await phase()).toBe('replicating');
    green = await connectAsMaster(test57, 'green');
    green.on('error', () => undefined);
  });
});

describe('a state that a team shares', () => {
  test('is moved to the bucket; the old place refuses, and synth reads the new one', async () => {
    await succeed(test57, ['state', 'migrate', '--to', PLACE]);
    expect(await codeOf(run(test57, ['status']))).toBe('state-moved-away');
    expect(await codeOf(run(test57, ['status', '--rebuild-state']))).toBe('state-moved-away');
    const yaml = readFileSync(test57.lab.upgradeFile, 'utf8');
    writeFileSync(test57.lab.upgradeFile, `state: ${PLACE}\nnotify:\n  webhook: HOOK\n${yaml}`);
    expect(await phase()).toBe('replicating');
    await plansNothing();
  });

  test('gives a switch to one operator; the other one sees who has it, also from another machine', async () => {
    const release = await holdGreenUp();
    const first = start(test57, ['cutover', '--auto-approve']);
    await first.told((told) => told['type'] === 'manual-undo');
    const second = await run(test57, ['cutover', '--auto-approve']);
    expect(second.exitCode).toBe(6);
    expect(errorOf(second).hint).toContain(`process ${first.pid}, \`cutover\``);
    expect(errorOf(second).hint).toContain(`${PLACE}.lock`);
    release();
    await first.told((told) => told['type'] === 'cutover-state' && told['state'] === 'fencing');
    // Before or after the commit, whichever it was: the watchdog takes the lock of the dead process over and ends it.
    first.kill('SIGKILL');
    await first.done;
    await until(async () => {
      const shown = (await run(test57, ['status'])).objects.at(-1);
      return shown?.['cutover'] === undefined && shown?.['lock'] === undefined;
    }, 'the watchdog to end the switch');
    if ((await phase()) === 'switched') await succeed(test57, ['rollback', '--auto-approve']);
  });

  test('carries a switch; a webhook that never answers holds nothing up and fails nothing', async () => {
    const url = `http://127.0.0.1:${(blackHole.address() as AddressInfo).port}/secret-path`;
    const ended = await run(test57, ['cutover', '--auto-approve'], { HOOK: url });
    expect(ended.exitCode).toBe(0);
    expect(ended.objects.find((told) => told['code'] === 'webhook-failed')).toBeDefined();
    expect(ended.stdout + ended.stderr).not.toContain('secret-path');
    expect(await phase()).toBe('switched');
    await plansNothing();
  });

  test('is rebuilt from the servers alone when every copy is gone; then rollback goes back', async () => {
    const audited = await succeed(test57, ['audit', 'verify']);
    expect(audited.objects.at(-1)).toMatchObject({ findings: [] });
    loseEverything();
    const client = new s3.S3Client({
      region: test57.lab.region,
      endpoint: test57.lab.awsEndpoint,
      credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' },
    });
    await client.send(new s3.DeleteObjectCommand({ Bucket: BUCKET, Key: KEY }));
    client.destroy();
    const state = await rebuild();
    expect(state).toMatchObject({
      phase: 'switched',
      rebuilt: { lineageFrom: 'servers' },
    });
    expect(state.history.at(-1)).toMatchObject({ direction: 'cutover', outcome: 'done' });
    expect(await phase()).toBe('switched');
    await succeed(test57, ['rollback', '--auto-approve']);
    expect(await phase()).toBe('rolled-back');
  });
});

describe('a blue that serves again', () => {
  test('is known again, and what the audit says was changed shows', async () => {
    await succeed(test57, ['state', 'migrate', '--to', 'here.json']);
    const yaml = readFileSync(test57.lab.upgradeFile, 'utf8');
    writeFileSync(test57.lab.upgradeFile, yaml.replace(`state: ${PLACE}`, 'state: here.json'));
    const file = join(test57.lab.dir, 'here.json');
    expect(existsSync(file)).toBe(true);
    truncateSync(file, 3);
    expect((await rebuild()).phase).toBe('rolled-back');
    await plansNothing();
    await succeed(test57, ['apply', '--auto-approve']);
    cpSync(`${file}.audit`, `${file}.audit.whole`);
    writeFileSync(
      `${file}.audit`,
      readFileSync(`${file}.audit`, 'utf8').replace('"verb":"rollback"', '"verb":"cutover"'),
    );
    const ended = await run(test57, ['audit', 'verify']);
    expect(ended.exitCode).toBe(1);
    expect(ended.objects.at(-1)?.['findings']).toEqual([expect.objectContaining({ is: 'changed' })]);
  });
});

/** Green cannot apply a write of blue: a cutover waits in front of its fence. Answers how to let it go on. */
async function holdGreenUp(): Promise<() => void> {
  const blue = await connectAsMaster(test57, 'blue');
  await green?.query('LOCK TABLES shop.customers READ');
  await blue.query('UPDATE shop.customers SET credit_limit = credit_limit + 1 LIMIT 1');
  blue.destroy();
  return () => {
    green?.destroy();
  };
}
