import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemClock } from '../../actions/adapters/system-clock';
import { thisProcess } from '../../actions/adapters/this-process';
import type { UpgradeError } from '../../actions/engine/errors';
import type { LockHolder, StateLock, StateStore } from '../../actions/ports/state-store';
import { createFileStateStore } from '../../actions/state/file-store';
import { initialState } from '../../actions/state/initial';
import type { ProcessIdentity } from '../../actions/state/lock-holder';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  file = join(folder, 'orders.state.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const gone = new Set<string>();
const pretended: ProcessIdentity = {
  self: () => ({ user: 'ada', host: 'laptop', bootId: 'boot', pid: 4711 }),
  isGone: (holder) => gone.has(holder.id),
};

const store = (process: ProcessIdentity = pretended): StateStore =>
  createFileStateStore({ file, name: 'orders', clock: systemClock, process });

describe('the lock of a state', () => {
  it('is held until it is released, and leaves nothing behind', async () => {
    const lock = await store().lock('apply');
    expect(await store().lockHolder()).toEqual(lock.holder);
    await lock.release();
    await lock.release();
    expect(await store().lockHolder()).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('tells the second one who has it, since when, for what and how to break it', async () => {
    const { holder } = await store().lock('cutover');
    const error = await refusal(store().lock('apply'));
    expect(error).toMatchObject({ code: 'state-locked', source: 'user', message: 'the state is locked' });
    expect(error.hint).toContain('ada on laptop');
    expect(error.hint).toContain('4711');
    expect(error.hint).toContain('`cutover`');
    expect(error.hint).toContain(`since ${holder.since}`);
    expect(error.hint).toContain(`aurora-cutover unlock ${holder.id}`);
  });

  it('is never taken over by age', async () => {
    const { holder } = await store().lock('cutover');
    writeFileSync(`${file}.lock`, JSON.stringify({ ...holder, since: '2001-01-01T00:00:00.000Z' }));
    await expect(store().lock('apply')).rejects.toMatchObject({ code: 'state-locked' });
  });

  it('is taken over from a holder that is gone', async () => {
    const { holder } = await store().lock('cutover');
    gone.add(holder.id);
    const lock = await store().lock('apply');
    expect((await store().lockHolder())?.id).toBe(lock.holder.id);
    expect(readdirSync(folder)).toEqual(['orders.state.json.lock']);
  });

  it('goes to exactly one of many that come at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 25 }, () => store().lock('apply')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('goes to exactly one of many that find its holder gone, however they interleave', async () => {
    for (let round = 0; round < 20; round++) {
      const dead = await takeWhateverHappens();
      gone.add(dead.holder.id);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, async (_, index) => {
          await systemClock.sleep(index % 3);
          return store().lock('apply');
        }),
      );
      const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect(winners).toHaveLength(1);
      expect((await store().lockHolder())?.id).toBe(winners[0]?.holder.id);
      await winners[0]?.release();
    }
  });

  it('is taken over although one who was taking it over died at it', async () => {
    const dead = await store().lock('cutover');
    const alsoDead: LockHolder = { ...dead.holder, id: 'also-dead' };
    writeFileSync(`${file}.lock.${dead.holder.id}`, JSON.stringify(alsoDead));
    gone.add(dead.holder.id).add(alsoDead.id);
    const lock = await store().lock('apply');
    expect((await store().lockHolder())?.id).toBe(lock.holder.id);
    expect(readdirSync(folder)).toEqual(['orders.state.json.lock']);
  });

  it('is respected when nobody can read it, and can be broken then', async () => {
    writeFileSync(`${file}.lock`, '');
    const error = await refusal(store().lock('apply'));
    expect(error).toMatchObject({ code: 'state-locked' });
    expect(error.hint).toContain('unlock unreadable');
    await store().breakLock('unreadable');
    await (await store().lock('apply')).release();
  });

  it('is broken only by its own id', async () => {
    const { holder } = await store().lock('apply');
    await expect(store().breakLock('another')).rejects.toMatchObject({ code: 'lock-not-found' });
    await store().breakLock(holder.id);
    expect(await store().lockHolder()).toBeUndefined();
    await expect(store().breakLock(holder.id)).rejects.toMatchObject({ code: 'lock-not-found' });
  });

  it('stops the writes of a holder whose lock was broken', async () => {
    const mine = store();
    const lock = await mine.lock('cutover');
    await mine.write({ ...initialState('orders'), serial: 1 });
    await store().breakLock(lock.holder.id);
    const theirs = await store().lock('undo');
    const state = { ...(await mine.read()), serial: 2 } as Parameters<StateStore['write']>[0];
    const error = await refusal(mine.write(state));
    expect(error).toMatchObject({ code: 'state-lock-lost' });
    expect(error.hint).toContain('`undo`');
    await lock.release();
    expect((await store().lockHolder())?.id).toBe(theirs.holder.id);
  });

  it('holds nothing but what people need', async () => {
    await store(thisProcess).lock('apply');
    const fields = Object.keys(JSON.parse(readFileSync(`${file}.lock`, 'utf8')) as object);
    expect(fields.sort()).toEqual(
      ['bootId', 'command', 'host', 'id', 'pid', 'pidNamespace', 'processStart', 'since', 'user'].sort(),
    );
  });

  async function takeWhateverHappens(): Promise<StateLock> {
    rmSync(`${file}.lock`, { force: true });
    return store().lock('cutover');
  }
});

describe('two processes that come for one lock', () => {
  const ROOT = join(__dirname, '../..');
  const SCRIPT = `
    const { createFileStateStore } = require('./actions/state/file-store');
    const { systemClock } = require('./actions/adapters/system-clock');
    const { thisProcess } = require('./actions/adapters/this-process');
    const store = createFileStateStore({ file: process.argv[1], name: 'orders', clock: systemClock, process: thisProcess });
    process.stdin.once('data', () =>
      store.lock('cutover').then(
        ({ holder }) => process.stdout.write(JSON.stringify({ holder }) + '\\n'),
        ({ code, hint }) => process.stdout.write(JSON.stringify({ code, hint }) + '\\n'),
      ),
    );
    process.stdout.write('ready\\n');
    setInterval(() => {}, 1000);
  `;

  it('one has it; the other one is told who, since when, for what and how to break it', async () => {
    const children = [1, 2].map(() => spawn(process.execPath, ['--import', 'tsx', '-e', SCRIPT, file], { cwd: ROOT }));
    const answers = await Promise.all(
      children.map(async (child) => {
        await once(child.stdout, 'data');
        return child;
      }),
    ).then((ready) =>
      Promise.all(
        ready.map(async (child) => {
          child.stdin.write('go');
          const [text] = (await once(child.stdout, 'data')) as [Buffer];
          return JSON.parse(text.toString()) as { holder?: LockHolder; code?: string; hint?: string };
        }),
      ),
    );
    for (const child of children) child.kill('SIGKILL');
    const [holder] = answers.flatMap((answer) => answer.holder ?? []);
    const [refused] = answers.filter(({ code }) => code !== undefined);
    expect(answers.filter((answer) => answer.holder !== undefined)).toHaveLength(1);
    expect(children.map(({ pid }) => pid)).toContain(holder?.pid);
    expect(refused?.code).toBe('state-locked');
    for (const part of [
      hostname(),
      `process ${holder?.pid}`,
      '`cutover`',
      `since ${holder?.since}`,
      `unlock ${holder?.id}`,
    ])
      expect(refused?.hint).toContain(part);
  }, 30_000);
});

describe('a process named in a lock', () => {
  const holder = (changes: Partial<LockHolder> = {}): LockHolder => ({
    id: 'x',
    command: 'apply',
    since: '2026-11-20T12:00:00.000Z',
    ...thisProcess.self(),
    ...changes,
  });

  it('is not gone while it runs', async () => {
    expect(thisProcess.isGone(holder())).toBe(false);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const { processStart: _, ...anyStart } = holder({ pid: Number(child.pid) });
    expect(thisProcess.isGone(anyStart)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(thisProcess.isGone(anyStart)).toBe(true);
  });

  it('is gone when the machine was started again since', () => {
    expect(thisProcess.isGone(holder({ bootId: 'an earlier boot' }))).toBe(true);
  });

  it('is gone when its number was given to another process', () => {
    expect(thisProcess.isGone(holder({ processStart: '1' }))).toBe(true);
  });

  it('may be alive on another host, or in another container, whatever its number says', () => {
    const pid = Number(spawnSync(process.execPath, ['-e', '']).pid);
    expect(thisProcess.isGone(holder({ pid }))).toBe(true);
    expect(thisProcess.isGone(holder({ pid, host: `not-${hostname()}` }))).toBe(false);
    expect(thisProcess.isGone(holder({ pid, pidNamespace: 'pid:[1]' }))).toBe(false);
  });
});

async function refusal(work: Promise<unknown>): Promise<UpgradeError> {
  const error: unknown = await work.then(
    () => undefined,
    (rejected: unknown) => rejected,
  );
  expect(error).toHaveProperty('code');
  return error as UpgradeError;
}
