/** A trial without servers: who may delete which clone, what its group is made of, what the gate asks. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GateContext } from '../../actions/cutover/gates/gate';
import { trial as trialGate } from '../../actions/cutover/gates/trial';
import type { Aws, AwsCall, Cluster, Instance } from '../../actions/ports/aws';
import type { CommandOutcome } from '../../actions/ports/command';
import { onThrowAway, throwAwayName, type ThrowAwayPlan } from '../../actions/scratch/throw-away-cluster';
import { runHook } from '../../actions/trial/run-hook';
import { findTrialClone, groupOfItsOwn, refuseClaimed, tagText, trialTags } from '../../actions/trial/trial-clone';
import type { GreenChange } from '../../actions/state/format';
import { changesHash, readTrial, trialFile, writeTrial, type TrialResult } from '../../actions/trial/trial-file';
import { renderTrial, renderTrialStatus } from '../../actions/view/trial-text';
import { CONFIG } from './checks.fixture';

const NOW = new Date('2026-01-02T03:00:00.000Z');
const LATER = '2026-01-03T03:00:00.000Z';
const RESULT: TrialResult = {
  type: 'trial',
  format: 1,
  lineage: 'l1',
  resourceId: 'cluster-GREEN',
  version: '8.0.39',
  begunAt: '2026-01-02T02:00:00.000Z',
  endedAt: '2026-01-02T02:10:00.000Z',
  command: ['npm', 'test'],
  outcome: 'passed',
  exitCode: 0,
  why: null,
  output: '12 tests',
  durationMs: 600_000,
};

let time = 0;
const clock = {
  now: () => NOW,
  monotonicMs: () => time,
  sleep: (ms: number, signal?: AbortSignal) => {
    time += ms;
    return signal?.aborted === true
      ? Promise.reject(new Error('aborted'))
      : new Promise<void>((go) => setImmediate(go));
  },
};

describe('a name', () => {
  it.each(['trial', 'precheck-clone', 'precheck-oracle'])('of a %s fits RDS, its instance included', (purpose) => {
    const { id } = throwAwayName(`${'a'.repeat(43)}-${'b'.repeat(19)}`, purpose);
    expect(`${id}-1`.length).toBeLessThanOrEqual(63);
    expect(id).toBe(`${'a'.repeat(43)}-${purpose}`);
  });
});

/** Clusters by name with their tags; every change is carried out at once. */
function account(clusters: Map<string, ReadonlyMap<string, string>>, refused: readonly string[] = []) {
  const calls: string[] = [];
  const aws = {
    rds: {
      cluster: (id: string) => Promise.resolve(clusters.has(id) ? { id, status: 'available' } : undefined),
      instances: (id: string) => Promise.resolve(clusters.has(id) ? [{ id: `${id}-1`, status: 'available' }] : []),
    },
    run({ action, input }: AwsCall) {
      calls.push(action);
      if (refused.includes(action)) return Promise.reject(new Error(`${action} refused`));
      const tags = (input['Tags'] ?? []) as readonly { readonly Key: string; readonly Value: string }[];
      const id = String(input['DBClusterIdentifier']);
      if (action.startsWith('Restore')) clusters.set(id, new Map(tags.map(({ Key, Value }) => [Key, Value])));
      if (action === 'DeleteDBInstance') clusters.delete(String(input['DBInstanceIdentifier']).replace(/-1$/, ''));
      return Promise.resolve({});
    },
  };
  return {
    calls,
    aws: aws as unknown as Aws,
    tags: {
      tagsOf: (id: string) => Promise.resolve(clusters.get(id)),
      tagsOfParameterGroup: () => Promise.resolve(undefined),
    },
  };
}

describe('a cluster that is thrown away', () => {
  const plan = (
    { aws, tags }: ReturnType<typeof account>,
    more: Partial<ThrowAwayPlan> = {},
  ): ThrowAwayPlan & { readonly said: string[] } => {
    const said: string[] = [];
    return {
      said,
      ports: { aws, tags, clock },
      config: { name: 'shop', region: 'eu-west-1', tags: {} },
      signal: new AbortController().signal,
      say: (text) => said.push(text),
      name: throwAwayName('shop', 'trial'),
      title: 'Cloning',
      command: 'npm run trial',
      instanceClass: () => Promise.resolve('db.r6g.large'),
      create: (id, given) => ({
        service: 'rds',
        action: 'RestoreDBClusterToPointInTime',
        input: { DBClusterIdentifier: id, Tags: Object.entries(given).map(([Key, Value]) => ({ Key, Value })) },
      }),
      belongings: {
        make: () => Promise.resolve(void said.push('group made')),
        remove: () => Promise.resolve(void said.push('group removed')),
      },
      ...more,
    };
  };

  it('is made with what belongs to it and deleted before that, also when the work fails', async () => {
    const clusters = new Map<string, ReadonlyMap<string, string>>();
    const given = plan(account(clusters));
    await expect(onThrowAway(given, () => Promise.reject(new Error('work')))).rejects.toThrow('work');
    expect(given.said).toEqual([
      'Cloning as shop-trial; this takes minutes.',
      'group made',
      'Deleting shop-trial.',
      'group removed',
    ]);
    expect([...clusters.keys()]).toEqual([]);
  });

  it('is left where it is kept, but not when it never came up or nothing could be tried on it', async () => {
    const kept = new Map<string, ReadonlyMap<string, string>>();
    expect(await onThrowAway(plan(account(kept), { isKept: () => true }), () => Promise.resolve(1))).toBe(1);
    expect([...kept.keys()]).toEqual(['shop-trial']);
    const half = new Map<string, ReadonlyMap<string, string>>();
    const refusing = plan(account(half, ['CreateDBInstance']), { isKept: () => true });
    await expect(onThrowAway(refusing, () => Promise.resolve(1))).rejects.toThrow('CreateDBInstance refused');
    expect([...half.keys()]).toEqual([]);
    const untried = new Map<string, ReadonlyMap<string, string>>();
    const work = onThrowAway(plan(account(untried), { isKept: () => true }), () =>
      Promise.reject(new Error('follows')),
    );
    await expect(work).rejects.toThrow('follows');
    expect([...untried.keys()]).toEqual([]);
  });

  it('is deleted without an instance of another cluster that has the name of its own', async () => {
    const one = account(new Map(), ['CreateDBInstance', 'DeleteDBCluster']);
    const { rds } = one.aws;
    const instances = (): Promise<readonly Instance[]> => Promise.resolve([{ id: 'added-by-hand' } as Instance]);
    const given = plan({ ...one, aws: { ...one.aws, rds: { ...rds, instances } } });
    await expect(onThrowAway(given, () => Promise.resolve(1))).rejects.toThrow();
    expect(one.calls).toContain('DeleteDBCluster');
    expect(one.calls).not.toContain('DeleteDBInstance');
  });

  it('of somebody else is neither used nor deleted', async () => {
    const clusters = new Map([['shop-trial', new Map([['aurora-cutover:trial', 'other']])]]);
    const one = account(clusters);
    await expect(onThrowAway(plan(one), () => Promise.resolve(1))).rejects.toMatchObject({ code: 'clone-name-taken' });
    expect(one.calls).toEqual([]);
    clusters.clear();
    const late = account(clusters);
    const instanceClass = (): Promise<string> => {
      // Made between the look and the call, which is refused then.
      clusters.set('shop-trial', new Map());
      return Promise.reject(new Error('it exists'));
    };
    await expect(onThrowAway(plan(late, { instanceClass }), () => Promise.resolve(1))).rejects.toThrow('it exists');
    expect([late.calls, [...clusters.keys()]]).toEqual([[], ['shop-trial']]);
  });
});

describe('the clone that is there', () => {
  const tagsOf = (found: ReadonlyMap<string, string> | undefined) => ({ tagsOf: () => Promise.resolve(found) });
  const made = (more: { readonly expiresAt?: string; readonly isKept?: boolean; readonly madeBy?: string } = {}) =>
    findTrialClone(
      tagsOf(
        new Map([
          ['aurora-cutover:trial', 'shop'],
          ...Object.entries(trialTags({ expiresAt: LATER, isKept: false, madeBy: 'me@here', ...more })),
        ]),
      ),
      'shop',
      NOW,
    );

  it('is ours by its tag only', async () => {
    expect(await findTrialClone(tagsOf(undefined), 'shop', NOW)).toBeUndefined();
    expect(await findTrialClone(tagsOf(new Map([['aurora-cutover:trial', 'other']])), 'shop', NOW)).toBeUndefined();
    expect(await made()).toEqual({
      cluster: 'shop-trial',
      expiresAt: LATER,
      isExpired: false,
      isKept: false,
      madeBy: 'me@here',
    });
  });

  it('is left to whoever kept it or may be using it elsewhere, until it expires', async () => {
    const codeOf = async (clone: ReturnType<typeof made>): Promise<unknown> => {
      try {
        refuseClaimed(await clone, 'me@here');
        return 'free';
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    expect(await codeOf(made())).toBe('free');
    expect(await codeOf(made({ isKept: true }))).toBe('trial-clone-kept');
    expect(await codeOf(made({ madeBy: 'you@there' }))).toBe('trial-elsewhere');
    const past = NOW.toISOString();
    expect(await codeOf(made({ isKept: true, expiresAt: past }))).toBe('free');
    expect(await codeOf(made({ madeBy: 'you@there', expiresAt: past }))).toBe('free');
  });
});

/** Of which nothing is known but its group's tags. */
function groupTagged(found?: ReadonlyMap<string, string>) {
  const calls: AwsCall[] = [];
  const parameter = (name: string, value: string | undefined, applyType: string, isModifiable = true) => ({
    name,
    value,
    applyType,
    isModifiable,
  });
  const aws = {
    rds: {
      parameterGroupFamily: (_level: string, group: string) =>
        Promise.resolve(group === 'green-group' ? 'aurora-mysql8.0' : undefined),
      parameters: () =>
        Promise.resolve([
          parameter('read_only', '1', 'dynamic'),
          parameter('event_scheduler', 'ON', 'dynamic'),
          parameter('time_zone', 'UTC', 'dynamic'),
          parameter('binlog_format', 'ROW', 'static'),
          parameter('unset', undefined, 'dynamic'),
          parameter('fixed', '1', 'static', false),
        ]),
    },
    run: (call: AwsCall) => Promise.resolve(void calls.push(call)),
  };
  const tags = { tagsOf: () => Promise.resolve(undefined), tagsOfParameterGroup: () => Promise.resolve(found) };
  const ports = { aws: aws as unknown as Aws, tags };
  const config = { name: 'shop', tags: { team: 'data' } };
  return {
    calls,
    own: groupOfItsOwn(ports, { parameterGroup: 'green-group' }, throwAwayName('shop', 'trial'), config),
  };
}

it('the group of a clone is deleted when it carries the tag of the upgrade only', async () => {
  const ours = groupTagged(new Map([['aurora-cutover:trial', 'shop']]));
  await ours.own.make();
  await ours.own.remove();
  expect(ours.calls.map(({ action }) => action)).toEqual([
    'DeleteDBClusterParameterGroup',
    'CreateDBClusterParameterGroup',
    'ModifyDBClusterParameterGroup',
    'DeleteDBClusterParameterGroup',
  ]);
  const theirs = groupTagged(new Map([['aurora-cutover:trial', 'other']]));
  await expect(theirs.own.make()).rejects.toMatchObject({ code: 'trial-group-taken' });
  await theirs.own.remove();
  expect(theirs.calls).toEqual([]);
});

it('who has made a clone is written as AWS takes it for a tag', () => {
  expect(tagText('DOMAIN\\dba,(x)@ho st-1.example')).toBe('DOMAIN_dba__x_@ho st-1.example');
  expect(tagText('Jörg_1:/=+-@')).toBe('Jörg_1:/=+-@');
});

it('the group of a clone has the values of green, but takes writes and runs no events', async () => {
  const { calls, own } = groupTagged();
  await own.make();
  expect(calls[0]?.input['Tags']).toEqual([
    { Key: 'team', Value: 'data' },
    { Key: 'aurora-cutover:trial', Value: 'shop' },
  ]);
  expect(calls.map(({ action, input }) => [action, input['Parameters']])).toEqual([
    ['CreateDBClusterParameterGroup', undefined],
    [
      'ModifyDBClusterParameterGroup',
      [
        { ParameterName: 'binlog_format', ParameterValue: 'ROW', ApplyMethod: 'pending-reboot' },
        { ParameterName: 'time_zone', ParameterValue: 'UTC', ApplyMethod: 'immediate' },
        { ParameterName: 'read_only', ParameterValue: '0', ApplyMethod: 'immediate' },
        { ParameterName: 'event_scheduler', ParameterValue: 'OFF', ApplyMethod: 'immediate' },
      ],
    ],
  ]);
});

describe('the hook', () => {
  const clone = {
    id: 'shop-trial',
    endpoint: 'clone.example',
    readerEndpoint: undefined,
    port: 3306,
    engineVersion: '8.0',
  };
  const end = async (outcome: CommandOutcome, signal = new AbortController().signal) => {
    const environments: Readonly<Record<string, string>>[] = [];
    const context = {
      commands: {
        run: ({ environment }: { environment: Readonly<Record<string, string>> }) => {
          environments.push(environment);
          return Promise.resolve(outcome);
        },
      },
      clock,
      emit: () => undefined,
      signal,
      config: CONFIG,
    };
    const input = { command: ['npm', 'test'], clone: clone as unknown as Cluster, expiresAt: LATER, caFile: '/ca.pem' };
    const found = await runHook(context as unknown as Parameters<typeof runHook>[0], input);
    return { ...found, environment: environments[0] };
  };

  it('passes with exit code 0 only', async () => {
    const outcomes = [
      await end({ is: 'exited', exitCode: 0, output: '' }),
      await end({ is: 'exited', exitCode: 1, output: '' }),
      await end({ is: 'killed', why: 'it took longer', output: 'half' }),
      await end({ is: 'not-started', why: 'ENOENT' }),
    ];
    expect(outcomes.map(({ outcome, exitCode, why }) => [outcome, exitCode, why])).toEqual([
      ['passed', 0, null],
      ['failed', 1, null],
      ['killed', null, 'it took longer'],
      ['not-started', null, 'ENOENT'],
    ]);
  });

  it('is told where the clone is, and no password', async () => {
    expect((await end({ is: 'exited', exitCode: 0, output: '' })).environment).toEqual({
      AURORA_CUTOVER_TRIAL_HOST: 'clone.example',
      AURORA_CUTOVER_TRIAL_READER_HOST: 'clone.example',
      AURORA_CUTOVER_TRIAL_PORT: '3306',
      AURORA_CUTOVER_TRIAL_CLUSTER: 'shop-trial',
      AURORA_CUTOVER_TRIAL_ENGINE_VERSION: '8.0',
      AURORA_CUTOVER_TRIAL_EXPIRES: LATER,
      AURORA_CUTOVER_TRIAL_CA_FILE: '/ca.pem',
    });
  });

  it('that was interrupted has no result', async () => {
    const interrupt = new AbortController();
    interrupt.abort(new Error('interrupted'));
    await expect(end({ is: 'killed', why: 'it was interrupted', output: '' }, interrupt.signal)).rejects.toThrow(
      'interrupted',
    );
  });
});

describe('the record and its gate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trial-'));
  const besideState = join(folder, 'shop.state.json');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const gate = async (
    last: Partial<TrialResult> | undefined,
    settings: { required?: boolean; maxAge?: number } = {},
    greenChanges: readonly GreenChange[] = [],
  ) => {
    rmSync(trialFile(besideState), { force: true });
    if (last) await writeTrial(trialFile(besideState), { ...RESULT, ...last });
    const config = { ...CONFIG, besideState, trial: { ...CONFIG.trial, ...settings } };
    const context = {
      direction: 'cutover',
      lineage: 'l1',
      facts: () => ({ green: { resourceId: 'cluster-GREEN' }, greenChanges }),
      clock,
      config,
    };
    return (await trialGate.ask(context as unknown as GateContext)).map(({ value, ok }) => [value, ok]);
  };

  it('asks for none where none is required, but one that did not pass counts', async () => {
    expect(await gate(undefined)).toEqual([]);
    expect(await gate({})).toEqual([['passed, begun 60 min ago', true]]);
    expect(await gate({ outcome: 'failed', exitCode: 7 })).toEqual([
      ['failed with exit code 7, begun 60 min ago', false],
    ]);
    expect(await gate({ outcome: 'not-started' })).toEqual([['not started, begun 60 min ago', false]]);
    expect(await gate({}, { maxAge: 1_000 })).toEqual([['passed, begun 60 min ago', true]]);
  });

  it('asks for a young one of this green where it is required', async () => {
    const required = true;
    expect(await gate(undefined, { required })).toEqual([['none', false]]);
    expect(await gate({}, { required })).toEqual([['passed, begun 60 min ago', true]]);
    expect(await gate({}, { required, maxAge: 3_599_000 })).toEqual([['passed, begun 60 min ago', false]]);
    expect(await gate({ resourceId: 'cluster-OLD' }, { required })).toEqual([['none', false]]);
    expect(await gate({ lineage: 'l0' }, { required })).toEqual([['none', false]]);
  });

  it('does not take one for required that passed before green was changed', async () => {
    const required = true;
    const made = (...hashes: readonly string[]): readonly GreenChange[] =>
      hashes.map((hash) => ({ hash, status: 'done' }) as GreenChange);
    const changes = changesHash({ greenChanges: made('a', 'b') });
    const earlier = 'passed, begun 60 min ago, before green was changed';
    expect(await gate({ changes }, { required }, made('b', 'a'))).toEqual([['passed, begun 60 min ago', true]]);
    expect(await gate({ changes }, { required }, made('a'))).toEqual([[earlier, false]]);
    expect(await gate({}, { required }, made('a'))).toEqual([[earlier, false]]);
    expect(await gate({}, {}, made('a'))).toEqual([[earlier, true]]);
    const begun = made('a').map((change): GreenChange => ({ ...change, status: 'begun' }));
    expect(await gate({}, { required }, begun)).toEqual([['passed, begun 60 min ago', true]]);
  });

  it('says which file it is that cannot be read', async () => {
    writeFileSync(trialFile(besideState), '{"type":"trial"');
    await expect(readTrial(trialFile(besideState))).rejects.toMatchObject({
      code: 'trial-file-unreadable',
      hint: expect.stringContaining('shop.state.json.trial.json'),
    });
  });
});

it('people see how it ended, what it printed and what is left', () => {
  expect(renderTrial(RESULT, undefined)).toBe(
    'Passed: `npm test` ended with exit code 0 after 10 min 00 s, on a clone of green (MySQL 8.0.39).\n\n  12 tests\n\nThe clone has been deleted.',
  );
  const killed = renderTrial({ ...RESULT, outcome: 'killed', why: 'it took longer than 5 ms', output: '' }, undefined);
  expect(killed).toContain('FAILED: `npm test` was killed after 10 min 00 s: it took longer than 5 ms.');
  const clone = { cluster: 'shop-trial', expiresAt: LATER, isExpired: false, isKept: true, madeBy: 'me@here' };
  expect(renderTrial(RESULT, clone)).toContain(`shop-trial is kept until ${LATER}`);
  expect(renderTrialStatus({ last: RESULT, clone: { ...clone, is: 'left over' } })).toBe(
    'passed at 2026-01-02T02:10:00.000Z; the clone shop-trial was left by a trial that ended early and costs money: npm run trial -- --clean deletes it',
  );
});
