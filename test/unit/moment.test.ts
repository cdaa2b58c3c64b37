import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseWaits } from '../../actions/cli/wait-options';
import { beginWhenReady, type Waits } from '../../actions/cutover/begin-when-ready';
import type { GateContext } from '../../actions/cutover/gates';
import { parseMoment } from '../../actions/cutover/moment';
import { UpgradeError } from '../../actions/engine/errors';
import type { UpgradeEvent } from '../../actions/engine/events';
import { BlockedError } from '../../actions/engine/runner';

const NOW = new Date('2027-03-01T10:00:00Z');

describe('--at', () => {
  it.each([
    ['2027-03-01T10:00:01Z', '2027-03-01T10:00:01.000Z'],
    ['2027-03-02T03:00+02:00', '2027-03-02T01:00:00.000Z'],
    ['2027-03-02T03:00', new Date(2027, 2, 2, 3, 0).toISOString()],
  ])('%s is a moment', (text, at) => {
    expect(parseMoment(text, NOW).toISOString()).toBe(at);
  });

  it('is today in local time when it has no date', () => {
    const now = new Date(2027, 2, 1, 10, 0);
    expect(parseMoment('10:01', now)).toEqual(new Date(2027, 2, 1, 10, 1));
  });

  it.each(['2027-03-01T10:00:00Z', '2026-03-02T03:00:00Z'])('refuses %s: it has passed', (text) => {
    expect(() => parseMoment(text, NOW)).toThrow('has passed');
  });

  it.each(['25:00', '3:00', 'tomorrow', '2027-03-02', '2027-02-30T10:00Z', '2027-13-01T10:00Z', ''])(
    'refuses "%s": it is no time',
    (text) => {
      expect(() => parseMoment(text, NOW)).toThrow('is not a time');
    },
  );
});

describe('the options that wait', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moment-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('wait for nothing by default, and 30 minutes for quiet without a duration', async () => {
    expect(await parseWaits('cutover', {}, NOW)).toEqual({ moment: undefined, quietMs: undefined });
    expect((await parseWaits('cutover', { waitForQuiet: true }, NOW)).quietMs).toBe(1_800_000);
    expect((await parseWaits('cutover', { waitForQuiet: '90s' }, NOW)).quietMs).toBe(90_000);
  });

  it('refuse a go-file that is there already, and one that nobody could create', async () => {
    const stale = join(folder, 'go');
    writeFileSync(stale, '');
    await expect(parseWaits('cutover', { goFile: stale }, NOW)).rejects.toMatchObject({ code: 'go-file-stale' });
    await expect(parseWaits('cutover', { goFile: stale }, NOW)).rejects.toBeInstanceOf(BlockedError);
    const nowhere = join(folder, 'none', 'go');
    await expect(parseWaits('cutover', { goFile: nowhere }, NOW)).rejects.toMatchObject({ code: 'usage' });
    await expect(parseWaits('cutover', { waitForQuiet: 'long' }, NOW)).rejects.toMatchObject({ code: 'usage' });
  });
});

/** A clock that sleeping moves on, and gates that cannot be asked until a moment. */
class Bench {
  now = NOW.getTime();
  readonly events: UpgradeEvent[] = [];
  readonly interrupt = new AbortController();
  readonly did: string[] = [];
  onSleep: () => void = () => undefined;
  refusals = 0;

  begin(waits: Waits): Promise<string> {
    const clock = {
      now: () => new Date(this.now),
      monotonicMs: () => this.now,
      sleep: (ms: number): Promise<void> => {
        this.now += ms;
        this.onSleep();
        return this.interrupt.signal.aborted
          ? Promise.reject(this.interrupt.signal.reason as Error)
          : Promise.resolve();
      },
    };
    const context = { clock, emit: (event: UpgradeEvent) => this.events.push(event), signal: this.interrupt.signal };
    return beginWhenReady({
      context,
      direction: 'cutover',
      waits,
      observe: <S>(_work: (asked: GateContext) => Promise<S>) => {
        this.did.push('look');
        return Promise.reject<S>(new Error('nobody there'));
      },
      attempt: () => {
        this.did.push('attempt');
        if (this.refusals-- > 0) throw new BlockedError({ id: 'cutover' }, [{ code: 'x', summary: 'x', detail: '' }]);
        return Promise.resolve(`begun after ${(this.now - NOW.getTime()) / 1_000} s`);
      },
    });
  }

  get reasons(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'waiting' ? [event.reason] : []));
  }
}

describe('a switch that waits for its moment', () => {
  const at = new Date(NOW.getTime() + 90_000);
  let isThere = false;
  const goFile = { path: '/run/go', exists: () => Promise.resolve(isThere) };

  beforeEach(() => {
    isThere = false;
  });

  it('begins at the time, looks once a minute, and says every 5 s what it waits for', async () => {
    const bench = new Bench();
    expect(await bench.begin({ moment: { at }, quietMs: undefined })).toBe('begun after 90 s');
    expect(bench.did).toEqual(['look', 'look', 'attempt']);
    expect(bench.reasons).toHaveLength(18);
    expect(bench.reasons[0]).toBe(
      '2027-03-01T10:01:30.000Z to begin the cutover; the gates cannot be asked now: nobody there',
    );
  });

  it('begins when the file is there, not before the time, and leaves the file alone', async () => {
    const bench = new Bench();
    bench.onSleep = () => {
      isThere ||= bench.now >= NOW.getTime() + 120_000;
    };
    expect(await bench.begin({ moment: { at, goFile }, quietMs: undefined })).toBe('begun after 120 s');
    const early = new Bench();
    expect(await early.begin({ moment: { at, goFile }, quietMs: undefined })).toBe('begun after 90 s');
  });

  it('refuses when the machine slept through the time', async () => {
    const bench = new Bench();
    bench.onSleep = () => {
      bench.now += 3_600_000;
    };
    await expect(bench.begin({ moment: { at }, quietMs: undefined })).rejects.toMatchObject({ code: 'moment-missed' });
    expect(bench.did).not.toContain('attempt');
  });

  it('gives up after a day without the file', async () => {
    const bench = new Bench();
    await expect(bench.begin({ moment: { goFile }, quietMs: undefined })).rejects.toMatchObject({
      code: 'go-file-missing',
    });
    expect(bench.did).not.toContain('attempt');
  });

  it('ends at Ctrl-C, with nothing begun', async () => {
    const bench = new Bench();
    bench.onSleep = () => {
      bench.interrupt.abort(new UpgradeError('interrupted', { code: 'interrupted', source: 'user' }));
    };
    await expect(bench.begin({ moment: { at }, quietMs: undefined })).rejects.toMatchObject({ code: 'interrupted' });
    expect(bench.did).not.toContain('attempt');
  });
});
