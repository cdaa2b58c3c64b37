import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { systemClock } from '../../actions/adapters/system-clock';
import { thisProcess } from '../../actions/adapters/this-process';
import type { StateStore } from '../../actions/ports/state-store';
import { canonicalHash } from '../../actions/engine/canonical-json';
import { writeEmergencyCopy } from '../../actions/state/emergency';
import { encodeState } from '../../actions/state/encoding';
import { createFileStateStore } from '../../actions/state/file-store';
import { nodeFileSystem, type StateFileSystem } from '../../actions/state/file-system';
import type { UpgradeState } from '../../actions/state/format';
import { createJournal } from '../../actions/state/journal';
import { readStateFile } from '../../actions/state/read';
import { ForgetfulDisk, Killed } from './state-store.fixture';
import { describeStateStore, first, second, type StoreBackend } from './state-store.suite';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-store-'));
  file = join(folder, 'sub', 'orders.state.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const storeAt = (path: string, fileSystem: StateFileSystem = nodeFileSystem, name = 'orders'): StateStore =>
  createFileStateStore({ file: path, name, clock: systemClock, process: thisProcess, fileSystem });

const backend: StoreBackend = {
  open: (name, process = thisProcess) =>
    createFileStateStore({ file, name: name ?? 'orders', clock: systemClock, process }),
  raw: (which) => nodeFileSystem.read(`${file}${SUFFIX[which]}`),
  plant: async (which, text) => {
    await nodeFileSystem.makeDirectory(dirname(file));
    await nodeFileSystem.write(`${file}${SUFFIX[which]}`, text);
  },
};
const SUFFIX = { state: '', backup: '.backup', lock: '.lock' };

describeStateStore('a file', () => backend);

describe('a state file', () => {
  it('is not there before the first write', async () => {
    expect(await storeAt(file).read()).toBeUndefined();
    expect(readStateFile(file)).toBeUndefined();
  });

  it('gives back what was written, also to a reader that only reads', async () => {
    const store = storeAt(file);
    await store.write(first);
    await store.write(second);
    expect(await storeAt(file).read()).toEqual(second);
    expect(readStateFile(file, 'orders')).toEqual(second);
  });

  it('is for its owner only, and leaves no temporary files', async () => {
    const store = storeAt(file);
    await store.write(first);
    await store.write(second);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}.backup`).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.tmp`)).toBe(false);
    expect(existsSync(`${file}.backup.tmp`)).toBe(false);
  });

  it('keeps the previous version as a backup that can be copied back', async () => {
    const store = storeAt(file);
    await store.write(first);
    await store.write(second);
    expect(readStateFile(`${file}.backup`)).toEqual(first);
    writeFileSync(file, readFileSync(`${file}.backup`));
    expect(await store.read()).toEqual(first);
  });

  it('may be written again with what is there, and keeps its backup', async () => {
    const store = storeAt(file);
    await store.write(first);
    await store.write(second);
    await store.write(second);
    expect(await store.read()).toEqual(second);
    expect(readStateFile(`${file}.backup`)).toEqual(first);
  });
});

describe('a state file that cannot be trusted', () => {
  beforeEach(async () => {
    await storeAt(file).write(first);
  });

  const expectUnreadable = async (why: RegExp): Promise<void> => {
    for (const read of [() => storeAt(file).read(), async () => readStateFile(file)]) {
      const error: unknown = await read().catch((rejected: unknown) => rejected);
      expect(error).toMatchObject({ code: 'state-unreadable', source: 'user' });
      expect(error).toHaveProperty('hint', expect.stringMatching(why));
      expect(error).toHaveProperty('hint', expect.stringContaining(`cp ${file}.backup ${file}`));
    }
  };

  it('is refused when it is truncated at any byte', async () => {
    const text = readFileSync(file, 'utf8');
    for (let length = 0; length < text.length - 1; length += 7) {
      writeFileSync(file, text);
      truncateSync(file, length);
      expect(() => readStateFile(file)).toThrow('the state file cannot be trusted');
    }
    await expectUnreadable(/not complete JSON/);
  });

  it('is refused when a value was edited', async () => {
    writeFileSync(file, readFileSync(file, 'utf8').replace('"phase": "new"', '"phase": "switched"'));
    await expectUnreadable(/checksum/);
  });

  it('is refused, with the place, when its shape is wrong although its checksum is right', async () => {
    const wrong = { ...first, facts: { blue: { port: '3306' } }, steps: { a: { status: 'odd', at: 'never' } } };
    writeFileSync(file, JSON.stringify({ ...wrong, checksum: canonicalHash(wrong) }));
    await expectUnreadable(/facts\.blue\.port is not a whole number.*steps\.a\.status is not one of started/);
  });

  it('is refused when a newer version of the tool wrote it', async () => {
    writeFileSync(file, JSON.stringify({ format: 3, anything: 'else' }));
    await expect(storeAt(file).read()).rejects.toMatchObject({ code: 'state-newer' });
  });
});

describe('a write that is killed at any file-system call', () => {
  const path = '/project/.aurora-cutover/orders.state.json';

  /** A disk that holds `first` durably, killed at call `killAt` of writing `second`; undefined when that call never came. */
  async function killed(killAt: number): Promise<ForgetfulDisk | undefined> {
    const disk = new ForgetfulDisk();
    await storeAt(path, disk).write(first);
    disk.restart();
    disk.killAt = killAt;
    const outcome = await storeAt(path, disk)
      .write(second)
      .then(
        () => 'written',
        (error: unknown) => error,
      );
    const count = disk.callCount;
    disk.restart();
    if (outcome === 'written') return undefined;
    expect(count).toBe(killAt);
    return disk;
  }

  it('leaves the old or the new state, and a re-run goes on from there', async () => {
    const seen = new Set<number | undefined>();
    let killAt = 0;
    for (let disk = await killed(killAt); disk !== undefined; disk = await killed(++killAt)) {
      const state = await storeAt(path, disk).read();
      expect([first, second]).toContainEqual(state);
      seen.add(state?.serial);
      await storeAt(path, disk).write(second);
      expect(await storeAt(path, disk).read()).toEqual(second);
    }
    expect(killAt).toBeGreaterThanOrEqual(9);
    expect(seen).toEqual(new Set([1, 2]));
  });

  it('leaves the old or the new state after a power cut, whatever the disk had cached', async () => {
    let cuts = 0;
    let killAt = 0;
    for (let disk = await killed(killAt); disk !== undefined; disk = await killed(++killAt)) {
      for (let reached = 0; reached <= disk.pendingCount; reached++) {
        expect([first, second]).toContainEqual(await storeAt(path, disk.afterPowerCut(reached)).read());
        cuts += 1;
      }
    }
    expect(cuts).toBeGreaterThan(20);
  });

  it('is durable once it has resolved', async () => {
    const disk = new ForgetfulDisk();
    await storeAt(path, disk).write(first);
    await storeAt(path, disk).write(second);
    expect(disk.pendingCount).toBe(0);
    expect(await storeAt(path, disk.afterPowerCut(0)).read()).toEqual(second);
  });

  it('makes the first state durable too', async () => {
    const disk = new ForgetfulDisk();
    disk.killAt = 4;
    await expect(storeAt(path, disk).write(first)).rejects.toMatchObject({
      code: 'state-unwritable',
      cause: expect.any(Killed),
    });
    expect(await storeAt(path, disk.afterPowerCut(0)).read()).toBeUndefined();
  });
});

describe('a disk that takes no more', () => {
  const full = (code: string): StateFileSystem => ({
    ...nodeFileSystem,
    write: () => Promise.reject(Object.assign(new Error(`${code}: no`), { code })),
  });

  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EROFS', 'mounted read-only'],
    ['EACCES', 'may not write there'],
  ])('is told apart by its reason: %s', async (code, reason) => {
    await storeAt(file).write(first);
    const error = await storeAt(file, full(code))
      .write(second)
      .catch((rejected: unknown) => rejected);
    expect(error).toMatchObject({ code: 'state-unwritable', source: 'tool', retryable: true });
    expect(error).toHaveProperty('hint', expect.stringContaining(reason));
    expect(await storeAt(file).read()).toEqual(first);
  });

  it('may have taken it all the same: the same command then writes something else in its place', async () => {
    await storeAt(file).write(first);
    let failures = 1;
    const store = storeAt(file, {
      ...nodeFileSystem,
      syncDirectory: (path) =>
        failures-- > 0
          ? Promise.reject(Object.assign(new Error('EIO: no'), { code: 'EIO' }))
          : nodeFileSystem.syncDirectory(path),
    });
    await expect(store.write(second)).rejects.toMatchObject({ code: 'state-unwritable' });
    expect(await store.read()).toEqual(second);
    const instead: UpgradeState = { ...second, phase: 'new' };
    await expect(storeAt(file).write(instead)).rejects.toMatchObject({ code: 'state-moved' });
    await store.write(instead);
    expect(await store.read()).toEqual(instead);
    expect(readStateFile(`${file}.backup`)).toEqual(first);
  });

  it('leaves an emergency copy elsewhere that the same reader accepts', async () => {
    const copy = await writeEmergencyCopy(second, folder);
    expect(copy.startsWith(folder)).toBe(true);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(readStateFile(copy, 'orders')).toEqual(second);
  });

  it('says that not even the emergency copy could be written', async () => {
    await expect(writeEmergencyCopy(second, join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'state-emergency-failed',
    });
  });
});

describe('the journal', () => {
  it('keeps entries in order, one a line', async () => {
    const journal = createJournal(join(folder, 'orders.state.json'));
    for (let index = 0; index < 50; index++) journal.append({ index });
    await journal.flush();
    const lines = readFileSync(journal.location, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      Array.from({ length: 50 }, (_, index) => ({ index })),
    );
    expect(statSync(journal.location).mode & 0o777).toBe(0o600);
  });

  it('never throws: not for what is no JSON, not for a folder that is not there', async () => {
    const journal = createJournal(join(folder, 'missing', 'orders.state.json'));
    journal.append({ big: 1n });
    journal.append({ fine: true });
    await expect(journal.flush()).resolves.toBeUndefined();
  });
});

it('writes a text that people can read and diff', () => {
  expect(encodeState(first)).toMatch(/^{\n {2}"format": 2,\n {2}"name": "orders",/);
});
